import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { signWithSecret } from './sign-with-secret.ts'

/** A token that is refused, and what must be named first. */
export interface BrokenToken {
  readonly name: string
  readonly input: string
  /** What the server expects, as options of the command. */
  readonly args: readonly string[]
  readonly cause: string
  /** What the guard says; undefined where it lets the token pass, and only the pasted text was wrong. */
  readonly code: string | undefined
  /** Causes that must be named besides. */
  readonly also?: readonly string[]
}

export const clock = createTestClock()
const now = clock()
const HOUR = 3_600

export const folder = mkdtempSync(join(tmpdir(), 'gatewarden-explain-'))
function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const iss = 'https://login.example.com/'
const aud = 'https://api.example.com'
const names = { issuer: iss, audience: aud, clock }

const es = createAuthority(names)
const rs = createAuthority({ ...names, algorithm: 'RS256' })
const staging = createAuthority(names)
const stagingRs = createAuthority({ ...names, algorithm: 'RS256' })
// A set with two keys, of which the second signs.
const rotating = createAuthority(names)
const retired = rotating.kid
rotating.rotate()

const expected = ['--issuer', iss, '--audience', aud]
const esArgs = [...expected, '--jwks', file('es.json', JSON.stringify(es.jwks()))]
const rsArgs = [...expected, '--jwks', file('rs.json', JSON.stringify(rs.jwks()))]
const twoKeys = [...expected, '--jwks', file('two.json', JSON.stringify(rotating.jwks()))]

const secret = randomBytes(48).toString('base64')
const secretArgs = [...expected, '--secret-file', file('jwt.secret', secret)]
const withLineBreak = [...expected, '--secret-file', file('echo.secret', `${secret}\n`)]
const hex = randomBytes(32).toString('hex')
const hexArgs = [...expected, '--secret-file', file('hex.secret', hex)]
const quotedArgs = [...expected, '--secret-file', file('quoted.secret', `"${secret}"`)]

const claims = { iss, aud, sub: 'alice', iat: now, exp: now + 300, jti: 'a1b2' }
const good = es.token()
const [header, payload, signature] = good.split('.') as [string, string, string]
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const standard = (segment: string) => segment.replaceAll('-', '+').replaceAll('_', '/')

/** The claims of a token replaced, and its signature left as it was. */
function edit(token: string, changes: object): string {
  const [head, body = '', tail] = token.split('.')
  const edited = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), ...changes }
  return [head, encode(edited), tail].join('.')
}

/** A token whose signature has - and _ in it, so that the other alphabet shows. */
function tokenWithSigns(): string {
  for (;;) {
    const token = es.token()
    if (/[-_]/.test(token.split('.')[2]!)) return token
  }
}

function derSigned(): string {
  const key = es.privateKey
  const text = `${header}.${payload}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

const provider = (name: string, token: string, cause: string, audience = aud): BrokenToken => ({
  name,
  input: token,
  args: ['--issuer', iss, '--audience', audience, ...esArgs.slice(4)],
  cause,
  code: 'ERR_AUDIENCE_MISMATCH',
})

const misnamed = (name: string, tokenIss: string, trusted: string, cause: string): BrokenToken => ({
  name,
  input: es.token({ iss: tokenIss }),
  args: ['--issuer', trusted, '--audience', aud, ...esArgs.slice(4)],
  cause,
  code: 'ERR_ISSUER_UNTRUSTED',
})

const MALFORMED = 'ERR_TOKEN_MALFORMED'

const pasted: BrokenToken[] = [
  ['with its scheme', `Bearer ${good}`, 'bearer-prefix'],
  ['with its scheme twice', `Bearer Bearer ${good}`, 'bearer-twice'],
  ['in quotes', `"${good}"`, 'quotes'],
  ['with the quote at its end', `${good}"`, 'quotes'],
  ['in three lines', good.replace(/(.{120})/g, '$1\n'), 'line-breaks'],
  [
    'with a zero-width blank',
    `${good.slice(0, 50)}\u200b${good.slice(50)}`,
    'invisible-characters',
  ],
  ['percent-encoded', good.replaceAll('.', '%2E'), 'percent-encoding'],
  ['as a URL', `https://app.example.com/#access_token=${good}&token_type=Bearer`, 'url'],
  ['as a reply', JSON.stringify({ access_token: good, token_type: 'Bearer' }), 'json-reply'],
  ['as a line of a reply', `  "access_token": "${good}",`, 'json-reply'],
  ['twice', `${good} ${es.token()}`, 'several-tokens'],
  ['with a comma', `${good},`, 'trailing-text'],
].map(([name, input, cause]) => ({
  name: `pasted ${name!}`,
  input: input!,
  args: esArgs,
  cause: cause!,
  code: undefined,
}))

