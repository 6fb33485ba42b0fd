import { createHmac } from 'node:crypto'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token signed with any secret, the weak and misread ones of issuers included. */
export function signWithSecret(
  secret: string | Buffer,
  claims: object,
  header: { alg: 'HS256' | 'HS384' | 'HS512'; [parameter: string]: unknown } = { alg: 'HS256' },
): string {
  const text = `${encode({ typ: 'JWT', ...header })}.${encode(claims)}`
  const mac = createHmac(`sha${header.alg.slice(2)}`, secret).update(text)
  return `${text}.${mac.digest('base64url')}`
}
