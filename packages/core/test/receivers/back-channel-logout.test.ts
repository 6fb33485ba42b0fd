import { createGuard } from '../../src/guard.ts'
import {
  backChannelLogout,
  type BackChannelLogoutOptions,
} from '../../src/receivers/back-channel-logout.ts'
import type { Receiver } from '../../src/receivers/create-receiver.ts'
import { createMemoryRevocations } from '../../src/revocations/memory-revocations.ts'
import {
  AUDIENCE,
  createClock,
  encode,
  goodClaims,
  ISSUER,
  mint,
  newEcKeys,
  newRsaKeys,
  newSecret,
  NOW,
  rejectionOf,
  thrownBy,
  toJwk,
} from '../mint.ts'
import { answerJson, answerStatus, startProvider } from '../provider.ts'
import { createRevocations, FORM, heardOf, post } from './receive.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const LIFETIME = 600
const ec = newEcKeys()
const other = newEcKeys()

/** Claims of a logout token that is taken; a member set to undefined is left out. */
const logoutClaims = (changes: Record<string, unknown> = {}) =>
  goodClaims({
    aud: 'shop',
    client_id: undefined,
    sub: 'alice',
    sid: 's1',
    jti: 'logout-1',
    iat: NOW,
    exp: NOW + 120,
    events: { [EVENT]: {} },
    ...changes,
  })
const logoutToken = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  mint({ alg: 'ES256', typ: 'logout+jwt', ...header }, logoutClaims(changes), ec.privateKey)

function setUp(options: Partial<BackChannelLogoutOptions> = {}, clock = createClock()) {
  const revocations = createRevocations(clock)
  const receiver = backChannelLogout({
    issuer: ISSUER,
    clientId: 'shop',
    publicKey: ec.publicKey,
    revocations,
    longestLifetime: LIFETIME,
    clock,
    ...options,
  } as BackChannelLogoutOptions)
  const guard = createGuard({
    issuer: ISSUER,
    audience: AUDIENCE,
    publicKey: ec.publicKey,
    revocation: revocations,
    clock,
  })
  const accessToken = (claims: Record<string, unknown> = {}) =>
    mint({ alg: 'ES256', typ: 'at+jwt' }, goodClaims(claims), ec.privateKey)
  /** `passed`, or the code of the refusal. */
  const use = (token: string) =>
    guard.verify(token).then(
      () => 'passed',
      ({ code }: { code: string }) => code,
    )
  return { clock, revocations, receiver, guard, accessToken, use }
}

const send = (receiver: Receiver, token: string) =>
  post(receiver, `logout_token=${encodeURIComponent(token)}`, FORM)

const refusal = (description: string) => ({
  status: 400,
  headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
  body: JSON.stringify({ error: 'invalid_request', error_description: description }),
})
/** What the provider reads: of everything before the signature, the same. */
const DESCRIPTIONS = {
  ERR_TOKEN_MALFORMED: 'The token is malformed.',
  ERR_TOKEN_ENCRYPTED: 'The token is encrypted; a signed one is expected.',
  ERR_ALGORITHM_REFUSED: 'The token is not valid.',
  ERR_HEADER_REFUSED: 'The token is not valid.',
  ERR_ISSUER_UNTRUSTED: 'The token is not valid.',
  ERR_SIGNATURE_INVALID: 'The token is not valid.',
  ERR_TOKEN_TYPE_REFUSED: 'The token is of another kind than is taken here.',
  ERR_AUDIENCE_MISMATCH: 'The token is meant for another audience.',
  ERR_CLAIM_MISSING: 'The token lacks a required claim.',
  ERR_CLAIM_INVALID: 'The token has a claim that is not acceptable.',
}
const LOGGED_OUT = { status: 200, headers: { 'cache-control': 'no-store' }, body: '' }