const shapes: BrokenToken[] = [
  ['the word undefined', 'undefined', 'placeholder'],
  ['an object that became a text', 'Bearer [object Object]', 'placeholder'],
  ['a variable that was not replaced', '{{access_token}}', 'placeholder'],
  ['an opaque token', `v${randomBytes(24).toString('base64url')}`, 'opaque'],
  ['an opaque token that begins with a brace', `e${'z'.repeat(31)}`, 'opaque'],
  ['an access token of Google', `ya29.${randomBytes(40).toString('base64url')}`, 'opaque'],
  ['a copy that ends in the header', header.slice(0, 30), 'truncated-header'],
  ['a copy that ends behind the header', `${header}.`, 'truncated-payload'],
  ['a copy that ends in the payload', `${header}.${payload.slice(0, 60)}`, 'truncated-payload'],
  ['a copy that ends behind the payload', `${header}.${payload}`, 'truncated-signature'],
  ['a copy that ends in the signature', good.slice(0, -25), 'truncated-signature'],
  ['a copy that ends at the last dot', `${header}.${payload}.`, 'truncated-signature'],
  ['a copy without its beginning', good.slice(7), 'truncated-header'],
  ['a copy of the payload and the signature', `${payload}.${signature}`, 'truncated-header'],
  ['a token as a program shows it', `${good.slice(0, 20)}...${good.slice(-10)}`, 'abbreviated'],
  [
    'a JSON serialization',
    JSON.stringify({ payload, signatures: [{ signature }] }),
    'json-serialization',
  ],
  ['four segments', `${good}.${signature}`, 'segment-count'],
  [
    'padding',
    good
      .split('.')
      .map((part) => part.padEnd(Math.ceil(part.length / 4) * 4, '='))
      .join('.'),
    'padding',
  ],
  ['the standard alphabet', standard(tokenWithSigns()), 'base64-standard-alphabet'],
  [
    'a member twice',
    es.sign({ alg: 'ES256', kid: es.kid }, `{"iss":"${iss}","sub":"a","sub":"admin"}`),
    'duplicate-member',
  ],
  ['a payload that is a list', es.sign({ alg: 'ES256', kid: es.kid }, '[1]'), 'payload-not-json'],
  [
    'a payload that is broken',
    es.sign({ alg: 'ES256', kid: es.kid }, '{"iss":,"sub":"a"}'),
    'payload-not-json',
  ],
  [
    'a payload in Latin-1',
    es.sign({ alg: 'ES256', kid: es.kid }, Buffer.from('{"name":"J\u00f6rg"}', 'latin1')),
    'payload-not-utf8',
  ],
  ['no signature, by alg none', `${encode({ alg: 'none' })}.${payload}.`, 'algorithm-none'],
].map(([name, input, cause]) => ({
  name: name!,
  input: input!,
  args: esArgs,
  cause: cause!,
  // What follows the blank or the comma would be another value of the header.
  code:
    /placeholder|json-s/.test(cause!) && /[ ,]/.test(input!.replace(/^Bearer /, ''))
      ? 'ERR_REQUEST_MALFORMED'
      : MALFORMED,
}))

