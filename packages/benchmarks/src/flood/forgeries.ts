import { randomBytes } from 'node:crypto'
import { createSigner, mint, type Signer } from '../lib/tokens.ts'

/** Makes a token that those who trust the signer must refuse. */
export type Forgery = (signer: Signer, user: number) => string

/** Kinds that differ in where a verifier finds out. The signature is right unless the name says otherwise. */
export const FORGERIES = {
  malformed: () => randomBytes(255).toString('base64url'),
  'alg: none': (signer, user) => unsigned(mint(signer, user)),
  expired: (signer, user) =>
    changed(signer, user, {}, { exp: Math.floor(Date.now() / 1000) - 600 }),
  'another issuer': (signer, user) => changed(signer, user, {}, { iss: 'https://other.test/' }),
} satisfies Readonly<Record<string, Forgery>>

/**
 * Signed by a key that nobody trusts. Random bytes would not do for every algorithm: most of them are no signature of
 * Ed25519 at all, and are refused before there is anything to compute.
 */
export function createStrangersForgery(
  algorithm: Signer['algorithm'],
  inHeader: object = {},
  inClaims: object = {},
): Forgery {
  const stranger = createSigner(algorithm)
  return (_signer, user) => changed(stranger, user, inHeader, inClaims)
}

function unsigned(token: string): string {
  const [header, claims] = decode(token)
  return `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`
}

function changed(signer: Signer, user: number, inHeader: object, inClaims: object): string {
  const [header, claims] = decode(mint(signer, user))
  const input = `${encode({ ...header, ...inHeader })}.${encode({ ...claims, ...inClaims })}`
  return `${input}.${signer.sign(input)}`
}

function decode(token: string): [header: object, claims: object] {
  const [header = '', claims = ''] = token.split('.')
  const parse = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object
  return [parse(header), parse(claims)]
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