describe('a logout', () => {
  it('RS-77: is answered 200 without a body, and is for nobody’s cache', async () => {
    const { receiver } = setUp()
    expect(await send(receiver, logoutToken())).toEqual(LOGGED_OUT)
  })

  it('ends the session it names, and no other of the user', async () => {
    const { receiver, accessToken, use, revocations } = setUp()
    const ended = accessToken({ sid: 's1', jti: 'a' })
    const elsewhere = accessToken({ sid: 's2', jti: 'b' })
    expect(await use(ended)).toBe('passed')
    await send(receiver, logoutToken())
    expect(await use(ended)).toBe('ERR_TOKEN_REVOKED')
    expect(await use(elsewhere)).toBe('passed')
    expect(revocations.revoked).toEqual([
      { issuer: ISSUER, sessionId: 's1', until: NOW + LIFETIME + 30 },
    ])
  })

  it('ends a session that is named without its user', async () => {
    const { receiver, accessToken, use } = setUp()
    await send(receiver, logoutToken({ sub: undefined }))
    expect(await use(accessToken({ sid: 's1' }))).toBe('ERR_TOKEN_REVOKED')
    expect(await use(accessToken({ sid: undefined }))).toBe('passed')
  })

  it('that names only the user ends what was issued up to its iat, and a login afterwards works', async () => {
    const { receiver, accessToken, use } = setUp()
    expect(await send(receiver, logoutToken({ sid: undefined, iat: NOW - 5 }))).toEqual(LOGGED_OUT)
    expect(await use(accessToken({ iat: NOW - 60, sid: 's1' }))).toBe('ERR_TOKEN_REVOKED')
    expect(await use(accessToken({ iat: NOW - 5, sid: 's2' }))).toBe('ERR_TOKEN_REVOKED')
    expect(await use(accessToken({ iat: NOW - 4, sid: 's3' }))).toBe('passed')
    expect(await use(accessToken({ iat: NOW - 60, sub: 'bob' }))).toBe('passed')
  })

  it('of a fraction of a second ends what was issued within that second', async () => {
    const { receiver, revocations } = setUp()
    await send(receiver, logoutToken({ sid: undefined, iat: NOW - 4.5 }))
    expect(revocations.revoked).toMatchObject([{ subject: 'alice', issuedUpTo: NOW - 4 }])
  })

  it('ends everything of the user with ends: subject, also where the session is named', async () => {
    const { receiver, accessToken, use } = setUp({ ends: 'subject' })
    await send(receiver, logoutToken())
    expect(await use(accessToken({ sid: undefined, iat: NOW }))).toBe('ERR_TOKEN_REVOKED')
    expect(await use(accessToken({ sid: undefined, iat: NOW + 1 }))).toBe('passed')
  })

  it('ends the session with ends: subject where only that is named', async () => {
    const { receiver, revocations } = setUp({ ends: 'subject' })
    await send(receiver, logoutToken({ sub: undefined }))
    expect(revocations.revoked).toMatchObject([{ sessionId: 's1' }])
  })

  it('is remembered until the last token concerned has expired, by the later of both clocks', async () => {
    const { receiver, revocations } = setUp({ clockTolerance: 20 })
    await send(receiver, logoutToken({ iat: NOW + 20 }))
    await send(receiver, logoutToken({ iat: NOW - 20, jti: 'logout-2' }))
    expect(revocations.revoked.map(({ until }) => until)).toEqual([
      NOW + 20 + LIFETIME + 20,
      NOW + LIFETIME + 20,
    ])
  })

  it('works with revocations of one process, as they come', async () => {
    const clock = createClock()
    const revocations = createMemoryRevocations({ clock })
    const { receiver } = setUp({ revocations }, clock)
    expect(await send(receiver, logoutToken())).toEqual(LOGGED_OUT)
    expect(revocations.size).toBe(2)
    expect((await send(receiver, logoutToken())).status).toBe(400)
  })

  it('is published, and what is published holds no token', async () => {
    const { receiver } = setUp()
    const token = logoutToken()
    const { event } = await heardOf(() => send(receiver, token))
    expect(event).toEqual({
      receiver: 'back-channel logout',
      issuer: ISSUER,
      result: 'accepted',
      status: 200,
      code: undefined,
      message: undefined,
      cause: undefined,
      events: [EVENT],
      revoked: 1,
    })
  })
})

