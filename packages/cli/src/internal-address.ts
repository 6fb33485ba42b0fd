import { BlockList } from 'node:net'

const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4')
for (const address of ['::', '::1']) PRIVATE.addAddress(address, 'ipv6')
PRIVATE.addSubnet('fc00::', 7, 'ipv6')

/** The metadata service of cloud hosts, 169.254.169.254, is among them. */
const LINK_LOCAL = new BlockList()
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4')
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6')

/** True for an address of this machine, or of a private network. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, familyOf(address))
}

/** True for an address that nobody on the Internet should make us ask: this machine, private networks, the link. */
export function isInternalAddress(address: string): boolean {
  return isPrivateAddress(address) || LINK_LOCAL.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
