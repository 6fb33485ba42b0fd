import { createLocalJWKSet, jwtVerify } from 'jose'
import { AccessTokens } from '../src/access-token.ts'
import { createFixedSigners } from '../src/keys/fixed-signers.ts'
import type { SigningKeys } from '../src/keys/signing-keys.ts'
import type { Grant } from '../src/grant.ts'
import type { Session } from '../src/session.ts'
import { sessionOf, toSessionRow } from '../src/session-row.ts'
import { hearEvents } from './hear-events.ts'
import {
  API,
  claimsOf,
  createTestIssuer,
  ISSUER,
  NOON,
  refusalOf,
  signer,
  THUMBPRINT,
} from './test-issuer.ts'

const heard = hearEvents()
const keys = createFixedSigners([signer])

const session = (changes: Partial<Session> = {}): Session => {
  const row = toSessionRow(
    { subject: 'alice' },
    {
      handle: 'the-handle',
      client: 'app',
      audiences: [API],
      now: NOON,
      idleLifetime: 100_000,
      lifetime: 100_000,
    },
  )
  return { ...sessionOf(row), ...changes }
}
const grant: Grant = { scopes: [], roles: [], permissions: [], claims: {} }

interface Changes {
  readonly session?: Partial<Session>
  readonly grant?: Partial<Grant>
  readonly lifetime?: number
  readonly jitter?: number
  readonly now?: number
  readonly keys?: SigningKeys
}

const issue = (changes: Changes = {}) =>
  new AccessTokens({
    issuer: ISSUER,
    keys: changes.keys ?? keys,
    revocations: { isKeyRevoked: () => false },
    accessTokenLifetime: changes.lifetime ?? 600,
    accessTokenJitter: changes.jitter ?? 0,
  }).issue({
    session: session(changes.session),
    grant: { ...grant, ...changes.grant },
    reason: 'login',
    now: changes.now ?? NOON,
  })

const decode = (token: string) =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object)

describe('an access token', () => {
  it('AS-14 has the header and claims of RFC 9068 and no other', async () => {
    const { token, expiresAt, scope } = await issue()
    const [header, claims] = decode(token)
    const { kid } = await keys.signer()
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid })
    expect(claims).toEqual({
      iss: ISSUER,
      sub: 'alice',
      aud: API,
      client_id: 'app',
      iat: NOON,
      exp: NOON + 600,
      jti: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      sid: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      auth_time: NOON,
    })
    expect({ expiresAt, scope }).toEqual({ expiresAt: NOON + 600, scope: undefined })
  })

  it('AS-14 has a jti of its own each time, and is for one resource', async () => {
    const issued = await Promise.all(Array.from({ length: 100 }, () => issue()))
    const claims = issued.map(({ token }) => claimsOf({ accessToken: token }))
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(100)
    for (const { aud } of claims) expect(aud).toBe(API)
  })

  it('says what the grant gives, and how the user logged in', async () => {
    const { token, scope } = await issue({
      session: { amr: ['pwd'], acr: 'urn:mfa', authTime: NOON - 50, binding: { jkt: THUMBPRINT } },
      grant: {
        scopes: ['read', 'write'],
        roles: ['admin'],
        permissions: ['files:read'],
        claims: { plan: 'pro' },
      },
    })
    expect(claimsOf({ accessToken: token })).toMatchObject({
      scope: 'read write',
      roles: ['admin'],
      permissions: ['files:read'],
      plan: 'pro',
      amr: ['pwd'],
      acr: 'urn:mfa',
      auth_time: NOON - 50,
      cnf: { jkt: THUMBPRINT },
    })
    expect(scope).toBe('read write')
  })

  it('lets no claim of the application stand in the place of its own, even one that was not checked', async () => {
    const claims = {
      iss: 'https://evil.example',
      sub: 'root',
      aud: 'x',
      client_id: 'x',
      iat: 1,
      exp: 9e9,
      jti: 'x',
      sid: 'x',
      scope: 'all',
      roles: ['admin'],
      permissions: ['all'],
      auth_time: 1,
      amr: ['x'],
      acr: 'x',
      cnf: { jkt: 'x' },
    }
    const { token } = await issue({ grant: { claims } })
    const written = claimsOf({ accessToken: token })
    expect(written).toMatchObject({ iss: ISSUER, sub: 'alice', aud: API, exp: NOON + 600 })
    for (const name of ['scope', 'roles', 'permissions', 'amr', 'acr', 'cnf'])
      expect(written).not.toHaveProperty(name)
    for (const name of ['client_id', 'iat', 'jti', 'sid', 'auth_time'])
      expect(written[name]).not.toBe(claims[name as keyof typeof claims])
  })

  it('AS-14 verifies with jose and with a guard, by the published keys', async () => {
    const { issuer, guard } = createTestIssuer()
    const { accessToken } = await issuer.openSession({ subject: 'alice', scope: 'read' })
    const set = createLocalJWKSet(await issuer.trust().keys.jwks())
    const { payload, protectedHeader } = await jwtVerify(accessToken, set, {
      issuer: ISSUER,
      audience: API,
      typ: 'at+jwt',
      currentDate: new Date(NOON * 1_000),
      requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
    })
    const auth = await guard.verify(accessToken)
    expect(auth.claims).toEqual(payload)
    expect(auth.header).toEqual(protectedHeader)
    expect(auth).toMatchObject({ subject: 'alice', scopes: ['read'], clientId: 'app' })
  })

  it('verifies with jose under the keys that the issuer makes itself', async () => {
    const { issuer } = createTestIssuer({ keys: {} })
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    const set = createLocalJWKSet(await issuer.trust().keys.jwks())
    const at = { currentDate: new Date(NOON * 1_000) }
    expect((await jwtVerify(accessToken, set, at)).payload.sub).toBe('alice')
  })
})

