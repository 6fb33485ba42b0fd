import {
  constants,
  createCipheriv,
  createHash,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { encodeSegment, signingInput } from '../compact-jws.ts'
import type { Forge, ForgedRow } from './forge.ts'

/**
 * Claims encrypted to the issuer's public key (RFC 7516). Everybody can do that: who takes a successful decryption for
 * a signature, lets everybody in.
 */
export function encryptedTokens({ victim, claims }: Forge): ForgedRow[] {
  const unsigned = `${signingInput({ alg: 'none' }, claims())}.`
  const bomb = deflateRawSync(Buffer.alloc(1_000_000))
  const encrypted = (plaintext: Uint8Array, header: object) =>
    encryptTo(victim.keys?.publicKey, plaintext, { kid: victim.kid, ...header })
  return [
    ['jwe-claims', 'claims in a JWE', encrypted(Buffer.from(JSON.stringify(claims())), {})],
    [
      'jwe-unsigned',
      'a token with alg none in a JWE',
      encrypted(Buffer.from(unsigned), { cty: 'JWT' }),
    ],
    ['jwe-bomb', 'a JWE that inflates to a megabyte', encrypted(bomb, { zip: 'DEF' })],
    ['jwe-empty', 'five empty segments', '....'],
  ].map(([id = '', name = '', token = '']) => [id, name, 'ERR_TOKEN_ENCRYPTED', token])
}

/** A compact JWE with A256GCM. For keys that cannot encrypt, under a key nobody has. */
function encryptTo(publicKey: KeyObject | undefined, plaintext: Uint8Array, extra: object): string {
  const { key, encryptedKey, header } = keyFor(publicKey)
  const protectedHeader = encodeSegment({ ...header, enc: 'A256GCM', ...extra })
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(protectedHeader))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const segments = [encryptedKey, iv, ciphertext, cipher.getAuthTag()]
  return [protectedHeader, ...segments.map((bytes) => bytes.toString('base64url'))].join('.')
}

function keyFor(publicKey: KeyObject | undefined): {
  readonly key: Buffer
  readonly encryptedKey: Buffer
  readonly header: object
} {
  switch (publicKey?.asymmetricKeyType) {
    case 'rsa':
      return rsaOaep(publicKey)
    case 'ec':
      return ecdhEs(publicKey)
    default:
      return { key: randomBytes(32), encryptedKey: Buffer.alloc(0), header: { alg: 'dir' } }
  }
}

/** RFC 7518 §4.3. */
function rsaOaep(publicKey: KeyObject) {
  const key = randomBytes(32)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const encryptedKey = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256' }, key)
  return { key, encryptedKey, header: { alg: 'RSA-OAEP-256' } }
}

/** RFC 7518 §4.6, direct key agreement: one round of the Concat KDF makes the 256 bits A256GCM wants. */
function ecdhEs(publicKey: KeyObject) {
  const namedCurve = publicKey.asymmetricKeyDetails?.namedCurve ?? ''
  const ephemeral = generateKeyPairSync('ec', { namedCurve })
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
  const algorithmId = Buffer.concat([uint32(7), Buffer.from('A256GCM')])
  const otherInfo = Buffer.concat([algorithmId, uint32(0), uint32(0), uint32(256)])
  const key = createHash('sha256').update(uint32(1)).update(shared).update(otherInfo).digest()
  const epk = ephemeral.publicKey.export({ format: 'jwk' })
  return { key, encryptedKey: Buffer.alloc(0), header: { alg: 'ECDH-ES', epk } }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
