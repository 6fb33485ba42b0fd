import { BlockList, isIP } from 'node:net'

/** Names that lead nowhere in public: RFC 6761 and RFC 6762. */
const DEVELOPMENT_HOST = /^(localhost|.+\.(localhost|test|example|local))$/

/** This machine, and the networks that are for anybody's own use: RFC 1918, RFC 4193. */
const PRIVATE = new BlockList()
PRIVATE.addSubnet('0.0.0.0', 8, 'ipv4')
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4')
PRIVATE.addSubnet('127.0.0.0', 8, 'ipv4')
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4')
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4')
PRIVATE.addAddress('::', 'ipv6')
PRIVATE.addAddress('::1', 'ipv6')
PRIVATE.addSubnet('fc00::', 7, 'ipv6')

/**
 * True for an issuer that can only be one of development. A token in the name of any other could be taken by a server
 * that somebody runs in earnest: `accounts.google.com` was an issuer without being a URL.
 */
export function isDevelopmentIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false
  const { protocol, hostname } = new URL(issuer)
  if (!/^https?:$/.test(protocol)) return false
  const address = hostname.replace(/^\[|\]$/g, '')
  const version = isIP(address)
  // `10.bank.com` begins like an address, and is none.
  if (version === 0) return DEVELOPMENT_HOST.test(hostname)
  return PRIVATE.check(address, version === 6 ? 'ipv6' : 'ipv4')
}