describe('the life of an access token', () => {
  const random = Math.random
  afterEach(() => {
    Math.random = random
  })

  it.each([
    [0, 0.1, 600],
    [0.5, 0.1, 570],
    [1 - 2 ** -53, 0.1, 540],
    [0, 0.5, 600],
    [1 - 2 ** -53, 0.5, 300],
    [1 - 2 ** -53, 0, 600],
  ])('with a die that shows %d and a jitter of %d is %d seconds', async (die, jitter, seconds) => {
    Math.random = () => die
    expect((await issue({ jitter })).expiresAt).toBe(NOON + seconds)
  })

  it('is never shorter than a second, and in whole ones', async () => {
    Math.random = () => 1 - 2 ** -53
    expect((await issue({ lifetime: 1, jitter: 0.5 })).expiresAt).toBe(NOON + 1)
    expect((await issue({ lifetime: 601, jitter: 0.25 })).expiresAt).toBe(NOON + 451)
  })

  it('lies between both, and not always in one place', async () => {
    const lives = await Promise.all(
      Array.from({ length: 200 }, async () => (await issue({ jitter: 0.1 })).expiresAt - NOON),
    )
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(540)
    expect(Math.max(...lives)).toBeLessThanOrEqual(600)
    expect(new Set(lives).size).toBeGreaterThan(20)
  })

  it.each([
    ['a second before', 601, 600],
    ['when', 600, 600],
    ['a second after', 599, 599],
  ])('AS-08 ends with its session: %s the token does', async (_, left, seconds) => {
    for (const end of ['expiresAt', 'idleExpiresAt'] as const)
      expect((await issue({ session: { [end]: NOON + left } })).expiresAt).toBe(NOON + seconds)
  })
})

describe('a token that cannot be signed', () => {
  it('is an outage, not the client’s fault', async () => {
    const down = { ...signer, sign: () => Promise.reject(new Error('kms: connection refused')) }
    const { issuer } = createTestIssuer({ signers: [down] })
    await expect(issuer.ready()).rejects.toThrow()
    const failing = {
      signer: () => ({
        algorithm: 'ES256',
        kid: 'k',
        sign: () => Promise.reject(new Error('kms: connection refused')),
      }),
    } as unknown as SigningKeys
    const error = await refusalOf(issue({ keys: failing }))
    expect(error).toMatchObject({
      code: 'ERR_SIGNING_UNAVAILABLE',
      status: 503,
      error: 'temporarily_unavailable',
      retryAfter: 5,
      cause: expect.objectContaining({ message: 'kms: connection refused' }),
    })
    expect(heard.of('issued')).toEqual([])
  })
})

describe('the events of an access token', () => {
  it('count it, by reason, client, algorithm and size', async () => {
    const { token } = await issue()
    expect(heard.of('issued')).toEqual([
      { reason: 'login', client: 'app', algorithm: 'ES256', tokenSize: token.length },
    ])
  })

  it('warn of a token of 3,501 characters, not of 3,500, and name its largest claims', async () => {
    const { token: plain } = await issue({ grant: { claims: { groups: '' } } })
    const fill = (length: number) =>
      issue({
        grant: { claims: { groups: 'x'.repeat(Math.ceil(((length - plain.length) * 3) / 4)) } },
      })
    // Three characters of a claim are four of a token: some length in reach is the last without a warning.
    const lengths: number[] = []
    for (let size = 3_496; size <= 3_506; size++) {
      const { token } = await fill(size)
      lengths.push(token.length)
      expect([token.length, heard.of('large-token').length > 0]).toEqual([
        token.length,
        token.length > 3_500,
      ])
    }
    expect(lengths).toContain(3_500)
    expect(lengths.some((length) => length > 3_500 && length <= 3_502)).toBe(true)
    expect(heard.of('large-token')[0]).toMatchObject({
      claims: ['groups', 'jti', 'sid', 'iss', 'aud'],
    })
  })
})