const parsed: BrokenToken[] = [
  {
    name: 'a token of 20,000 characters',
    input: es.token({ groups: Array.from({ length: 900 }, (_, at) => `group-${at}-of-many`) }),
    args: esArgs,
    cause: 'too-large',
    code: 'ERR_TOKEN_TOO_LARGE',
  },
  {
    name: 'claims nested 40 deep',
    input: es.token({ nested: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) as unknown }),
    args: esArgs,
    cause: 'nested-too-deeply',
    code: MALFORMED,
  },
  {
    name: 'a token of Auth0 without an audience',
    input: `${encode({ alg: 'dir', enc: 'A256GCM', iss: 'https://acme.eu.auth0.com/' })}..${[12, 80, 16].map((n) => randomBytes(n).toString('base64url')).join('.')}`,
    args: esArgs,
    cause: 'auth0-without-audience',
    code: 'ERR_TOKEN_ENCRYPTED',
  },
  {
    name: 'an encrypted token',
    input: `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${[256, 12, 80, 16].map((n) => randomBytes(n).toString('base64url')).join('.')}`,
    args: esArgs,
    cause: 'encrypted',
    code: 'ERR_TOKEN_ENCRYPTED',
  },
  {
    name: 'a refresh token of Gatewarden',
    input: `gwr.abcdefgh.${randomBytes(16).toString('base64url')}.0.${randomBytes(32).toString('base64url')}`,
    args: esArgs,
    cause: 'refresh-token',
    code: 'ERR_TOKEN_ENCRYPTED',
  },
  ...(
    [
      ['crit', { crit: ['exp'] }, 'crit'],
      ['b64', { b64: false }, 'b64'],
      ['a kid that is a number', { kid: 7 }, 'kid-not-text'],
      ['a payload said to be another token', { cty: 'JWT' }, 'nested-token'],
    ] as const
  ).map(([name, parameters, cause]) => ({
    name,
    input: es.token({}, { header: parameters }),
    args: esArgs,
    cause,
    code: 'ERR_HEADER_REFUSED',
  })),
  {
    name: 'alg none with a signature left in place',
    input: `${encode({ alg: 'None' })}.${payload}.${signature}`,
    args: esArgs,
    cause: 'algorithm-none',
    code: 'ERR_ALGORITHM_REFUSED',
  },
  {
    name: 'an alg that does not exist',
    input: es.token({}, { header: { alg: 'ES257' } }),
    args: esArgs,
    cause: 'algorithm-unknown',
    code: 'ERR_ALGORITHM_REFUSED',
  },
]

const issuers: BrokenToken[] = [
  misnamed('a slash', 'https://login.example.com', iss, 'issuer-trailing-slash'),
  misnamed('http', 'http://login.example.com/', iss, 'issuer-scheme'),
  misnamed(
    'no scheme',
    'accounts.google.com',
    'https://accounts.google.com',
    'issuer-without-scheme',
  ),
  misnamed('capitals', 'https://Login.example.com/', iss, 'issuer-case'),
  misnamed('a blank', 'https://login.example.com/ ', iss, 'issuer-blank'),
  misnamed(
    'a port',
    'http://localhost:8081/realms/shop',
    'http://localhost:8080/realms/shop',
    'issuer-port',
  ),
  misnamed(
    'another realm',
    'https://id.example.com/realms/other',
    'https://id.example.com/realms/shop',
    'issuer-other-tenant',
  ),
  misnamed(
    '/auth',
    'https://id.example.com/auth/realms/shop',
    'https://id.example.com/realms/shop',
    'keycloak-auth-path',
  ),
  misnamed(
    'the name inside the network',
    'http://keycloak:8080/realms/shop',
    'https://id.example.com/realms/shop',
    'issuer-other-host',
  ),
  misnamed('staging', 'https://staging.login.example.com/', iss, 'other-environment'),
  misnamed(
    'version 1 of Entra',
    'https://sts.windows.net/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/',
    'https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0',
    'entra-version',
  ),
  misnamed('somebody else', 'https://other.example.org/', iss, 'issuer-other'),
  {
    name: 'no iss',
    input: es.token({ iss: undefined }),
    args: esArgs,
    cause: 'issuer-missing',
    code: 'ERR_ISSUER_UNTRUSTED',
  },
  {
    name: 'a slash, and an audience and a time that are wrong, too',
    input: es.token({
      iss: 'https://login.example.com',
      aud: 'web',
      exp: now - 60,
      iat: now - 400,
    }),
    args: esArgs,
    cause: 'issuer-trailing-slash',
    code: 'ERR_ISSUER_UNTRUSTED',
    also: ['audience-other', 'expired-just-now'],
  },
]