describe('RS-76: what is no logout token of this provider for this client', () => {
  const rsa = newRsaKeys()
  const pem = ec.publicKey.export({ type: 'spki', format: 'pem' }) as string
  const signed = (changes: Record<string, unknown>) => () => logoutToken(changes)
  const typed = (typ: unknown) => () => logoutToken({}, { typ })

  it.each<[attack: string, token: () => string, code: keyof typeof DESCRIPTIONS]>([
    [
      'alg none, with a signature',
      () => `${encode({ alg: 'none' })}.${encode(logoutClaims())}.AAAA`,
      'ERR_ALGORITHM_REFUSED',
    ],
    [
      'alg none, without one',
      () => `${encode({ alg: 'none' })}.${encode(logoutClaims())}.`,
      'ERR_TOKEN_MALFORMED',
    ],
    [
      'key confusion: HS256 with the public key as the secret',
      () => mint({ alg: 'HS256', typ: 'logout+jwt' }, logoutClaims(), Buffer.from(pem)),
      'ERR_ALGORITHM_REFUSED',
    ],
    [
      'the key of somebody else',
      () => mint({ alg: 'ES256', typ: 'logout+jwt' }, logoutClaims(), other.privateKey),
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'a key that came along in the header',
      () =>
        mint(
          { alg: 'ES256', typ: 'logout+jwt', jwk: toJwk(other.publicKey) },
          logoutClaims(),
          other.privateKey,
        ),
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'another kind of key',
      () => mint({ alg: 'RS256', typ: 'logout+jwt' }, logoutClaims(), rsa.privateKey),
      'ERR_ALGORITHM_REFUSED',
    ],
    [
      'claims that were changed',
      () => {
        const [header, , signature] = logoutToken().split('.')
        return `${header}.${encode(logoutClaims({ sub: 'bob' }))}.${signature}`
      },
      'ERR_SIGNATURE_INVALID',
    ],
    ['another issuer', signed({ iss: `${ISSUER}/` }), 'ERR_ISSUER_UNTRUSTED'],
    ['no issuer', signed({ iss: undefined }), 'ERR_ISSUER_UNTRUSTED'],
    ['wrong aud', signed({ aud: 'blog' }), 'ERR_AUDIENCE_MISMATCH'],
    [
      'the client as the beginning of another',
      signed({ aud: ['shop2', 'a-shop'] }),
      'ERR_AUDIENCE_MISMATCH',
    ],
    ['no aud', signed({ aud: undefined }), 'ERR_AUDIENCE_MISMATCH'],
    ['no iat', signed({ iat: undefined }), 'ERR_CLAIM_MISSING'],
    ['no exp', signed({ exp: undefined }), 'ERR_CLAIM_MISSING'],
    ['no jti', signed({ jti: undefined }), 'ERR_CLAIM_MISSING'],
    ['an empty jti', signed({ jti: '' }), 'ERR_CLAIM_INVALID'],
    ['a jti that is no text', signed({ jti: 7 }), 'ERR_CLAIM_INVALID'],
    ['an exp in milliseconds', signed({ exp: NOW * 1000 }), 'ERR_CLAIM_INVALID'],
    ['neither sid nor sub', signed({ sid: undefined, sub: undefined }), 'ERR_CLAIM_MISSING'],
    ['an empty sid', signed({ sid: '' }), 'ERR_CLAIM_INVALID'],
    ['a sub that is no text', signed({ sub: { $ne: null } }), 'ERR_CLAIM_INVALID'],
    ['a nonce', signed({ nonce: 'n' }), 'ERR_TOKEN_TYPE_REFUSED'],
    ['a nonce that is null', signed({ nonce: null }), 'ERR_TOKEN_TYPE_REFUSED'],
    [
      'an ID token with events',
      () => logoutToken({ at_hash: 'h' }, { typ: 'JWT' }),
      'ERR_TOKEN_TYPE_REFUSED',
    ],
    [
      'an ID token',
      () => logoutToken({ events: undefined, nonce: 'n' }, { typ: 'JWT' }),
      'ERR_TOKEN_TYPE_REFUSED',
    ],
    [
      'an ID token without nonce',
      () => logoutToken({ events: undefined }, { typ: undefined }),
      'ERR_TOKEN_TYPE_REFUSED',
    ],
    [
      'an access token',
      () => mint({ alg: 'ES256', typ: 'at+jwt' }, goodClaims({ aud: 'shop' }), ec.privateKey),
      'ERR_TOKEN_TYPE_REFUSED',
    ],
    [
      'an access token of typ JWT',
      () => mint({ alg: 'ES256', typ: 'JWT' }, goodClaims({ aud: 'shop' }), ec.privateKey),
      'ERR_TOKEN_TYPE_REFUSED',
    ],
    ['typ secevent+jwt', typed('secevent+jwt'), 'ERR_TOKEN_TYPE_REFUSED'],
    ['typ at+jwt', typed('application/at+jwt'), 'ERR_TOKEN_TYPE_REFUSED'],
    ['application/ amid the typ', typed('logoutapplication/+jwt'), 'ERR_TOKEN_TYPE_REFUSED'],
    ['a typ that is no text', typed(7), 'ERR_HEADER_REFUSED'],
    ['crit in the header', () => logoutToken({}, { crit: ['x'] }), 'ERR_HEADER_REFUSED'],
    ['the wrong event type', signed({ events: { [`${EVENT}/`]: {} } }), 'ERR_CLAIM_INVALID'],
    ['the event as a text', signed({ events: EVENT }), 'ERR_CLAIM_INVALID'],
    ['the event in a list', signed({ events: [EVENT] }), 'ERR_CLAIM_INVALID'],
    ['an event that is no object', signed({ events: { [EVENT]: true } }), 'ERR_CLAIM_INVALID'],
    ['an event that is a list', signed({ events: { [EVENT]: [] } }), 'ERR_CLAIM_INVALID'],
    ['no event at all', signed({ events: {} }), 'ERR_CLAIM_INVALID'],
    [
      'an event that every object has',
      () => logoutToken({ events: { constructor: {} } }),
      'ERR_CLAIM_INVALID',
    ],
    [
      'a member that is there twice',
      () => {
        const text = JSON.stringify(logoutClaims()).replace('{', '{"sub":"bob",')
        return mint({ alg: 'ES256', typ: 'logout+jwt' }, text, ec.privateKey)
      },
      'ERR_TOKEN_MALFORMED',
    ],
    ['an encrypted token', () => 'a.b.c.d.e', 'ERR_TOKEN_ENCRYPTED'],
    ['junk', () => 'junk', 'ERR_TOKEN_MALFORMED'],
  ])('is refused with 400: %s', async (_attack, token, code) => {
    const { receiver, revocations } = setUp()
    const sent = token()
    const { reply, event } = await heardOf(() => send(receiver, sent))
    expect(reply).toEqual(refusal(DESCRIPTIONS[code]))
    expect(event).toMatchObject({ result: 'refused', status: 400, code, revoked: 0, events: [] })
    expect(event.message).toBeTruthy()
    expect(revocations.told).toEqual([])
  })

  it.each<[typ: unknown, found: string]>([
    ['secevent', '"secevent"'],
    ['application/x', '"application/x"'],
    [undefined, 'missing'],
  ])('says which typ %j it is not, in the words of the log', async (typ, found) => {
    const { receiver } = setUp({ requireType: true })
    const { event } = await heardOf(() => send(receiver, logoutToken({}, { typ })))
    expect(event.message).toMatch(new RegExp(`its typ is ${found}; expected logout\\+jwt$`))
  })

  it('says of every typ that it takes', async () => {
    const { receiver } = setUp()
    const { event } = await heardOf(() => send(receiver, logoutToken({}, { typ: 'at+jwt' })))
    expect(event.message).toMatch(/its typ is "at\+jwt"; expected logout\+jwt or jwt$/)
  })

  it.each([
    [{ exp: NOW - 29 }, 200],
    [{ exp: NOW - 30 }, 400],
    [{ iat: NOW + 30 }, 200],
    [{ iat: NOW + 31 }, 400],
    [{ nbf: NOW + 31 }, 400],
    [{ iat: NOW - 3_600 - 29 }, 200],
    [{ iat: NOW - 3_600 - 30 }, 400],
  ])('is judged by the time: %j is answered %i', async (claims, status) => {
    const { receiver } = setUp()
    expect((await send(receiver, logoutToken(claims))).status).toBe(status)
  })

  it.each([['logout+jwt'], ['LOGOUT+JWT'], ['application/logout+jwt'], ['JWT'], [undefined]])(
    'is not told by typ %j, which providers write',
    async (typ) => {
      const { receiver } = setUp()
      expect(await send(receiver, logoutToken({}, { typ }))).toEqual(LOGGED_OUT)
    },
  )

  it.each([
    ['logout+jwt', 200],
    ['application/logout+jwt', 200],
    ['JWT', 400],
    [undefined, 400],
  ])('with requireType, typ %j is answered %i', async (typ, status) => {
    const { receiver } = setUp({ requireType: true })
    expect((await send(receiver, logoutToken({}, { typ }))).status).toBe(status)
  })

  it('takes a token for several clients, and one of several names', async () => {
    const { receiver } = setUp({ clientId: ['shop', 'shop-app'] })
    expect((await send(receiver, logoutToken({ aud: ['blog', 'shop-app'] }))).status).toBe(200)
  })
})

