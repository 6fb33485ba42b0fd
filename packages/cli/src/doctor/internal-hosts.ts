import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { Finding } from './finding.ts'
import { NoAnswerError } from './probe.ts'

type IsInternal = (address: string) => boolean

/** A URL leads to an address that is nobody's but ours. */
export class InternalAddressError extends Error {
  override readonly name = 'InternalAddressError'

  constructor(host: string, address: string) {
    super(host === address ? `${host} is an internal address` : `${host} is at ${address}`)
  }
}

/**
 * An address that stands in a URL is looked up by nobody.
 *
 * @throws NoAnswerError caused by an InternalAddressError
 */
export function refuseInternalLiteral(url: string, isInternal: IsInternal): void {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 || !isInternal(host)) return
  const cause = new InternalAddressError(host, host)
  throw new NoAnswerError(cause.message, { cause })
}

/**
 * Looks a host up for the connection that is about to be made, and refuses it when one of its addresses is internal. To
 * check beforehand would not do: the next answer of the name server may be another one.
 */
export function lookupOutside(isInternal: IsInternal): LookupFunction {
  return (host, options, callback) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const hidden = addresses.find(({ address }) => isInternal(address))
      if (hidden !== undefined) return callback(new InternalAddressError(host, hidden.address), [])
      const [first] = addresses
      if (options.all === true || first === undefined) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
}

/** What is said of an issuer out there whose keys are in here. */
export function internalKeys(jwksUri: string, { message }: Error): Finding {
  return {
    id: 'jwks-uri-internal',
    severity: 'critical',
    message: `Its jwks_uri is ${jwksUri}, in a network of yours, and the issuer is not: ${message}. It was not asked. Whoever follows it asks what an outsider chose, from the inside.`,
    advice:
      'Do not trust this issuer before you know why. If it is yours, serve the keys where the metadata is.',
    clause: 'RFC 8414 §6.2',
  }
}
