import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { TokenSet } from '../../src/token-set.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>

export const claimsOf = (accessToken: string) => decode(accessToken.split('.')[1])

/** Tokens of somebody who has no key of the issuer, and knows everything that is public of a victim's. */
export function forgedTokens({ accessToken, refreshToken }: TokenSet): [string, string][] {
  const [header, claims, signature] = accessToken.split('.')
  const forged = (alg: string, over: object = {}) =>
    `${encode({ ...decode(header), alg })}.${encode({ ...decode(claims), ...over })}`
  const input = forged('ES256')
  const ec = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const hmac = createHmac('sha256', randomBytes(32)).update(forged('HS256')).digest('base64url')
  const last = signature!.endsWith('A') ? 'Q' : 'A'
  const [prefix, key, handle, generation] = refreshToken.split('.')
  const mac = randomBytes(32).toString('base64url')
  return [
    ['signed with another key', `${input}.${ec.toString('base64url')}`],
    ['alg none', `${forged('none')}.`],
    ['HS256', `${forged('HS256')}.${hmac}`],
    ['other claims under the signature', `${forged('ES256', { exp: 1_900_000_000 })}.${signature}`],
    ['a signature cut off', `${header}.${claims}.`],
    ['another end of the signature', accessToken.slice(0, -2) + last + last],
    ['a refresh token with another MAC', `${prefix}.${key}.${handle}.${generation}.${mac}`],
    ['a refresh token of another secret', `${prefix}.AAAAAAAA.${handle}.${generation}.${mac}`],
    ['a refresh token without MAC', `${prefix}.${key}.${handle}.${generation}.`],
  ]
}
