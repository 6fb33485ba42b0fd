import { constants, createPublicKey, createSecretKey, type KeyObject, sign } from 'node:crypto'
import { type Algorithm, algorithmFacts } from '../src/algorithms.ts'
import type { KeyRecord } from '../src/keys/key-record.ts'
import type { ParsedToken } from '../src/parse-token.ts'
import { verifySignature } from '../src/verify-signature.ts'
import {
  header,
  type KeyPair,
  newEcKeys,
  newEd25519Keys,
  newRsaKeys,
  newSecret,
  recordOf,
  refusalOf,
  signatureOver,
} from './mint.ts'

const INPUT = 'eyJhbGciOiJ4In0.eyJzdWIiOiJhbGljZSJ9'
const secret = createSecretKey(newSecret())
const ec: Record<string, KeyPair> = {
  ES256: newEcKeys('P-256'),
  ES384: newEcKeys('P-384'),
  ES512: newEcKeys('P-521'),
}
const edwards = newEd25519Keys()
let rsa: KeyPair
let otherRsa: KeyPair

beforeAll(() => {
  rsa = newRsaKeys()
  otherRsa = newRsaKeys()
})

const ALGORITHMS = [...algorithmFacts.keys()] as Algorithm[]

function keysFor(alg: Algorithm): { signing: KeyObject; verifying: KeyObject; other: KeyObject } {
  if (alg.startsWith('HS'))
    return { signing: secret, verifying: secret, other: createSecretKey(newSecret()) }
  const pair = alg.startsWith('E') ? (ec[alg] ?? edwards) : rsa
  const other = ec[alg]
    ? newEcKeys({ ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg as 'ES256'])
    : alg.startsWith('E')
      ? newEd25519Keys()
      : otherRsa
  return { signing: pair.privateKey, verifying: pair.publicKey, other: other.publicKey }
}

function token(alg: Algorithm, signature: Buffer, signingInput = INPUT): ParsedToken {
  return {
    token: `${signingInput}.${signature.toString('base64url')}`,
    header: header({ alg }),
    headerSegment: '',
    unverifiedClaims: {},
    signingInput,
    signature,
  }
}

const refusal = (parsed: ParsedToken, candidates: readonly KeyRecord[]) =>
  refusalOf(() => verifySignature(parsed, candidates))
const invalid = {
  code: 'ERR_SIGNATURE_INVALID',
  status: 401,
  error: 'invalid_token',
  description: 'The access token is not valid.',
}

it('knows the fourteen algorithms', () => {
  expect(ALGORITHMS).toHaveLength(14)
})

describe.each(ALGORITHMS)('verifySignature with %s', (alg) => {
  const candidate = (key: KeyObject) => recordOf(key, [alg])
  const sound = () => signatureOver(INPUT, alg, keysFor(alg).signing)

  it('returns the key that signed', () => {
    const { verifying, other } = keysFor(alg)
    const signer = candidate(verifying)
    expect(verifySignature(token(alg, sound()), [candidate(other), signer])).toBe(signer)
  })

  it('refuses a signature of another key', () => {
    expect(refusal(token(alg, sound()), [candidate(keysFor(alg).other)])).toMatchObject(invalid)
  })

  it('refuses a signature of another token (swapped signature)', () => {
    const signer = candidate(keysFor(alg).verifying)
    expect(refusal(token(alg, sound(), `${INPUT}A`), [signer])).toMatchObject(invalid)
    expect(refusal(token(alg, sound(), INPUT.slice(0, -1)), [signer])).toMatchObject(invalid)
    expect(refusal(token(alg, sound(), ''), [signer])).toMatchObject(invalid)
  })

  it('refuses a truncated, extended or changed signature', () => {
    const signer = candidate(keysFor(alg).verifying)
    const signature = sound()
    const flipped = Buffer.from(signature)
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    const flippedFirst = Buffer.from(signature)
    flippedFirst[5] = (flippedFirst[5] ?? 0) ^ 0x80
    for (const changed of [
      Buffer.alloc(0),
      signature.subarray(0, 1),
      signature.subarray(0, -1),
      signature.subarray(1),
      signature.subarray(0, signature.length / 2),
      Buffer.concat([signature, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), signature]),
      Buffer.concat([signature, signature]),
      Buffer.alloc(12_000, 1),
      Buffer.alloc(signature.length),
      Buffer.alloc(signature.length, 0xff),
      flipped,
      flippedFirst,
    ]) {
      expect(refusal(token(alg, changed), [signer])).toMatchObject(invalid)
    }
  })

  it('refuses everything when there is no key', () => {
    expect(refusal(token(alg, sound()), [])).toMatchObject(invalid)
  })

  it('refuses its own signature under every other algorithm of the same key', () => {
    const { family, curve } = algorithmFacts.get(alg) ?? {}
    const others = ALGORITHMS.filter((other) => {
      const facts = algorithmFacts.get(other)
      return other !== alg && facts?.family === family && facts?.curve === curve
    })
    for (const other of others) {
      if (family === 'ed25519') continue // two names of one algorithm
      expect(
        refusal(token(other, sound()), [recordOf(keysFor(alg).verifying, [other])]),
      ).toMatchObject(invalid)
    }
  })
})

