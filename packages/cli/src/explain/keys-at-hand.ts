import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Algorithm, Jwk } from '@gatewarden/core'
import { asymmetricAlgorithms, fitsFamily } from '@gatewarden/core/kit'
import type { Evidence } from './cause.ts'
import type { GivenKeys } from './expectations.ts'

/** A public key that the server has, with what its set says of it. */
export interface KeyAtHand {
  readonly key: KeyObject
  readonly kid: string | undefined
  readonly algorithms: readonly Algorithm[]
}

/** The public keys the server has: those of the set, or the one that was given. */
export function keysAtHand({ expected, judgement }: Evidence): KeyAtHand[] {
  const { keys, algorithm } = expected
  const single = singleKey(keys)
  const members: readonly Jwk[] = single ?? judgement?.keySet ?? []
  return members.flatMap((jwk) => {
    const key = readKey(jwk)
    if (key === undefined) return []
    const fitting = asymmetricAlgorithms.filter((name) => fitsFamily(name, key))
    const named = jwk.alg ?? algorithm
    // As the core binds it: what it names, else the first that fits.
    const algorithms =
      named === undefined ? fitting.slice(0, 1) : fitting.filter((name) => name === named)
    return [{ key, kid: jwk.kid, algorithms }]
  })
}

/** What can be verified with what the server has; empty where that is not known. */
export function algorithmsAtHand(evidence: Evidence): Algorithm[] {
  const { keys, algorithm } = evidence.expected
  if (keys.kind === 'secret') return [algorithm ?? 'HS256']
  return [...new Set(keysAtHand(evidence).flatMap((one) => one.algorithms))]
}

function singleKey(keys: GivenKeys): Jwk[] | undefined {
  if (keys.kind !== 'public') return undefined
  if (typeof keys.key !== 'string') return [keys.key]
  try {
    const key = keys.key.includes('BEGIN CERTIFICATE')
      ? new X509Certificate(keys.key).publicKey
      : createPublicKey(keys.key)
    return [key.export({ format: 'jwk' })]
  } catch {
    return []
  }
}

function readKey(jwk: Jwk): KeyObject | undefined {
  if (typeof jwk !== 'object' || jwk === null || jwk.kty === 'oct') return undefined
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}
