import { createLocalJWKSet } from 'jose'
import { createSetting, type Setting, type TrustedKey } from '../setting.ts'
import { newEcKey } from '../signing-key.ts'
import { settingNamed } from '../settings/all.ts'
import { jwkOf, memberOfSet } from '../settings/trusted-key.ts'
import type { Strictness } from '../strictness.ts'
import { verifiesWith } from '../verifies-with.ts'

/** Which key a token may be verified with, and how. */
export const strictKeys: readonly Strictness[] = [
  {
    id: 'kid-of-another-key',
    title: 'A `kid` that is not the one of the JWK you configured',
    why: 'The token says by which key it was signed (RFC 7515 §4.1.4). A JWK given with its `kid` answers to that name only, from a key set or alone.',
    code: 'ERR_KEY_UNKNOWN',
    reason: /no trusted key has kid/,
    recognises: ({ header }, { keys }) =>
      typeof header.kid === 'string' && keysNamed(header.kid, keys).length === 0,
    setting: settingNamed('HS256, a JWK with kid'),
    example: { header: [['kid', '"k2"']] },
  },
  {
    id: 'no-kid',
    title: 'No `kid`, where several keys of the set fit',
    why: 'jose offers the keys to be tried one after the other. Then whoever sends tokens decides how many signatures each of them costs.',
    code: 'ERR_KEY_UNKNOWN',
    reason: /names no kid and \d+ keys of the set fit/,
    recognises: ({ header }, { keys }) => {
      const fitting = keys.filter(({ algorithms }) => includes(algorithms, header.alg))
      return (
        !Object.hasOwn(header, 'kid') &&
        fitting.length > 1 &&
        !fitting.every(({ servesAnyKid }) => servesAnyKid)
      )
    },
    setting: settingNamed('of every kind'),
    example: { header: [['kid', undefined]] },
  },
  {
    id: 'one-key-one-algorithm',
    title: 'Another algorithm than the one the key is bound to',
    why: 'RFC 8725 §3.1: each key is for one algorithm. A key that names none gets one when it is loaded; without `algorithms`, jose lets the token choose among all that fit the type of the key.',
    code: 'ERR_ALGORITHM_REFUSED',
    reason: /its key verifies/,
    recognises: ({ header }, { keys }) => {
      const candidates = keysNamed(header.kid, keys)
      return (
        candidates.length > 0 &&
        !candidates.some(({ algorithms }) => includes(algorithms, header.alg))
      )
    },
    setting: settingNamed('names no algorithm'),
    example: {
      header: [['alg', '"PS256"']],
      signer: 'the right key, as alg says',
    },
  },
  {
    id: 'short-pss-signature',
    title: 'A PSS signature without its leading zeros',
    why: 'RFC 8017 §8.1.2, step 1: the signature is as long as the modulus. OpenSSL takes it without the zeros it begins with, which is one token in 256 a second spelling.',
    code: 'ERR_SIGNATURE_INVALID',
    reason: /not by a trusted key, or the token was changed/,
    recognises: ({ header, signature }, { keys }) =>
      typeof header.alg === 'string' &&
      header.alg.startsWith('PS') &&
      keysNamed(header.kid, keys).some(
        ({ verifying }) =>
          signature.length < Math.ceil((verifying.asymmetricKeyDetails?.modulusLength ?? 0) / 8),
      ),
    setting: settingNamed('PS256, 2048 bits'),
    example: {
      signer: 'PSS with a zero in front',
      signature: 'leading zeros missing',
    },
  },
  {
    id: 'seventeenth-key',
    title: 'A token by the 17th key of one `kid`',
    why: 'Every key tried is a signature to verify. Two keys of one `kid` overlap during a change; nobody needs more than 16.',
    code: 'ERR_SIGNATURE_INVALID',
    reason: /not by a trusted key, or the token was changed/,
    recognises: (reading, { keys }) => {
      const tried = keysNamed(reading.header.kid, keys).filter(({ algorithms }) =>
        includes(algorithms, reading.header.alg),
      )
      return tried.slice(16).some((key) => verifiesWith(key, reading))
    },
    setting: { create: seventeenKeys },
    example: { key: 16 },
  },
]

/** The keys that a token with this `kid` can mean. */
function keysNamed(kid: unknown, keys: readonly TrustedKey[]): readonly TrustedKey[] {
  return keys.filter((key) => key.servesAnyKid || kid === undefined || key.kid === kid)
}

function includes(algorithms: readonly string[], alg: unknown): boolean {
  return typeof alg === 'string' && algorithms.includes(alg)
}

function seventeenKeys(): Setting {
  const [first, ...others] = Array.from({ length: 17 }, () =>
    memberOfSet(newEcKey('P-256'), ['ES256'], 'k1'),
  )
  const keys = [first!, ...others] as const
  const jwks = { keys: keys.map((key) => jwkOf(key, { kid: 'k1' })) }
  return createSetting({
    name: 'a key set with 17 keys of one kid',
    keys,
    given: { jwks },
    josesKeys: [createLocalJWKSet(jwks)],
  })
}