describe('verifySignature', () => {
  it('tries sixteen keys and no more (bounded work)', () => {
    const signer = recordOf(edwards.publicKey, ['EdDSA'])
    const parsed = token('EdDSA', signatureOver(INPUT, 'EdDSA', edwards.privateKey))
    const others = Array.from({ length: 16 }, () => recordOf(newEd25519Keys().publicKey, ['EdDSA']))

    expect(verifySignature(parsed, [...others.slice(0, 15), signer])).toBe(signer)
    expect(refusal(parsed, [...others, signer])).toMatchObject(invalid)
  })

  it.each(['ES256', 'ES384', 'ES512'] as const)('refuses psychic signatures of %s', (alg) => {
    const bytes = algorithmFacts.get(alg)?.signatureBytes ?? 0
    const half = bytes / 2
    const number = (value: number) => Buffer.concat([Buffer.alloc(half - 1), Buffer.from([value])])
    const order = {
      ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
      ES384:
        'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
      ES512: `01ff${'f'.repeat(62)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
    }[alg]
    const n = Buffer.from(order.padStart(bytes, '0'), 'hex')
    expect(n).toHaveLength(half)
    const signer = recordOf(ec[alg]!.publicKey, [alg])
    for (const r of [number(0), number(1), n])
      for (const s of [number(0), number(1), n])
        expect(refusal(token(alg, Buffer.concat([r, s])), [signer])).toMatchObject(invalid)
  })

  it.each(['ES256', 'ES384', 'ES512'] as const)('refuses the DER form of %s', (alg) => {
    const { publicKey, privateKey } = ec[alg]!
    const hash = algorithmFacts.get(alg)?.hash ?? null
    const signer = recordOf(publicKey, [alg])
    for (let round = 0; round < 16; round++) {
      const der = sign(hash, Buffer.from(INPUT), privateKey)
      expect(refusal(token(alg, der), [signer])).toMatchObject(invalid)
    }
  })

  it('refuses Ed25519 with S+L (non-canonical signature)', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const signature = signatureOver(INPUT, 'EdDSA', edwards.privateKey)
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
    const second = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()
    const signer = recordOf(edwards.publicKey, ['EdDSA'])
    expect(
      refusal(token('EdDSA', Buffer.concat([signature.subarray(0, 32), second])), [signer]),
    ).toMatchObject(invalid)
  })

  it.each(['RS256', 'PS256'] as const)('refuses %s with s+n (non-canonical signature)', (alg) => {
    const { n = '' } = rsa.publicKey.export({ format: 'jwk' })
    const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)
    const signature = signatureOver(INPUT, alg, rsa.privateKey)
    const sum = (BigInt(`0x${signature.toString('hex')}`) + modulus).toString(16)
    const second = Buffer.from(sum.padStart(sum.length + (sum.length % 2), '0'), 'hex')
    expect(refusal(token(alg, second), [recordOf(rsa.publicKey, [alg])])).toMatchObject(invalid)
  })

  it.each(['RS256', 'PS256'] as const)(
    'refuses %s without its leading zero, which is a second spelling',
    (alg) => {
      const signer = recordOf(rsa.publicKey, [alg])
      // One signature in 256 begins with a zero byte.
      for (let round = 0; ; round++) {
        const input = `${INPUT}${round}`
        const signature = signatureOver(input, alg, rsa.privateKey)
        if (signature[0] !== 0) continue
        expect(verifySignature(token(alg, signature, input), [signer])).toBe(signer)
        expect(refusal(token(alg, signature.subarray(1), input), [signer])).toMatchObject(invalid)
        return
      }
    },
    60_000,
  )

  it('RFC 7518 §3.5 refuses PS256 with a salt of another length', () => {
    const signer = recordOf(rsa.publicKey, ['PS256'])
    for (const saltLength of [0, 20, 64, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
      const signature = sign('sha256', Buffer.from(INPUT), {
        key: rsa.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength,
      })
      expect(refusal(token('PS256', signature), [signer])).toMatchObject(invalid)
    }
  })

  it('refuses HMAC with an empty secret', () => {
    const signature = signatureOver(INPUT, 'HS256', Buffer.alloc(0))
    expect(refusal(token('HS256', signature), [recordOf(secret, ['HS256'])])).toMatchObject(invalid)
  })

  it('RS-23 refuses HMAC under the text of the public key (key confusion)', () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string
    const signer = recordOf(createPublicKey(pem), ['RS256'])
    for (const key of [pem, pem.trim(), pem.replaceAll('\n', '\r\n'), ` ${pem}`]) {
      const signature = signatureOver(INPUT, 'HS256', Buffer.from(key))
      expect(refusal(token('RS256', signature), [signer])).toMatchObject(invalid)
    }
  })

  it('says nothing about the signature it expected', () => {
    const signature = Buffer.alloc(32, 7)
    const error = refusal(token('HS256', signature), [recordOf(secret, ['HS256'])])
    expect(error.message).toBe('the signature is not by a trusted key, or the token was changed')
    expect(error.cause).toBeUndefined()
  })
})
