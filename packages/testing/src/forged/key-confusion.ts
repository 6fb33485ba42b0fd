import { createHash, type KeyObject } from 'node:crypto'
import type { HmacAlgorithm, Jwk } from '@gatewarden/core'
import { isHmac } from '../signing-key.ts'
import { type Forge, type ForgedRow, publishedJwk } from './forge.ts'
import type { KnownIssuer } from './known-issuer.ts'

type GuessedSecret = readonly [id: string, name: string, secret: string | Uint8Array]

/** What an unset variable, a missing key or a careless conversion leaves as the secret. */
const COERCED_SECRETS: readonly GuessedSecret[] = [
  ['empty', 'an empty secret', ''],
  ['nul', 'a zero byte', '\0'],
  ['undefined', 'the word undefined', 'undefined'],
  ['null', 'the word null', 'null'],
  ['false', 'the word false', 'false'],
  ['nan', 'the word NaN', 'NaN'],
  ['object', 'the words [object Object]', '[object Object]'],
  ['secret', 'the word secret', 'secret'],
]

/** HMAC with a secret that everybody knows. */
export function guessedSecrets(forge: Forge): ForgedRow[] {
  const { victim, header, hmacSigned } = forge
  const usual: GuessedSecret[] = [
    ...COERCED_SECRETS,
    ['kid', 'the kid', victim.kid],
    ['issuer', "the issuer's name", victim.issuer],
  ]
  if (isHmac(victim.algorithm)) {
    return usual.map(([id, name, secret]) => [
      `secret-is-${id}`,
      `signed with ${name}`,
      'ERR_SIGNATURE_INVALID',
      hmacSigned(header(), secret),
    ])
  }
  const guessed = [
    ...usual,
    ...(victim.keys === undefined ? [] : publicSecrets(victim, victim.keys)),
  ]
  return [
    ...guessed.map(([id, name, secret]): ForgedRow => [
      `secret-is-${id}`,
      `HS256 with ${name} as secret`,
      'ERR_ALGORITHM_REFUSED',
      hmacSigned(header({ alg: 'HS256' }), secret),
    ]),
    ...(victim.keys === undefined ? [] : otherPemRows(forge, pemOf(victim.keys.publicKey))),
  ]
}

function otherPemRows({ header, hmacSigned }: Forge, pem: string): ForgedRow[] {
  return [
    ...(['HS384', 'HS512'] satisfies HmacAlgorithm[]).map((alg): ForgedRow => [
      `secret-is-pem-${alg.toLowerCase()}`,
      `${alg} with the public key in PEM as secret`,
      'ERR_ALGORITHM_REFUSED',
      hmacSigned(header({ alg }), pem),
    ]),
    [
      'secret-is-pem-without-kid',
      'HS256 with the public key in PEM as secret, and no kid',
      'ERR_ALGORITHM_REFUSED',
      hmacSigned(header({ alg: 'HS256', kid: undefined }), pem),
    ],
  ]
}

/** Every spelling of the public key: RS256-to-HS256 confusion, RFC 8725 §2.1. */
function publicSecrets(
  victim: KnownIssuer,
  { publicKey, jwks }: NonNullable<KnownIssuer['keys']>,
): GuessedSecret[] {
  const pem = pemOf(publicKey)
  const jwk = publishedJwk(victim)
  const bare = publicKey.export({ format: 'jwk' })
  const thumbprint = createHash('sha256').update(thumbprintInput(bare)).digest()
  return [
    ['pem', 'the public key in PEM', pem],
    ['pem-no-newline', 'the PEM without its last line break', pem.trimEnd()],
    ['pem-two-newlines', 'the PEM with one line break more', `${pem}\n`],
    ['pem-crlf', 'the PEM with CRLF line breaks', pem.replaceAll('\n', '\r\n')],
    ['pem-blank', 'the PEM behind a blank', ` ${pem}`],
    ['pem-newline', 'the PEM behind a line break', `\n${pem}`],
    ['pem-bom', 'the PEM behind a byte order mark', `\uFEFF${pem}`],
    ['pem-one-line', 'the PEM on one line', pem.replaceAll('\n', '')],
    ['pem-escaped', 'the PEM with \\n for its line breaks', pem.replaceAll('\n', '\\n')],
    ['pem-body', 'the base64 of the PEM', pem.replace(/-----[^-]+-----|\n/g, '')],
    ['jwk', 'the JWK as published', JSON.stringify(jwk)],
    ['jwk-bare', 'the JWK without kid, use and alg', JSON.stringify(bare)],
    ['jwk-indented', 'the JWK, indented', JSON.stringify(jwk, null, 2)],
    ['jwks', 'the whole key set', JSON.stringify(jwks)],
    ['jwk-list', 'a list with the JWK', JSON.stringify([jwk])],
    ['der', 'the DER of the public key', publicKey.export({ type: 'spki', format: 'der' })],
    ['thumbprint', "the key's thumbprint", thumbprint],
    ['thumbprint-text', "the key's thumbprint in base64url", thumbprint.toString('base64url')],
    ...(publicKey.asymmetricKeyType === 'rsa' ? rsaSecrets(publicKey) : curveSecrets(bare)),
  ]
}

function pemOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }) as string
}

function rsaSecrets(publicKey: KeyObject): GuessedSecret[] {
  const { n = '' } = publicKey.export({ format: 'jwk' })
  return [
    ['pkcs1-pem', 'the PKCS#1 PEM', publicKey.export({ type: 'pkcs1', format: 'pem' })],
    ['pkcs1-der', 'the PKCS#1 DER', publicKey.export({ type: 'pkcs1', format: 'der' })],
    ['modulus', 'the modulus', Buffer.from(n, 'base64url')],
    ['modulus-text', 'the modulus in base64url', n],
  ]
}

function curveSecrets({ x = '', y = '' }: Jwk): GuessedSecret[] {
  const point = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return [
    ['x', 'the x coordinate', Buffer.from(x, 'base64url')],
    ['x-text', 'the x coordinate in base64url', x],
    ['point', 'the coordinates', point],
    ['uncompressed-point', 'the uncompressed point', Buffer.concat([Buffer.of(4), point])],
  ]
}

/** RFC 7638 §3.2: the members of the key type alone, in the order of their names. */
function thumbprintInput({ crv, e, kty, n, x, y }: Jwk): string {
  return JSON.stringify({ crv, e, kty, n, x, y })
}
