/** Keys travel over TLS, or not at all between hosts. */
export function isSecureUrl(text: unknown): text is string {
  const url = readUrl(text)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
}

/** A URL of http or https, with nobody's password in it. */
export function isWebUrl(text: unknown): text is string {
  return /^https?:$/.test(readUrl(text)?.protocol ?? '')
}

function readUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url : undefined
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
