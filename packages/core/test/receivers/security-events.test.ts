import { createGuard } from '../../src/guard.ts'
import type { Receiver } from '../../src/receivers/create-receiver.ts'
import {
  type SecurityEvent,
  securityEvents,
  type SecurityEventsOptions,
} from '../../src/receivers/security-events.ts'
import {
  AUDIENCE,
  createClock,
  encode,
  goodClaims,
  ISSUER,
  mint,
  newEcKeys,
  NOW,
  rejectionOf,
  thrownBy,
} from '../mint.ts'
import { createRevocations, heardOf, post, SET } from './receive.ts'

const TRANSMITTER = 'https://ssf.example'
const RECEIVER = 'https://shop.example/events'
const OTHER_ISSUER = 'https://other.example'
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const REVOKED = `${CAEP}session-revoked`
const CHANGED = `${CAEP}credential-change`
const LIFETIME = 600
const transmitter = newEcKeys()
const issuer = newEcKeys()
const other = newEcKeys()

const alice = { format: 'iss_sub', iss: ISSUER, sub: 'alice' }
const s1 = { format: 'opaque', id: 's1' }

/** Claims of a security event token that is taken; a member set to undefined is left out. */
const setClaims = (changes: Record<string, unknown> = {}) =>
  goodClaims({
    iss: TRANSMITTER,
    aud: RECEIVER,
    sub: undefined,
    client_id: undefined,
    jti: 'set-1',
    iat: NOW,
    exp: undefined,
    sub_id: alice,
    events: { [REVOKED]: { event_timestamp: NOW - 5 } },
    ...changes,
  })
const setToken = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  mint({ alg: 'ES256', typ: 'secevent+jwt', ...header }, setClaims(changes), transmitter.privateKey)

function setUp(options: Partial<SecurityEventsOptions> = {}, clock = createClock()) {
  const revocations = createRevocations(clock)
  const told: SecurityEvent[] = []
  const receiver = securityEvents({
    issuer: TRANSMITTER,
    audience: RECEIVER,
    tokensOf: ISSUER,
    publicKey: transmitter.publicKey,
    revocations,
    longestLifetime: LIFETIME,
    onEvent: (event) => void told.push(event),
    clock,
    ...options,
  } as SecurityEventsOptions)
  const guard = createGuard({
    issuer: ISSUER,
    audience: AUDIENCE,
    publicKey: issuer.publicKey,
    revocation: revocations,
    clock,
  })
  const accessToken = (claims: Record<string, unknown> = {}) =>
    mint({ alg: 'ES256', typ: 'at+jwt' }, goodClaims(claims), issuer.privateKey)
  /** `passed`, or the code of the refusal. */
  const use = (claims: Record<string, unknown>) =>
    guard.verify(accessToken(claims)).then(
      () => 'passed',
      ({ code }: { code: string }) => code,
    )
  return { clock, revocations, told, receiver, guard, use }
}

const send = (receiver: Receiver, token: string, headers = {}) =>
  post(receiver, token, { ...SET, ...headers })

const ACCEPTED = { status: 202, headers: { 'cache-control': 'no-store' }, body: '' }
const refusal = (err: string, description: string, status = 400) => ({
  status,
  headers: {
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'content-language': 'en',
  },
  body: JSON.stringify({ err, description }),
})

