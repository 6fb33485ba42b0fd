import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { BlockList, isIPv6 } from 'node:net'

/**
 * The IPv4 networks that are somebody's own, or nobody's: the special-purpose registry of RFC 6890, multicast, and
 * what is reserved. The metadata service of cloud hosts, 169.254.169.254, is among them.
 */
const OWN_NETWORKS: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  // What Azure answers its own machines from.
  ['168.63.129.16', 32],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

/** Of IPv6 only global unicast is public (RFC 4291 §2.4), and of that not what stands for an IPv4 address or a document. */
const GLOBAL_UNICAST = networks([['2000::', 3]], 'ipv6')
const NOT_PUBLIC = networks(
  [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['2620:4f:8000::', 48],
    ['3fff::', 20],
  ],
  'ipv6',
)
const OWN = networks(OWN_NETWORKS, 'ipv4')

/** True for an address that anybody on the Internet could reach. */
export function isPublicAddress(address: string): boolean {
  // A zone (fe80::1%eth0) is part of this machine's own network.
  if (address.includes('%')) return false
  if (!isIPv6(address)) return !OWN.check(address, 'ipv4')
  return GLOBAL_UNICAST.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6')
}

/**
 * Looks a host up as Node does, for the connection that is about to be made, and refuses it when one of its addresses
 * is not public. To check beforehand would not do: the next answer of the name server may be another one.
 */
export function lookupPublic(
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    const hidden = addresses.find(({ address }) => !isPublicAddress(address))
    if (hidden !== undefined || addresses[0] === undefined) {
      const problem = `${hostname} is at ${hidden?.address ?? 'no address'}, which is no public address`
      return callback(new TypeError(problem), [])
    }
    if (options.all === true) callback(null, addresses)
    else callback(null, addresses[0].address, addresses[0].family)
  })
}

function networks(
  list: readonly (readonly [string, number])[],
  family: 'ipv4' | 'ipv6',
): BlockList {
  const block = new BlockList()
  for (const [network, prefix] of list) block.addSubnet(network, prefix, family)
  return block
}