const keys: BrokenToken[] = [
  {
    name: 'a key that was rotated away',
    input: staging.token(),
    args: esArgs,
    cause: 'key-rotated',
    code: 'ERR_KEY_UNKNOWN',
  },
  {
    name: 'no kid, and two keys',
    input: rotating.token({}, { header: { kid: undefined } }),
    args: twoKeys,
    cause: 'kid-missing',
    code: 'ERR_KEY_UNKNOWN',
  },
  {
    name: 'a key that is in the set and for encryption',
    input: es.token(),
    args: [
      ...expected,
      '--jwks',
      file(
        'enc.json',
        JSON.stringify({ keys: [...rotating.jwks().keys, { ...es.jwks().keys[0], use: 'enc' }] }),
      ),
    ],
    cause: 'key-unusable',
    code: 'ERR_KEY_UNKNOWN',
  },
  {
    name: 'a shared secret, and public keys',
    input: signWithSecret(es.publicKeyPem, claims, { alg: 'HS256', kid: es.kid }),
    args: esArgs,
    cause: 'hmac-with-public-keys',
    code: 'ERR_ALGORITHM_REFUSED',
  },
  {
    name: 'a private key, and a shared secret',
    input: good,
    args: secretArgs,
    cause: 'public-key-algorithm-with-secret',
    code: 'ERR_ALGORITHM_REFUSED',
  },
  {
    name: 'HS512, and a secret for HS256',
    input: signWithSecret(secret, claims, { alg: 'HS512' }),
    args: secretArgs,
    cause: 'algorithm-of-same-family',
    code: 'ERR_ALGORITHM_REFUSED',
  },
  {
    name: 'PS256 by a key for RS256',
    input: rs.token({}, { header: { alg: 'PS256' } }),
    args: rsArgs,
    cause: 'algorithm-of-same-family',
    code: 'ERR_ALGORITHM_REFUSED',
  },
  {
    name: 'a key of another type',
    input: rs.token({}, { header: { kid: es.kid } }),
    args: esArgs,
    cause: 'algorithm-of-other-key-type',
    code: 'ERR_ALGORITHM_REFUSED',
  },
]

const signatures: BrokenToken[] = [
  [
    'the line break of the file',
    signWithSecret(`${secret}\n`, claims),
    withLineBreak,
    'secret-line-break',
  ],
  [
    'the secret decoded from base64',
    signWithSecret(Buffer.from(secret, 'base64'), claims),
    secretArgs,
    'secret-base64',
  ],
  [
    'the secret decoded from hexadecimal',
    signWithSecret(Buffer.from(hex, 'hex'), claims),
    hexArgs,
    'secret-hex',
  ],
  ['the secret without its quotes', signWithSecret(secret, claims), quotedArgs, 'secret-quotes'],
  ['another secret', signWithSecret(randomBytes(32), claims), secretArgs, 'secret-other'],
  ['an edited payload, of RSA', edit(rs.token(), { sub: 'admin' }), rsArgs, 'payload-edited'],
  [
    'an edited payload, of a key of its own name',
    edit(good, { sub: 'admin' }),
    esArgs,
    'payload-edited',
  ],
  [
    'the key of staging, by the same name',
    stagingRs.token({}, { header: { kid: rs.kid } }),
    rsArgs,
    'other-key',
  ],
  [
    'the key of staging, of no name',
    staging.token({}, { header: { kid: undefined } }),
    esArgs,
    'other-key',
  ],
  [
    'another key of the set than is named',
    rotating.token({}, { header: { kid: retired } }),
    twoKeys,
    'kid-of-other-key',
  ],
  ['a signature in DER', derSigned(), esArgs, 'signature-der'],
  ['a signature that was cut', good.slice(0, -26), esArgs, 'truncated-signature'],
  [
    'a token for Microsoft Graph',
    stagingRs.token(
      { aud: 'https://graph.microsoft.com' },
      { header: { kid: rs.kid, nonce: 'x' } },
    ),
    rsArgs,
    'graph-token',
  ],
].map(([name, input, args, cause]) => ({
  name: name as string,
  input: input as string,
  args: args as string[],
  cause: cause as string,
  code: 'ERR_SIGNATURE_INVALID',
}))

