/** Names that lead nowhere in public: RFC 2606, RFC 6761, RFC 6762, RFC 9476, and ICANN's reservation of `.internal`. */
const PRIVATE_HOST =
  /(^|\.)(localhost|test|example|invalid|local|internal|home\.arpa|example\.(com|net|org))$/

/** Addresses of this machine and of private networks. */
const PRIVATE_ADDRESS = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]$|\[f[cd])/

/**
 * True for an issuer that can only be one of development. A token in the name of any other could be taken by a server
 * that somebody runs in earnest.
 */
export function isDevelopmentIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return true
  const { protocol, hostname } = new URL(issuer)
  if (!/^https?:$/.test(protocol)) return true
  // A bare name, as containers call one another.
  if (!hostname.includes('.') && !hostname.startsWith('[')) return true
  return PRIVATE_HOST.test(hostname) || PRIVATE_ADDRESS.test(hostname)
}