describe('RS-76: a logout token that comes again', () => {
  it('is refused, and revokes nothing', async () => {
    const { receiver, revocations } = setUp()
    await send(receiver, logoutToken())
    const { reply, event } = await heardOf(() => send(receiver, logoutToken()))
    expect(reply).toEqual(refusal('The token was used before.'))
    expect(event).toMatchObject({ result: 'refused', code: 'ERR_TOKEN_REVOKED' })
    expect(revocations.revoked).toHaveLength(1)
    expect((await send(receiver, logoutToken({ jti: 'logout-2' }))).status).toBe(200)
  })

  it('is refused by every process that knows what is revoked', async () => {
    const { receiver, revocations, clock } = setUp()
    await send(receiver, logoutToken())
    const elsewhere = setUp({ revocations }, clock).receiver
    expect((await send(elsewhere, logoutToken())).status).toBe(400)
    expect(revocations.revoked).toHaveLength(1)
  })

  it('is remembered for as long as it could be used, and not longer', async () => {
    const { receiver, revocations, clock } = setUp()
    await send(receiver, logoutToken({ exp: NOW + 120 }))
    await send(receiver, logoutToken({ jti: 'long', exp: NOW + 90_000 }))
    expect(revocations.marks.map(({ until }) => until)).toEqual([NOW + 150, NOW + 3_630])
    clock.now = NOW + 149
    const { event } = await heardOf(() => send(receiver, logoutToken()))
    expect(event.code).toBe('ERR_TOKEN_REVOKED')
  })

  it('is another one to another client: the same token may be meant for both', async () => {
    const { receiver, revocations, clock } = setUp()
    const blog = setUp({ revocations, clientId: 'blog' }, clock).receiver
    const token = logoutToken({ aud: ['shop', 'blog'] })
    expect((await send(receiver, token)).status).toBe(200)
    expect((await send(blog, token)).status).toBe(200)
    expect((await send(blog, token)).status).toBe(400)
  })

  it('does not make an access token with its jti a revoked one', async () => {
    const { receiver, accessToken, use } = setUp()
    await send(receiver, logoutToken({ sid: 's9' }))
    expect(await use(accessToken({ jti: 'logout-1' }))).toBe('passed')
  })

  it('is marked by a fingerprint of one length, whatever its jti says', async () => {
    const { receiver, revocations } = setUp()
    await send(receiver, logoutToken({ jti: `alice@example.com ${'x'.repeat(2_000)}` }))
    expect(revocations.marks).toEqual([
      {
        issuer: ISSUER,
        tokenId: expect.stringMatching(/^used [\w-]{43}$/) as string,
        until: NOW + 150,
      },
    ])
  })

  it('is remembered by this process where the revocations cannot be asked', async () => {
    let revoked = 0
    const { receiver, clock } = setUp({ revocations: { revoke: () => void revoked++ } })
    expect((await send(receiver, logoutToken())).status).toBe(200)
    expect((await send(receiver, logoutToken())).status).toBe(400)
    clock.now += 149
    expect((await send(receiver, logoutToken())).status).toBe(400)
    expect(revoked).toBe(1)
  })
})