const kinds: BrokenToken[] = [
  ['an ID token, by at_hash', { at_hash: 'x', aud: 'web', nonce: 'n' }, 'id-token'],
  ['an ID token of Keycloak', { typ: 'ID', aud: 'web' }, 'id-token'],
  ['an ID token of Cognito', { token_use: 'id' }, 'id-token'],
  ['a refresh token of Keycloak', { typ: 'Refresh', aud: iss }, 'refresh-token'],
  [
    'a logout token',
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
    'logout-token',
  ],
  ['a DPoP proof', { htu: 'https://api.example.com/', htm: 'GET' }, 'dpop-proof'],
].map(([name, changes, cause]) => ({
  name: name as string,
  input: es.token(changes as Record<string, unknown>),
  args: esArgs,
  cause: cause as string,
  code: 'ERR_TOKEN_TYPE_REFUSED',
}))

const types: BrokenToken[] = [
  {
    name: 'a typ of its own',
    input: es.token({}, { header: { typ: 'access' } }),
    args: esArgs,
    cause: 'typ-refused',
    code: 'ERR_TOKEN_TYPE_REFUSED',
  },
  {
    name: 'a JWT where RFC 9068 is wanted',
    input: es.token(),
    args: [...esArgs, '--profile', 'rfc9068'],
    cause: 'not-rfc9068',
    code: 'ERR_TOKEN_TYPE_REFUSED',
  },
]

const content: BrokenToken[] = [
  [
    'exp in milliseconds',
    { exp: (now + 300) * 1_000 },
    'time-in-milliseconds',
    'ERR_CLAIM_INVALID',
  ],
  ['iat in milliseconds', { iat: now * 1_000 }, 'time-in-milliseconds', 'ERR_CLAIM_INVALID'],
  ['exp as a text', { exp: String(now + 300) }, 'time-as-text', 'ERR_CLAIM_INVALID'],
  ['a sub that is a number', { sub: 42 }, 'claim-not-text', 'ERR_CLAIM_INVALID'],
  ['an aud that is an object', { aud: { api: true } }, 'audience-not-text', 'ERR_CLAIM_INVALID'],
  ['no exp', { exp: undefined }, 'exp-missing', 'ERR_CLAIM_MISSING'],
  ['a key of its sender', { cnf: { jkt: 'x' } }, 'sender-bound', 'ERR_SENDER_CONSTRAINED'],
  [
    'a certificate of its sender',
    { cnf: { 'x5t#S256': 'x' } },
    'sender-bound',
    'ERR_SENDER_CONSTRAINED',
  ],
  ['over for a minute', { iat: now - 400, exp: now - 60 }, 'expired-just-now', 'ERR_TOKEN_EXPIRED'],
  ['over for hours', { iat: now - 5 * HOUR, exp: now - 4 * HOUR }, 'expired', 'ERR_TOKEN_EXPIRED'],
  [
    'over for a month',
    { iat: now - 721 * HOUR, exp: now - 720 * HOUR },
    'expired-long-ago',
    'ERR_TOKEN_EXPIRED',
  ],
  ['a lifetime in exp', { exp: 3_600 }, 'exp-is-duration', 'ERR_TOKEN_EXPIRED'],
  [
    'over before it was issued',
    { iat: now - 100, exp: now - 100 },
    'expires-before-issued',
    'ERR_TOKEN_EXPIRED',
  ],
  [
    'local time, 3 h ahead',
    { iat: now + 3 * HOUR - 20, exp: now + 4 * HOUR },
    'clock-off-by-hours',
    'ERR_TOKEN_NOT_YET_VALID',
  ],
  [
    'local time of India',
    { iat: now + 5.5 * HOUR, exp: now + 6 * HOUR },
    'clock-off-by-hours',
    'ERR_TOKEN_NOT_YET_VALID',
  ],
  [
    'a clock that is 4 min ahead',
    { iat: now + 240, exp: now + 600 },
    'clock-ahead',
    'ERR_TOKEN_NOT_YET_VALID',
  ],
  [
    'a date of next month',
    { iat: now + 700 * HOUR, exp: now + 701 * HOUR },
    'issued-in-future',
    'ERR_TOKEN_NOT_YET_VALID',
  ],
  [
    'meant for tomorrow',
    { nbf: now + 22.4 * HOUR, exp: now + 24 * HOUR },
    'nbf-future',
    'ERR_TOKEN_NOT_YET_VALID',
  ],
].map(([name, changes, cause, code]) => ({
  name: name as string,
  input: es.token(changes as Record<string, unknown>),
  args: esArgs,
  cause: cause as string,
  code: code as string,
}))

