import { isIP } from 'node:net'
import { isPrivateAddress } from '../internal-address.ts'

/** Names that lead nowhere in public: RFC 6761 and RFC 6762. */
const DEVELOPMENT_HOST = /^(localhost|.+\.(localhost|test|example|local))$/

/**
 * True for an issuer that can only be one of development. A token in the name of any other could be taken by a server
 * that somebody runs in earnest: `accounts.google.com` was an issuer without being a URL.
 */
export function isDevelopmentIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false
  const { protocol, hostname } = new URL(issuer)
  if (!/^https?:$/.test(protocol)) return false
  const address = hostname.replace(/^\[|\]$/g, '')
  // `10.bank.com` begins like an address, and is none.
  return isIP(address) === 0 ? DEVELOPMENT_HOST.test(hostname) : isPrivateAddress(address)
}
