import { ConfigError } from '@gatewarden/core/kit'

/** A confirmation method of RFC 7800: the thumbprint of a key that whoever uses the token must have. */
export type Binding = { readonly jkt: string } | { readonly 'x5t#S256': string }

/** A binding as stores compare it: one text, empty for none. @throws ConfigError */
export function bindingText(binding: Binding | undefined): string {
  if (binding === undefined) return ''
  const { jkt, 'x5t#S256': x5t } = Object(binding) as Record<string, unknown>
  if (x5t === undefined && isThumbprint(jkt)) return `jkt:${jkt}`
  if (jkt === undefined && isThumbprint(x5t)) return `x5t:${x5t}`
  throw new ConfigError(
    'binding',
    "expected { jkt } or { 'x5t#S256' }, a SHA-256 thumbprint in base64url",
  )
}

export function bindingOf(text: string): Binding | undefined {
  if (text === '') return undefined
  const thumbprint = text.slice(4)
  return text.startsWith('jkt:') ? { jkt: thumbprint } : { 'x5t#S256': thumbprint }
}

function isThumbprint(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{43}$/.test(value)
}