const guid = '11111111-2222-4333-8444-555555555555'
const audiences: BrokenToken[] = [
  provider('a slash in aud', es.token({ aud: `${aud}/` }), 'audience-trailing-slash'),
  provider('http in aud', es.token({ aud: 'http://api.example.com' }), 'audience-scheme'),
  provider('no aud', es.token({ aud: undefined }), 'audience-missing'),
  provider('another service', es.token({ aud: 'https://billing.example.com' }), 'audience-other'),
  provider('the client', es.token({ aud: 'web', azp: 'web', scope: 'a' }), 'audience-is-client'),
  provider('an ID token that does not say so', es.token({ aud: 'web', azp: 'web' }), 'id-token'),
  provider(
    'the account page of Keycloak',
    es.token({ aud: 'account', azp: 'web', scope: 'a' }),
    'keycloak-account-audience',
  ),
  provider(
    'userinfo of Auth0',
    es.token({ aud: `${iss}userinfo`, scope: 'openid' }),
    'userinfo-audience',
  ),
  provider(
    'a token of Cognito',
    es.token({ aud: undefined, token_use: 'access' }),
    'cognito-without-audience',
  ),
  provider(
    'the URI of an API of Entra',
    es.token({ aud: `api://${guid}`, scp: 'a' }),
    'entra-audience',
    guid,
  ),
]

const grants: BrokenToken[] = [
  [
    'a scope that is missing',
    { scope: 'orders:write' },
    ['--scope', 'orders:read'],
    'scope-missing',
    'ERR_SCOPE_INSUFFICIENT',
  ],
  [
    'a scope among the permissions',
    { permissions: ['orders:read'] },
    ['--scope', 'orders:read'],
    'scope-in-another-claim',
    'ERR_SCOPE_INSUFFICIENT',
  ],
  [
    'a role that is missing',
    { roles: ['user'] },
    ['--role', 'admin'],
    'role-missing',
    'ERR_ROLE_INSUFFICIENT',
  ],
  [
    'a role of the realm',
    { realm_access: { roles: ['admin'] } },
    ['--role', 'admin'],
    'role-in-another-claim',
    'ERR_ROLE_INSUFFICIENT',
  ],
].map(([name, changes, args, cause, code]) => ({
  name: name as string,
  input: es.token(changes as Record<string, unknown>),
  args: [...esArgs, ...(args as string[])],
  cause: cause as string,
  code: code as string,
}))

const weakKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const privatePem = es.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

const configurations: BrokenToken[] = [
  [
    'a public key as secret',
    ['--secret-file', file('pem.secret', es.publicKeyPem)],
    'public-key-as-secret',
  ],
  [
    'a secret of a tutorial',
    ['--secret-file', file('weak.secret', 'your-256-bit-secret')],
    'secret-published',
  ],
  [
    'a secret of ten bytes',
    ['--secret-file', file('short.secret', randomBytes(5).toString('hex'))],
    'secret-too-short',
  ],
  [
    'a secret that counts',
    [
      '--secret-file',
      file('count.secret', Buffer.from(Array.from({ length: 32 }, (_, at) => at + 20))),
    ],
    'secret-guessable',
  ],
  ['a private key', ['--public-key', file('private.pem', privatePem)], 'private-key-given'],
  [
    'a key of 1024 bits',
    ['--public-key', file('weak.pem', weakKey.export({ type: 'spki', format: 'pem' }))],
    'key-unusable',
  ],
].map(([name, args, cause]) => ({
  name: name as string,
  input: signWithSecret(secret, claims),
  args: [...expected, ...(args as string[])],
  cause: cause as string,
  code: 'ERR_CONFIG',
}))

export const accepted: readonly (readonly [string, string, readonly string[]])[] = [
  ['ES256 by a key set', good, esArgs],
  ['RS256 by a key set', rs.token(), rsArgs],
  ['HS256 by a secret', signWithSecret(secret, claims), secretArgs],
  ['ES256 by a PEM', good, [...expected, '--public-key', file('es.pem', es.publicKeyPem)]],
  ['a header line', `Authorization: Bearer ${good}`, esArgs],
]

export const brokenTokens: readonly BrokenToken[] = [
  ...pasted,
  ...shapes,
  ...parsed,
  ...issuers,
  ...keys,
  ...signatures,
  ...kinds,
  ...types,
  ...content,
  ...audiences,
  ...grants,
  ...configurations,
]