describe('an outage', () => {
  const unavailable = {
    status: 503,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'retry-after': '5',
    },
  }

  it('RS-77: of the revocations is answered 503, and the same token works when they are back', async () => {
    const { receiver, revocations, accessToken, use } = setUp()
    const down = new Error('the log is down')
    revocations.down = down
    const { reply, event } = await heardOf(() => send(receiver, logoutToken()))
    expect(reply).toMatchObject(unavailable)
    expect(event).toMatchObject({
      result: 'unavailable',
      code: 'ERR_REVOCATION_UNAVAILABLE',
      cause: down,
      revoked: 0,
    })
    revocations.down = undefined
    expect(await send(receiver, logoutToken())).toEqual(LOGGED_OUT)
    expect(await use(accessToken({ sid: 's1' }))).toBe('ERR_TOKEN_REVOKED')
  })

  it('that comes after this process revoked, as a feed does, lets the same token work again', async () => {
    const clock = createClock()
    const memory = createMemoryRevocations({ clock })
    let isDown = true
    const feed = {
      isRevoked: memory.isRevoked.bind(memory),
      revoke(revocation: Parameters<typeof memory.revoke>[0]) {
        memory.revoke(revocation)
        return isDown ? Promise.reject(new Error('not durable')) : Promise.resolve()
      },
    }
    const { receiver } = setUp({ revocations: feed }, clock)
    expect((await send(receiver, logoutToken())).status).toBe(503)
    expect((await send(receiver, logoutToken())).status).toBe(503)
    isDown = false
    expect((await send(receiver, logoutToken())).status).toBe(200)
    expect((await send(receiver, logoutToken())).status).toBe(400)
  })

  it('is never answered 200 before the revocation is durable', async () => {
    const steps: string[] = []
    let finish: () => void = () => undefined
    const { receiver } = setUp({
      revocations: {
        async revoke() {
          await new Promise<void>((resolve) => (finish = resolve))
          steps.push('durable')
        },
      },
    })
    const answer = send(receiver, logoutToken()).then(({ status }) => steps.push(String(status)))
    await new Promise((next) => setTimeout(next, 20))
    expect(steps).toEqual([])
    finish()
    await answer
    expect(steps).toEqual(['durable', '200'])
  })

  it('that befalls the mark of a used token does not undo the logout', async () => {
    const { receiver, revocations } = setUp()
    const { revoke } = revocations
    revocations.revoke = (revocation) =>
      'tokenId' in revocation ? Promise.reject(new Error('full')) : revoke(revocation)
    expect(await send(receiver, logoutToken())).toEqual(LOGGED_OUT)
  })

  it('of a view that cannot tell what was used keeps nobody logged in', async () => {
    const { receiver, revocations } = setUp()
    revocations.isRevoked = () => {
      throw new Error('stale')
    }
    expect(await send(receiver, logoutToken())).toEqual(LOGGED_OUT)
    expect(revocations.revoked).toHaveLength(1)
  })

  it('of a view that is full is no logout', async () => {
    const clock = createClock()
    const revocations = createMemoryRevocations({ clock, maxEntries: 1 })
    revocations.revoke({ issuer: ISSUER, subject: 'bob', until: NOW + 60 })
    const { receiver } = setUp({ revocations }, clock)
    expect(await send(receiver, logoutToken())).toMatchObject(unavailable)
  })

  it('of the provider’s keys is answered 503, and the same token works when they are back', async () => {
    const provider = await startProvider()
    provider.answer = answerStatus(500)
    const clock = createClock()
    const revocations = createRevocations(clock)
    const remote = backChannelLogout({
      issuer: ISSUER,
      clientId: 'shop',
      jwksUri: `${provider.url}/keys`,
      revocations,
      longestLifetime: LIFETIME,
      clock,
    })
    const token = logoutToken({}, { kid: 'k1' })
    const { reply, event } = await heardOf(() => send(remote, token))
    expect(reply.status).toBe(503)
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
    expect(event).toMatchObject({ result: 'unavailable', code: 'ERR_KEYS_UNAVAILABLE' })
    await expect(remote.ready()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    provider.answer = answerJson({ keys: [toJwk(ec.publicKey, { kid: 'k1', alg: 'ES256' })] })
    clock.now += 60
    await remote.ready()
    expect(await send(remote, token)).toEqual(LOGGED_OUT)
    await provider.close()
  })
})