describe('session-revoked', () => {
  it('RS-78: is answered 202 without a body, and is for nobody’s cache', async () => {
    const { receiver } = setUp()
    expect(await send(receiver, setToken())).toEqual(ACCEPTED)
  })

  it('ends the session it names, and no other of the user', async () => {
    const { receiver, use, revocations } = setUp()
    const sub_id = { format: 'complex', user: alice, session: s1 }
    expect(await use({ sid: 's1' })).toBe('passed')
    expect(await send(receiver, setToken({ sub_id }))).toEqual(ACCEPTED)
    expect(await use({ sid: 's1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await use({ sid: 's2' })).toBe('passed')
    expect(revocations.revoked).toEqual([
      { issuer: ISSUER, sessionId: 's1', until: NOW + LIFETIME + 30 },
    ])
  })

  it('ends all of the user up to the event where it names no session, and a login afterwards works', async () => {
    const { receiver, use } = setUp()
    await send(receiver, setToken())
    expect(await use({ iat: NOW - 60 })).toBe('ERR_TOKEN_REVOKED')
    expect(await use({ iat: NOW - 5 })).toBe('ERR_TOKEN_REVOKED')
    expect(await use({ iat: NOW - 4 })).toBe('passed')
    expect(await use({ iat: NOW - 60, sub: 'bob' })).toBe('passed')
  })

  it('ends all of the user with ends: subject, also where the session is named', async () => {
    const { receiver, use } = setUp({ ends: 'subject' })
    await send(receiver, setToken({ sub_id: { format: 'complex', user: alice, session: s1 } }))
    expect(await use({ sid: undefined, iat: NOW - 5 })).toBe('ERR_TOKEN_REVOKED')
  })
})

describe('an event after which nothing issued before counts', () => {
  it.each([
    CHANGED,
    `${RISC}account-disabled`,
    `${RISC}account-purged`,
    `${RISC}credential-compromise`,
    `${RISC}sessions-revoked`,
  ])('%s ends all of the user up to it', async (type) => {
    const { receiver, use, told } = setUp()
    const events = { [type]: { event_timestamp: NOW - 5 } }
    expect(await send(receiver, setToken({ events }))).toEqual(ACCEPTED)
    expect(await use({ iat: NOW - 5 })).toBe('ERR_TOKEN_REVOKED')
    expect(await use({ iat: NOW - 4 })).toBe('passed')
    expect(told).toMatchObject([{ type, subject: alice, revoked: [{ subject: 'alice' }] }])
  })

  it('ends all of the user, and not only the session that is named beside', async () => {
    const { receiver, use } = setUp()
    const sub_id = { format: 'complex', user: alice, session: s1 }
    await send(receiver, setToken({ sub_id, events: { [CHANGED]: {} } }))
    expect(await use({ sid: 's2' })).toBe('ERR_TOKEN_REVOKED')
  })

  it.each([
    ['absent', undefined, NOW],
    ['of a fraction, upwards', NOW - 5.5, NOW - 5],
    ['in milliseconds, as in drafts', (NOW - 5) * 1000, NOW],
    ['after the token was made', NOW + 1, NOW],
    ['a duration', 60, NOW],
    ['a text', String(NOW - 5), NOW],
  ])('with a time that is %s', async (_what, event_timestamp, issuedUpTo) => {
    const { receiver, revocations, told } = setUp()
    await send(receiver, setToken({ events: { [CHANGED]: { event_timestamp } } }))
    expect(revocations.revoked).toMatchObject([{ subject: 'alice', issuedUpTo }])
    expect(told).toMatchObject([{ occurredAt: issuedUpTo }])
  })
})

it('is remembered until the last token concerned has expired, by the later of both clocks', async () => {
  const { receiver, revocations } = setUp({ clockTolerance: 20 })
  await send(receiver, setToken({ iat: NOW + 20 }))
  await send(receiver, setToken({ iat: NOW - 20, jti: 'set-2' }))
  expect(revocations.revoked.map(({ until }) => until)).toEqual([
    NOW + 20 + LIFETIME + 20,
    NOW + LIFETIME + 20,
  ])
})

it('took place when the token says, where the event does not', async () => {
  const { receiver, revocations } = setUp()
  await send(receiver, setToken({ toe: NOW - 9, events: { [CHANGED]: {} } }))
  const events = { [CHANGED]: { event_timestamp: NOW - 5 } }
  await send(receiver, setToken({ jti: 'set-2', toe: NOW - 9, events }))
  expect(revocations.revoked).toMatchObject([{ issuedUpTo: NOW - 9 }, { issuedUpTo: NOW - 5 }])
})

describe('whom an event is about', () => {
  const user = { subject: 'alice' }
  const session = { sessionId: 's1' }
  it.each<[string, object, object, string[]]>([
    ['iss_sub', alice, {}, ['subject alice']],
    ['opaque: a session or a user', s1, {}, ['sessionId s1', 'subject s1']],
    ['jwt_id', { format: 'jwt_id', iss: ISSUER, jti: 't1' }, {}, ['tokenId t1']],
    [
      'aliases',
      { format: 'aliases', identifiers: [{ format: 'email', email: 'a@example.com' }, alice] },
      {},
      ['subject alice'],
    ],
    ['a user', { format: 'complex', user: alice }, {}, ['subject alice']],
    ['an opaque user', { format: 'complex', user: s1 }, {}, ['subject s1']],
    ['a session', { format: 'complex', session: s1 }, {}, ['sessionId s1']],
    [
      'a session as iss_sub',
      { format: 'complex', session: { format: 'iss_sub', iss: ISSUER, sub: 's1' } },
      {},
      ['sessionId s1'],
    ],
    [
      'a token',
      { format: 'complex', session: { format: 'jwt_id', iss: ISSUER, jti: 't1' } },
      {},
      ['tokenId t1'],
    ],
    [
      'a session of a user whom tokens do not name',
      { format: 'complex', user: { format: 'email', email: 'a@example.com' }, session: s1 },
      {},
      ['sessionId s1'],
    ],
    ['members alone, as in drafts', { user: alice, session: s1 }, {}, ['sessionId s1']],
    [
      'subject_type, as in RISC',
      { subject_type: 'iss-sub', ...named('iss_sub') },
      {},
      ['subject alice'],
    ],
    [
      'an e-mail address that the application knows',
      mail(),
      { identify: () => user },
      ['subject alice'],
    ],
    [
      'a device that the application knows',
      { format: 'complex', device: s1 },
      {
        identify: async () => session,
      },
      ['sessionId s1'],
    ],
    [
      'one of several issuers',
      { ...alice, iss: OTHER_ISSUER },
      {
        tokensOf: [ISSUER, OTHER_ISSUER],
      },
      ['subject alice'],
    ],
    [
      'an application’s user of one of several issuers',
      mail(),
      {
        tokensOf: [ISSUER, OTHER_ISSUER],
        identify: () => ({ ...user, issuer: OTHER_ISSUER }),
      },
      ['subject alice'],
    ],
  ])('is found: %s', async (_what, sub_id, options, found) => {
    const { receiver, revocations } = setUp(options)
    expect(await send(receiver, setToken({ sub_id }))).toEqual(ACCEPTED)
    expect(
      revocations.revoked.map((each) => {
        const kind = ['sessionId', 'subject', 'tokenId'].find((name) => name in each)!
        return `${kind} ${(each as unknown as Record<string, string>)[kind]}`
      }),
    ).toEqual(found)
  })

  function named(format: string) {
    return { ...alice, format: format === 'iss_sub' ? undefined : format }
  }
  function mail() {
    return { format: 'email', email: 'a@example.com' }
  }

  it('is in the payload, where older transmitters have it', async () => {
    const { receiver, revocations, told } = setUp()
    const events = {
      [CHANGED]: { subject: { ...alice, format: undefined, subject_type: 'iss-sub' } },
    }
    await send(receiver, setToken({ sub_id: undefined, events }))
    expect(revocations.revoked).toMatchObject([{ issuer: ISSUER, subject: 'alice' }])
    expect(told).toMatchObject([{ subject: { subject_type: 'iss-sub' } }])
  })

  it.each<[string, unknown]>([
    ['a user of another issuer', { ...alice, iss: OTHER_ISSUER }],
    ['a user of an issuer that begins alike', { ...alice, iss: `${ISSUER}/` }],
    [
      'a session of a user of another issuer',
      { format: 'complex', user: { ...alice, iss: OTHER_ISSUER }, session: s1 },
    ],
    ['a token of another issuer', { format: 'jwt_id', iss: OTHER_ISSUER, jti: 't1' }],
    ['an e-mail address', { format: 'email', email: 'alice@example.com' }],
    ['a tenant', { format: 'complex', tenant: s1 }],
    ['an empty identifier', { ...alice, sub: '' }],
    ['an identifier that is no text', { ...alice, sub: { $ne: null } }],
    ['an identifier on every object’s prototype', { format: 'opaque', __proto__: { id: 's1' } }],
    [
      'aliases of aliases',
      { format: 'aliases', identifiers: [{ format: 'aliases', identifiers: [alice] }] },
    ],
    ['no object', 'alice'],
    ['nobody', undefined],
  ])(
    'is nobody here: %s. It is accepted, revokes nothing, and the log says so',
    async (_what, sub_id) => {
      const { receiver, revocations, told } = setUp()
      const { reply, event } = await heardOf(() => send(receiver, setToken({ sub_id })))
      expect(reply).toEqual(ACCEPTED)
      expect(revocations.revoked).toEqual([])
      expect(told).toMatchObject([{ type: REVOKED, revoked: [] }])
      expect(event).toMatchObject({ result: 'accepted', revoked: 0 })
      expect(event.message).toMatch(/^nothing was revoked: /)
    },
  )

  it('is nobody where the application does not know', async () => {
    const { receiver, revocations } = setUp({ identify: () => undefined })
    expect(await send(receiver, setToken({ sub_id: mail() }))).toEqual(ACCEPTED)
    expect(revocations.revoked).toEqual([])
  })

  it.each<[string, () => unknown, string | string[]]>([
    [
      'throws',
      () => {
        throw new Error('no')
      },
      ISSUER,
    ],
    ['names another issuer', () => ({ ...user, issuer: OTHER_ISSUER }), ISSUER],
    ['names none of several', () => user, [ISSUER, OTHER_ISSUER]],
    ['answers a text', () => 'alice', ISSUER],
    ['answers an empty subject', () => ({ subject: '' }), ISSUER],
  ])('is asked for again where identify %s', async (_what, identify, tokensOf) => {
    const { receiver, revocations } = setUp({ identify: identify as never, tokensOf })
    const { reply, event } = await heardOf(() => send(receiver, setToken({ sub_id: mail() })))
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(event).toMatchObject({ result: 'unavailable', code: 'ERR_CHECK_UNAVAILABLE' })
    expect(revocations.told).toEqual([])
  })
})

describe('an event that revokes nothing', () => {
  it('is accepted and told: verification of a stream', async () => {
    const { receiver, revocations, told } = setUp()
    const type = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
    const claims = {
      sub_id: { format: 'opaque', id: 'stream' },
      events: { [type]: { state: 'x' } },
    }
    const { reply, event } = await heardOf(() => send(receiver, setToken(claims)))
    expect(reply).toEqual(ACCEPTED)
    expect(event).toEqual({
      receiver: 'security events',
      issuer: TRANSMITTER,
      result: 'accepted',
      status: 202,
      code: undefined,
      message: undefined,
      cause: undefined,
      events: [type],
      revoked: 0,
    })
    expect(told).toEqual([
      {
        type,
        payload: { state: 'x' },
        subject: claims.sub_id,
        occurredAt: NOW,
        revoked: [],
        claims: setClaims(claims),
      },
    ])
    expect(revocations.revoked).toEqual([])
  })

  it('is accepted where nobody listens', async () => {
    const { receiver } = setUp({ onEvent: undefined } as never)
    const events = { 'https://example.com/unheard-of': {} }
    expect(await send(receiver, setToken({ events }))).toEqual(ACCEPTED)
  })

  it('cannot be changed by who is told first', async () => {
    const { receiver, told } = setUp()
    await send(receiver, setToken())
    expect(Object.isFrozen(told[0])).toBe(true)
    expect(Object.isFrozen(told[0]!.claims)).toBe(true)
    expect(Object.isFrozen(told[0]!.payload)).toBe(true)
  })
})

describe('RS-78: what is no security event token of this transmitter for this receiver', () => {
  const pem = transmitter.publicKey.export({ type: 'spki', format: 'pem' }) as string
  const signed = (changes: Record<string, unknown>) => () => setToken(changes)
  const typed = (typ: unknown) => () => setToken({}, { typ })
  const header = { alg: 'ES256', typ: 'secevent+jwt' }

  it.each<[attack: string, token: () => string, err: string, code: string]>([
    [
      'alg none',
      () => `${encode({ ...header, alg: 'none' })}.${encode(setClaims())}.AAAA`,
      'invalid_key',
      'ERR_ALGORITHM_REFUSED',
    ],
    [
      'key confusion',
      () => mint({ ...header, alg: 'HS256' }, setClaims(), Buffer.from(pem)),
      'invalid_key',
      'ERR_ALGORITHM_REFUSED',
    ],
    [
      'the key of somebody else',
      () => mint(header, setClaims(), other.privateKey),
      'invalid_key',
      'ERR_SIGNATURE_INVALID',
    ],
    [
      'the key of the token issuer',
      () => mint(header, setClaims(), issuer.privateKey),
      'invalid_key',
      'ERR_SIGNATURE_INVALID',
    ],
    ['another issuer', signed({ iss: ISSUER }), 'invalid_issuer', 'ERR_ISSUER_UNTRUSTED'],
    ['wrong aud', signed({ aud: 'shop' }), 'invalid_audience', 'ERR_AUDIENCE_MISMATCH'],
    ['no aud', signed({ aud: undefined }), 'invalid_audience', 'ERR_AUDIENCE_MISMATCH'],
    ['no iat', signed({ iat: undefined }), 'invalid_request', 'ERR_CLAIM_MISSING'],
    ['no jti', signed({ jti: undefined }), 'invalid_request', 'ERR_CLAIM_MISSING'],
    ['no events', signed({ events: undefined }), 'invalid_request', 'ERR_TOKEN_TYPE_REFUSED'],
    [
      'events that are a list',
      signed({ events: [REVOKED] }),
      'invalid_request',
      'ERR_CLAIM_INVALID',
    ],
    ['no event', signed({ events: {} }), 'invalid_request', 'ERR_CLAIM_INVALID'],
    [
      'a payload that is none',
      signed({ events: { [REVOKED]: true } }),
      'invalid_request',
      'ERR_CLAIM_INVALID',
    ],
    ['an exp that is over', signed({ exp: NOW - 30 }), 'invalid_request', 'ERR_TOKEN_EXPIRED'],
    ['an iat to come', signed({ iat: NOW + 31 }), 'invalid_request', 'ERR_TOKEN_NOT_YET_VALID'],
    ['an iat of last week', signed({ iat: NOW - 604_830 }), 'invalid_request', 'ERR_TOKEN_TOO_OLD'],
    ['typ JWT', typed('JWT'), 'invalid_request', 'ERR_TOKEN_TYPE_REFUSED'],
    ['no typ', typed(undefined), 'invalid_request', 'ERR_TOKEN_TYPE_REFUSED'],
    ['a logout token', typed('logout+jwt'), 'invalid_request', 'ERR_TOKEN_TYPE_REFUSED'],
    ['an access token', typed('at+jwt'), 'invalid_request', 'ERR_TOKEN_TYPE_REFUSED'],
    ['junk', () => 'junk', 'invalid_request', 'ERR_TOKEN_MALFORMED'],
    ['a form', () => `token=${setToken()}`, 'invalid_request', 'ERR_TOKEN_MALFORMED'],
    ['nothing', () => '', 'invalid_request', 'ERR_TOKEN_MALFORMED'],
  ])('is refused with 400: %s', async (_attack, token, err, code) => {
    const { receiver, revocations, told } = setUp()
    const { reply, event } = await heardOf(() => send(receiver, token()))
    const { description } = JSON.parse(reply.body) as { description: string }
    expect(description).toMatch(/^The token [a-z ;]+\.$/)
    expect(reply).toEqual(refusal(err, description))
    expect(event).toMatchObject({ result: 'refused', status: 400, code })
    expect(revocations.told).toEqual([])
    expect(told).toEqual([])
  })

  it('is taken at the edges of time, with an exp and without', async () => {
    const { receiver } = setUp()
    for (const [jti, claims] of Object.entries({
      a: { exp: NOW - 29 },
      b: { iat: NOW + 30 },
      c: { iat: NOW - 604_829 },
    }))
      expect(await send(receiver, setToken({ jti, ...claims }))).toEqual(ACCEPTED)
  })

  it('is refused with its protocol’s words when it is the request that cannot be read', async () => {
    const { receiver, revocations } = setUp()
    const mustBe = 'The body must be application/secevent+jwt.'
    for (const type of [
      'application/jwt',
      'application/x-www-form-urlencoded',
      undefined,
      ['a', 'b'],
    ])
      expect(await send(receiver, setToken(), { 'content-type': type })).toEqual(
        refusal('invalid_request', mustBe, 415),
      )
    expect(await send(receiver, setToken(), { 'content-encoding': 'gzip' })).toEqual(
      refusal('invalid_request', 'The body must not have a content coding.', 415),
    )
    const tooLong = refusal('invalid_request', 'The body must not be longer than 65536 bytes.', 413)
    expect(await send(receiver, 'a'.repeat(65_537))).toEqual(tooLong)
    expect(await send(receiver, '', { 'content-length': '65537' })).toEqual(tooLong)
    const body = 'a'.repeat(65_537)
    expect(await post(receiver, '', SET, { stream: undefined, body })).toEqual(tooLong)
    expect((await post(receiver, '', SET, { stream: undefined, body: {} })).status).toBe(500)
    expect(revocations.told).toEqual([])
  })

  it('is read however the request spells its type, and from what a parser left', async () => {
    const { receiver } = setUp()
    const type = 'Application/SecEvent+JWT; charset=utf-8'
    expect(await send(receiver, setToken(), { 'content-type': type })).toEqual(ACCEPTED)
    for (const body of [setToken({ jti: '2' }), Buffer.from(setToken({ jti: '3' }))])
      expect(await post(receiver, '', SET, { stream: undefined, body })).toEqual(ACCEPTED)
  })
})

describe('RS-78: a token that comes again', () => {
  it('is answered 202, and not obeyed again', async () => {
    const { receiver, revocations, told } = setUp()
    await send(receiver, setToken())
    const { reply, event } = await heardOf(() => send(receiver, setToken()))
    expect(reply).toEqual(ACCEPTED)
    expect(event).toMatchObject({ result: 'repeated', events: [REVOKED], revoked: 0 })
    expect(revocations.revoked).toHaveLength(1)
    expect(told).toHaveLength(1)
  })

  it('is known to every process, for an hour: what comes a week later is done again, and marks take no room', async () => {
    const { receiver, revocations, clock } = setUp()
    await send(receiver, setToken())
    const elsewhere = setUp({ revocations }, clock)
    await send(elsewhere.receiver, setToken())
    expect(elsewhere.told).toEqual([])
    expect(revocations.marks).toMatchObject([{ issuer: TRANSMITTER, until: NOW + 3_600 }])
    clock.now = NOW + 3_599
    expect((await heardOf(() => send(receiver, setToken()))).event.result).toBe('repeated')
  })

  it('is told again when the application failed at it, and then is done', async () => {
    const failed: SecurityEvent[] = []
    const cause = new Error('the application is down')
    let isDown = true
    const { receiver, revocations } = setUp({
      async onEvent(event) {
        failed.push(event)
        if (isDown) throw cause
      },
    })
    const { reply, event } = await heardOf(() => send(receiver, setToken()))
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(event).toMatchObject({ result: 'unavailable', code: 'ERR_CHECK_UNAVAILABLE', cause })
    // What is revoked does not wait for the application.
    expect(revocations.revoked).toHaveLength(1)
    isDown = false
    expect(await send(receiver, setToken())).toEqual(ACCEPTED)
    expect(await send(receiver, setToken())).toEqual(ACCEPTED)
    expect(failed).toHaveLength(2)
  })

  it('is obeyed when the revocations are back that were down the first time', async () => {
    const { receiver, revocations, told, use } = setUp()
    revocations.down = new Error('the log is down')
    const { reply, event } = await heardOf(() => send(receiver, setToken()))
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(event).toMatchObject({ result: 'unavailable', code: 'ERR_REVOCATION_UNAVAILABLE' })
    expect(told).toEqual([])
    revocations.down = undefined
    expect(await send(receiver, setToken())).toEqual(ACCEPTED)
    expect(await use({ iat: NOW - 5 })).toBe('ERR_TOKEN_REVOKED')
    expect(told).toHaveLength(1)
  })
})

describe('the Authorization of the transmitter', () => {
  const secret = 'Bearer 4f8a2c6e9b1d3f5a7c0e'
  const denied = refusal('authentication_failed', 'The sender could not be authenticated.')

  it.each<[string, Record<string, string>, string[]]>([
    ['none', {}, []],
    ['another', { authorization: `${secret}x` }, []],
    ['the beginning of it', { authorization: secret.slice(0, -1) }, []],
    ['another scheme', { authorization: secret.replace('Bearer', 'bearer') }, []],
    ['two', { authorization: secret }, ['Authorization', secret, 'authorization', 'Bearer x']],
  ])('is refused before the body is read: %s', async (_what, headers, rawHeaders) => {
    const { receiver, revocations } = setUp({ authorization: secret })
    async function* unread() {
      throw new Error('it was read')
      yield new Uint8Array()
    }
    const rest = { stream: unread(), rawHeaders }
    const { reply, event } = await heardOf(() => post(receiver, '', { ...SET, ...headers }, rest))
    expect(reply).toEqual(denied)
    expect(JSON.stringify([reply, event])).not.toContain('4f8a')
    expect(revocations.told).toEqual([])
  })

  it('is the one agreed upon, or the one before it', async () => {
    const { receiver } = setUp({ authorization: [secret, `${secret}-old`] })
    for (const [jti, authorization] of Object.entries({ a: secret, b: `${secret}-old` }))
      expect(await send(receiver, setToken({ jti }), { authorization })).toEqual(ACCEPTED)
  })

  it.each([[undefined], [''], ['Bearer short'], [[]], [[secret, undefined]], [`${secret}\n`], [7]])(
    'does not start with %j, and does not show it',
    (authorization) => {
      const error = thrownBy(() => setUp({ authorization: authorization as never }))
      expect(error).toMatchObject({ code: 'ERR_CONFIG', option: 'authorization' })
      expect(error.message).not.toContain('4f8a')
    },
  )
})

it('an access-token guard goes on refusing security event tokens', async () => {
  const clock = createClock()
  const guard = createGuard({
    issuer: TRANSMITTER,
    audience: RECEIVER,
    publicKey: transmitter.publicKey,
    clock,
  })
  for (const typ of ['secevent+jwt', 'JWT', undefined]) {
    const { code } = await rejectionOf(() => guard.verify(setToken({ exp: NOW + 60 }, { typ })))
    expect(code).toBe('ERR_TOKEN_TYPE_REFUSED')
  }
})

it('a key that was revoked signs no event', async () => {
  const { receiver, revocations } = setUp()
  await revocations.revoke({ issuer: TRANSMITTER, keyId: 'leaked', until: NOW + 600 })
  const reply = await send(receiver, setToken({}, { kid: 'leaked' }))
  expect(reply).toEqual(refusal('invalid_key', 'The token is not valid.'))
  expect(await send(receiver, setToken({}, { kid: 'other' }))).toEqual(ACCEPTED)
})

it.each<[string, Record<string, unknown>, string]>([
  ['audience', { audience: undefined }, 'expected a text'],
  ['tokensOf', { tokensOf: undefined }, 'expected a text'],
  ['tokensOf', { tokensOf: [] }, 'expected at least one, got an empty list'],
  ['identify', { identify: 'email' }, 'expected a function'],
  ['onEvent', { onEvent: {} }, 'expected a function'],
  ['clientId', { clientId: 'shop' }, 'there is no such option'],
  ['requireType', { requireType: true }, 'there is no such option'],
])('does not start with a wrong %s: %j', (option, changes, problem) => {
  expect(thrownBy(() => setUp(changes))).toMatchObject({
    code: 'ERR_CONFIG',
    option,
    message: expect.stringContaining(problem) as string,
  })
})