describe('the request', () => {
  const token = logoutToken()

  it.each<[string, string, Record<string, string>, number, string]>([
    ['no token', 'a=1', FORM, 400, 'The form has no logout_token.'],
    ['an empty token', 'logout_token=', FORM, 400, 'The form has no logout_token.'],
    ['an empty body', '', FORM, 400, 'The form has no logout_token.'],
    [
      'duplicate parameters',
      `logout_token=${token}&logout_token=${token}`,
      FORM,
      400,
      'A parameter of the form is there more than once.',
    ],
    [
      'JSON',
      JSON.stringify({ logout_token: token }),
      { 'content-type': 'application/json' },
      415,
      'The body must be application/x-www-form-urlencoded.',
    ],
    [
      'the wrong content type',
      token,
      { 'content-type': 'application/jwt' },
      415,
      'The body must be application/x-www-form-urlencoded or application/json, in UTF-8.',
    ],
    [
      'a content coding',
      `logout_token=${token}`,
      { ...FORM, 'content-encoding': 'gzip' },
      415,
      'The body must not have a content coding.',
    ],
    [
      'an oversized body',
      `logout_token=${'a'.repeat(20_000)}`,
      FORM,
      413,
      'The body must not be longer than 16384 bytes.',
    ],
  ])('with %s is refused', async (_what, body, headers, status, description) => {
    const { receiver, revocations } = setUp()
    const { reply, event } = await heardOf(() => post(receiver, body, headers))
    expect(reply).toEqual({ ...refusal(description), status })
    expect(event).toMatchObject({
      result: 'refused',
      status,
      code: undefined,
      message: description,
    })
    expect(revocations.told).toEqual([])
  })

  it('may have other parameters, and its body may have been parsed before', async () => {
    const { receiver } = setUp()
    const body = { logout_token: token, state: 'x' }
    expect(await post(receiver, '', FORM, { stream: undefined, body })).toEqual(LOGGED_OUT)
    const more = `state=x&logout_token=${logoutToken({ jti: '2' })}`
    expect(await post(receiver, more, FORM)).toEqual(LOGGED_OUT)
  })
})

describe('keys', () => {
  it('are a secret, for providers that sign with that of the client', async () => {
    const secret = newSecret()
    const receiver = backChannelLogout({
      issuer: ISSUER,
      clientId: 'shop',
      secret,
      revocations: createRevocations(),
      longestLifetime: LIFETIME,
      clock: createClock(),
    })
    const token = mint({ alg: 'HS256', typ: 'logout+jwt' }, logoutClaims(), secret)
    expect(await send(receiver, token)).toEqual(LOGGED_OUT)
    expect((await send(receiver, logoutToken({ jti: '2' }))).status).toBe(400)
  })

  it('are found through the metadata of the issuer', async () => {
    const provider = await startProvider()
    const jwks = { keys: [toJwk(ec.publicKey, { kid: 'k1', alg: 'ES256' })] }
    provider.answer = (request, response) =>
      answerJson(
        request.url === '/keys' ? jwks : { issuer: provider.url, jwks_uri: `${provider.url}/keys` },
      )(request, response)
    const receiver = backChannelLogout({
      issuer: provider.url,
      clientId: 'shop',
      revocations: createRevocations(),
      longestLifetime: LIFETIME,
      clock: createClock(),
    })
    await receiver.ready()
    const token = logoutToken({ iss: provider.url }, { kid: 'k1' })
    expect(await send(receiver, token)).toEqual(LOGGED_OUT)
    expect((await send(receiver, logoutToken({ iss: ISSUER }, { kid: 'k1' }))).status).toBe(400)
    await provider.close()
  })

  it('that were revoked sign no logout', async () => {
    const { receiver, revocations, clock } = setUp()
    const token = logoutToken({}, { kid: 'leaked' })
    await revocations.revoke({ issuer: ISSUER, keyId: 'leaked', until: clock() + 600 })
    const { reply, event } = await heardOf(() => send(receiver, token))
    expect(reply).toEqual(refusal('The token is not valid.'))
    expect(event.code).toBe('ERR_KEY_UNKNOWN')
    expect((await send(receiver, logoutToken({ jti: '2' }, { kid: 'other' }))).status).toBe(200)
  })
})

it('an access-token guard goes on refusing logout tokens', async () => {
  const { guard } = setUp()
  for (const typ of ['logout+jwt', 'JWT', undefined]) {
    const token = logoutToken({ aud: AUDIENCE }, { typ })
    const { code } = await rejectionOf(() => guard.verify(token))
    expect(code).toBe('ERR_TOKEN_TYPE_REFUSED')
  }
})

describe('options', () => {
  const good = {
    issuer: ISSUER,
    clientId: 'shop',
    publicKey: ec.publicKey,
    revocations: createRevocations(),
    longestLifetime: 600,
  }

  it('has one route, at the path it is told', () => {
    const paths = (path?: string) =>
      backChannelLogout({ ...good, ...(path && { path }) }).routes.map(
        ({ method, path }) => `${method} ${path}`,
      )
    expect(paths()).toEqual(['POST /backchannel-logout'])
    expect(paths('/auth/logged-out')).toEqual(['POST /auth/logged-out'])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['options', undefined as never, 'expected a plain object'],
    ['issuer', { issuer: undefined }, 'expected a text'],
    ['issuer', { issuer: null }, 'expected a text'],
    ['clientId', { clientId: [] }, 'expected at least one, got an empty list'],
    ['clientId', { clientId: undefined }, 'expected a text'],
    ['revocations', { revocations: undefined }, 'expected what revokes'],
    ['revocations', { revocations: { isRevoked: () => false } }, 'expected what revokes'],
    ['longestLifetime', { longestLifetime: undefined }, 'expected seconds between 1 and'],
    ['longestLifetime', { longestLifetime: 0 }, 'expected seconds between 1 and'],
    ['longestLifetime', { longestLifetime: 3_600_000 }, 'expected seconds between 1 and 2678400'],
    ['longestLifetime', { longestLifetime: NaN }, 'expected seconds between 1 and'],
    ['clockTolerance', { clockTolerance: 301 }, 'expected seconds between 0 and 300'],
    ['maxTokenAge', { maxTokenAge: 0 }, 'expected seconds between 1 and'],
    ['ends', { ends: 'user' }, "expected 'session' or 'subject'"],
    ['requireType', { requireType: 'yes' }, 'expected true or false'],
    ['path', { path: 'logout' }, 'expected a path as in /backchannel-logout'],
    ['path', { path: '/:id' }, 'expected a path as in /backchannel-logout'],
    ['path', { path: '/a/../b' }, 'expected a path as in /backchannel-logout'],
    ['clock', { clock: () => NaN }, 'expected a function that returns seconds'],
    ['audience', { audience: 'shop' }, 'write clientId'],
    ['client', { client: 'shop' }, 'there is no such option'],
    ['jwksUrl', { jwksUrl: 'https://a.example' }, 'write jwksUri'],
    ['publicKey', { publicKey: undefined }, 'expected a key'],
    ['jwks', { jwks: { keys: [] } }, 'expected one of'],
  ])('does not start with a wrong %s: %j', (option, changes, problem) => {
    const given = (changes as unknown) === undefined ? undefined : { ...good, ...changes }
    expect(thrownBy(() => backChannelLogout(given as never))).toMatchObject({
      code: 'ERR_CONFIG',
      option,
      message: expect.stringContaining(problem) as string,
    })
  })
})
