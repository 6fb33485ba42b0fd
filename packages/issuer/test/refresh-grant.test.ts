import { createTestClock } from '@gatewarden/testing'
import type { OnRefresh, RefreshGrant } from '../src/on-refresh.ts'
import type { Session } from '../src/session.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { countCalls } from './around-store.ts'
import { hearEvents } from './hear-events.ts'
import {
  claimsOf,
  createTestIssuer,
  generationOf,
  IDLE_LIFETIME,
  invalidGrant,
  NOON,
  OTHER_THUMBPRINT,
  refusalOf,
  signer,
  THUMBPRINT,
} from './test-issuer.ts'

const heard = hearEvents()
const SECRET = 'a secret of a server, 32 bytes long'

async function login(onRefresh: OnRefresh | null, scope = 'read write admin') {
  const test = createTestIssuer({ onRefresh })
  const zero = await test.issuer.openSession({
    subject: 'alice',
    scope,
    roles: ['user'],
    permissions: ['files:read'],
    claims: { plan: 'free' },
  })
  return { ...test, zero, sid: zero.sid }
}

describe('onRefresh', () => {
  it('is asked at every refresh with the session, and never at the login', async () => {
    const asked: Session[] = []
    const { refresh, zero, sid, clock, store } = await login((session) => {
      asked.push(session)
      return {}
    })
    expect(asked).toEqual([])
    clock.advance(10)
    const one = await refresh(zero)
    await refresh(zero)
    await refresh(one)
    expect(asked).toHaveLength(3)
    expect(asked[0]).toMatchObject({
      sid,
      subject: 'alice',
      client: 'app',
      scopes: ['read', 'write', 'admin'],
      roles: ['user'],
      claims: { plan: 'free' },
      refreshedAt: NOON + 10,
      idleExpiresAt: NOON + 10 + IDLE_LIFETIME,
    })
    const { handle } = (await store.sessions.findBySid(sid))!
    expect(JSON.stringify(asked)).not.toContain(handle)
  })

  it('says what the user may do now: nothing is taken over from the login', async () => {
    const { refresh, zero } = await login(() => ({
      scope: 'read',
      roles: ['auditor'],
      claims: { plan: 'pro' },
    }))
    const claims = claimsOf(await refresh(zero))
    expect(claims).toMatchObject({ scope: 'read', roles: ['auditor'], plan: 'pro' })
    expect(claims).not.toHaveProperty('permissions')
    const { refresh: again, zero: other } = await login(() => ({}))
    for (const name of ['scope', 'roles', 'permissions', 'plan'])
      expect(claimsOf(await again(other))).not.toHaveProperty(name)
  })

  it('takes a demotion back at the next refresh, and gives no scope the login did not', async () => {
    let grant: RefreshGrant = { scope: 'read', roles: [] }
    const { refresh, zero } = await login(() => grant, 'read write')
    const one = await refresh(zero)
    expect(one.scope).toBe('read')
    grant = { scope: 'read write superuser', roles: ['admin'] }
    const two = await refresh(one)
    expect(two.scope).toBe('read write')
    expect(claimsOf(two).roles).toEqual(['admin'])
  })

  it('null in its place keeps what the session was opened with', async () => {
    const { refresh, zero } = await login(null)
    expect(claimsOf(await refresh(zero))).toMatchObject({
      scope: 'read write admin',
      roles: ['user'],
      permissions: ['files:read'],
      plan: 'free',
    })
  })

  it('may answer later, and with what another library calls a promise', async () => {
    const { refresh, zero } = await login((): PromiseLike<RefreshGrant> => ({
      then: (resolve) => Promise.resolve({ roles: ['late'] }).then(resolve),
    }))
    expect(claimsOf(await refresh(zero)).roles).toEqual(['late'])
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['false', false],
    ['true', true],
    ['an empty text', ''],
    ['a text', 'admin'],
    ['0', 0],
    ['a number', 1],
    ['a function', () => ({})],
    ['null, later', Promise.resolve(null)],
  ])('that returns %s denies: session and access tokens end', async (_, answer) => {
    const { refresh, refusal, guardSays, zero, sid } = await login(() => answer as null)
    expect(await guardSays(zero)).toBeUndefined()
    const error = await refusalOf(refresh(zero))
    expect(error).toMatchObject({ code: 'ERR_REFRESH_DENIED', ...invalidGrant })
    expect(await guardSays(zero)).toBe('ERR_TOKEN_REVOKED')
    expect((await refusal(zero)).code).toBe('ERR_SESSION_ENDED')
    expect(heard.of('session-ended')).toEqual([{ sid, reason: 'denied' }])
    expect(heard.of('refreshed')[0]).toMatchObject({ outcome: 'denied', sid })
  })

  it('denies a replay as it does a first use', async () => {
    let grant: RefreshGrant | null = {}
    const { refresh, refusal, guardSays, zero } = await login(() => grant)
    const one = await refresh(zero)
    grant = null
    expect((await refusal(zero)).code).toBe('ERR_REFRESH_DENIED')
    expect((await refusal(one)).code).toBe('ERR_SESSION_ENDED')
    expect(await guardSays(one)).toBe('ERR_TOKEN_REVOKED')
  })

  it.each<[string, OnRefresh]>([
    [
      'throws',
      () => {
        throw new Error('database of users: connection lost')
      },
    ],
    ['rejects', () => Promise.reject(new Error('database of users: connection lost'))],
  ])('that %s is an outage, and the same token works again', async (_, failing) => {
    let onRefresh: OnRefresh = failing
    const { refresh, refusal, guardSays, zero } = await login((session) => onRefresh(session))
    const error = await refusal(zero)
    expect(error).toMatchObject({
      code: 'ERR_REFRESH_CHECK_UNAVAILABLE',
      status: 503,
      error: 'temporarily_unavailable',
      retryAfter: 5,
      message: 'onRefresh threw',
      cause: expect.objectContaining({ message: 'database of users: connection lost' }),
    })
    expect(error.description).not.toContain('database')
    expect(await guardSays(zero)).toBeUndefined()
    onRefresh = () => ({})
    const one = await refresh(zero)
    expect(generationOf(one)).toBe(1)
    expect(generationOf(await refresh(one))).toBe(2)
    expect(heard.of('session-ended')).toEqual([])
  })

  it.each<[string, object]>([
    ['roles as a text', { roles: 'admin' }],
    ['a role that is a number', { roles: [1] }],
    ['a scope with a quote', { scope: '"' }],
    ['null for roles', { roles: null }],
    ['a reserved claim', { claims: { sub: 'mallory' } }],
    ['a BigInt', { claims: { id: 1n } }],
    ['__proto__', { claims: JSON.parse('{"__proto__":1}') as object }],
    ['claims as a list', { claims: ['a'] }],
    [
      'a getter that throws',
      {
        get roles() {
          throw new Error('lazy')
        },
      },
    ],
  ])(
    'that returns %s is the application’s mistake: 503, nobody is logged out',
    async (_, grant) => {
      let answer = grant
      const { refresh, refusal, zero } = await login(() => answer)
      const error = await refusal(zero)
      expect(error).toMatchObject({ code: 'ERR_REFRESH_CHECK_UNAVAILABLE', status: 503 })
      expect(error.message).toContain('onRefresh returned no grant: ')
      answer = {}
      expect(generationOf(await refresh(zero))).toBe(1)
      expect(heard.of('session-ended')).toEqual([])
    },
  )

  it('denies in vain when the store cannot be told: 503, and the next refresh ends the session', async () => {
    const { store, refusal, zero, guardSays } = await login(() => null)
    const revoke = store.sessions.revoke
    store.sessions.revoke = () => Promise.reject(new Error('down'))
    expect(await refusal(zero)).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', status: 503 })
    expect(await guardSays(zero)).toBe('ERR_TOKEN_REVOKED')
    store.sessions.revoke = revoke
    expect((await refusal(zero)).code).toBe('ERR_SESSION_ENDED')
  })

  it('that is slow holds up nobody else, and a logout meanwhile wins', async () => {
    let go: (grant: RefreshGrant) => void = () => undefined
    const slow = new Promise<RefreshGrant>((resolve) => {
      go = resolve
    })
    const { issuer, refresh, zero, sid } = await login(() => slow)
    const waiting = refusalOf(refresh(zero))
    await new Promise((resolve) => setImmediate(resolve))
    await issuer.revokeSession(sid)
    go({})
    expect(await waiting).toMatchObject({ code: 'ERR_SESSION_ENDED' })
  })
})

describe('AS-05 the scope of a refresh', () => {
  it('omitted is the original one', async () => {
    const { refresh, zero } = await login(null)
    expect((await refresh(zero)).scope).toBe('read write admin')
    expect((await refresh(zero, { scope: [] })).scope).toBeUndefined()
  })

  it.each([['read'], [['read']], ['admin read'], ['read read']])(
    'narrower (%j) narrows this access token and no refresh token',
    async (scope) => {
      const { refresh, zero } = await login(null)
      const one = await refresh(zero, { scope })
      const asked = new Set([scope].flat().join(' ').split(' '))
      expect(new Set(one.scope?.split(' '))).toEqual(asked)
      expect((await refresh(one)).scope).toBe('read write admin')
    },
  )

  it.each([['root'], ['read root'], ['Read'], ['rea'], ['readwrite'], [['read', 'root']]])(
    'wider (%j) is invalid_scope, and changes nothing',
    async (scope) => {
      const { store, calls } = countCalls(createMemoryStore())
      const test = createTestIssuer({ store })
      const zero = await test.issuer.openSession({ subject: 'alice', scope: 'read write' })
      const before = await store.sessions.findBySid(zero.sid)
      calls.length = 0
      expect(await test.refusal(zero, { scope })).toMatchObject({
        code: 'ERR_SCOPE_EXCEEDED',
        status: 400,
        error: 'invalid_scope',
      })
      expect(calls).toEqual(['sessions.find'])
      expect(await store.sessions.findBySid(zero.sid)).toEqual(before)
      expect(generationOf(await test.refresh(zero))).toBe(1)
    },
  )

  it('is bounded by what onRefresh allows, without an error', async () => {
    const { refresh, zero } = await login(() => ({ scope: 'read' }))
    expect((await refresh(zero, { scope: 'read write' })).scope).toBe('read')
    expect((await refresh(zero, { scope: 'write' })).scope).toBeUndefined()
  })

  it('narrower of a replay gives the same successor', async () => {
    const { refresh, zero } = await login(null)
    const one = await refresh(zero)
    const again = await refresh(zero, { scope: 'read' })
    expect(again).toMatchObject({ refreshToken: one.refreshToken, scope: 'read' })
  })

  it('narrower of an old token hides no theft', async () => {
    const { refresh, refusal, zero } = await login(null)
    await refresh(await refresh(zero))
    expect((await refusal(zero, { scope: 'read' })).code).toBe('ERR_REFRESH_REUSED')
  })

  it('that is none is a mistake of the calling code', async () => {
    const { refresh, zero } = await login(null)
    await expect(refresh(zero, { scope: 'a"b' })).rejects.toMatchObject({
      name: 'ConfigError',
      option: 'scope',
    })
    expect(generationOf(await refresh(zero))).toBe(1)
  })
})

describe('AS-04 a token of another client', () => {
  const setUp = async () => {
    const { store, calls } = countCalls(createMemoryStore())
    const test = createTestIssuer({ store, clients: { app: {}, cli: {} } })
    const zero = await test.issuer.openSession({ subject: 'alice', client: 'app' })
    calls.length = 0
    return { ...test, calls, zero, app: { client: 'app' }, cli: { client: 'cli' } }
  }

  it('is refused and counted, and the family untouched', async () => {
    const { refusal, refresh, store, zero, app, cli } = await setUp()
    const before = await store.sessions.findBySid(zero.sid)
    for (let tries = 0; tries < 100; tries++)
      expect(await refusal(zero, cli)).toMatchObject({
        code: 'ERR_BINDING_MISMATCH',
        message: 'a refresh token was presented by another client',
        ...invalidGrant,
      })
    expect(await store.sessions.findBySid(zero.sid)).toEqual(before)
    expect(heard.of('refreshed')).toHaveLength(100)
    expect(heard.of('refreshed')[0]).toMatchObject({ outcome: 'binding_mismatch', sid: zero.sid })
    expect(generationOf(await refresh(zero, app))).toBe(1)
  })

  it('that was used, once or twice, kills no family either', async () => {
    const { refusal, refresh, zero, app, cli, clock } = await setUp()
    const one = await refresh(zero, app)
    expect((await refusal(zero, cli)).code).toBe('ERR_BINDING_MISMATCH')
    const two = await refresh(one, app)
    expect((await refusal(zero, cli)).code).toBe('ERR_BINDING_MISMATCH')
    clock.advance(3_600)
    expect((await refusal(one, cli)).code).toBe('ERR_BINDING_MISMATCH')
    expect(generationOf(await refresh(two, app))).toBe(3)
    expect(heard.of('refresh-reuse-detected')).toEqual([])
  })

  it('needs the client to be named, where there are several', async () => {
    const { refresh, zero } = await setUp()
    await expect(refresh(zero)).rejects.toMatchObject({ name: 'ConfigError', option: 'client' })
    await expect(refresh(zero, { client: 'web' })).rejects.toMatchObject({ option: 'client' })
  })
})

describe('AS-10 AS-12 a session that is bound to a key', () => {
  const jkt = { binding: { jkt: THUMBPRINT } }
  const wrong = {
    none: {},
    'another key': { binding: { jkt: OTHER_THUMBPRINT } },
    'a certificate with the thumbprint of the key': { binding: { 'x5t#S256': THUMBPRINT } },
  }

  it('refreshes with that key, says DPoP, and puts it into access tokens', async () => {
    const { issuer, refresh } = createTestIssuer()
    const zero = await issuer.openSession({ subject: 'alice', ...jkt })
    const one = await refresh(zero, jkt)
    expect(one.tokenType).toBe('DPoP')
    expect(claimsOf(one).cnf).toEqual({ jkt: THUMBPRINT })
    const certificate = { binding: { 'x5t#S256': THUMBPRINT } }
    const bound = await issuer.openSession({ subject: 'alice', ...certificate })
    const two = await refresh(bound, certificate)
    expect(two.tokenType).toBe('Bearer')
    expect(claimsOf(two).cnf).toEqual({ 'x5t#S256': THUMBPRINT })
  })

  it.each(Object.entries(wrong))(
    'with %s is refused, and the family untouched',
    async (_, request) => {
      const { issuer, refresh, refusal, store } = createTestIssuer()
      const zero = await issuer.openSession({ subject: 'alice', ...jkt })
      const before = await store.sessions.findBySid(zero.sid)
      for (let tries = 0; tries < 70; tries++)
        expect(await refusal(zero, request)).toMatchObject({
          code: 'ERR_BINDING_MISMATCH',
          message: 'a refresh token was presented with another key',
          ...invalidGrant,
        })
      expect(await store.sessions.findBySid(zero.sid)).toEqual(before)
      await refresh(zero, jkt)
      expect(heard.of('session-ended')).toEqual([])
    },
  )

  it('a key for a session that is bound to none is refused, too', async () => {
    const { issuer, refresh, refusal } = createTestIssuer()
    const zero = await issuer.openSession({ subject: 'alice' })
    expect((await refusal(zero, jkt)).code).toBe('ERR_BINDING_MISMATCH')
    expect(generationOf(await refresh(zero))).toBe(1)
  })

  it('a binding that is none is a mistake of the calling code', async () => {
    const { issuer, refresh } = createTestIssuer()
    const zero = await issuer.openSession({ subject: 'alice' })
    await expect(refresh(zero, { binding: { jkt: 'short' } })).rejects.toMatchObject({
      name: 'ConfigError',
      option: 'binding',
    })
  })
})

describe('a token that only its owner can use', () => {
  const due = Math.ceil(0.7 * IDLE_LIFETIME)
  const kinds = [
    ['a confidential client', { clients: { app: { secret: SECRET } } }, {}],
    ['a bound session', {}, { binding: { jkt: THUMBPRINT } }],
  ] as const

  describe.each(kinds)('of %s', (_, options, bound) => {
    const login = async () => {
      const test = createTestIssuer(options)
      const zero = await test.issuer.openSession({ subject: 'alice', ...bound })
      return { ...test, zero }
    }

    it.each([
      ['at once', 0, 'kept'],
      ['a second before 70 % of its life', due - 1, 'kept'],
      ['at 70 % of its life', due, 'rotated'],
      ['a second after', due + 1, 'rotated'],
    ])('%s', async (_, age, outcome) => {
      const { refresh, zero, clock, store } = await login()
      const before = await store.sessions.findBySid(zero.sid)
      clock.advance(age)
      const answer = await refresh(zero, bound)
      expect(heard.of('refreshed')).toEqual([expect.objectContaining({ outcome })])
      const isKept = outcome === 'kept'
      expect(answer.refreshToken === zero.refreshToken).toBe(isKept)
      expect(answer.refreshExpiresAt).toBe(NOON + IDLE_LIFETIME + (isKept ? 0 : age))
      if (isKept) expect(await store.sessions.findBySid(zero.sid)).toEqual(before)
    })

    it('refreshes as often as it likes, and idles away all the same unless it is changed', async () => {
      const { refresh, refusal, zero, clock } = await login()
      for (let times = 0; times < 100; times++)
        expect((await refresh(zero, bound)).refreshToken).toBe(zero.refreshToken)
      clock.set(NOON + IDLE_LIFETIME - 1)
      const one = await refresh(zero, bound)
      expect(generationOf(one)).toBe(1)
      clock.advance(IDLE_LIFETIME)
      expect((await refusal(one, bound)).code).toBe('ERR_SESSION_ENDED')
    })

    it('AS-07 used again after it was changed twice is reuse', async () => {
      const { refresh, refusal, zero, clock } = await login()
      clock.advance(due)
      const one = await refresh(zero, bound)
      clock.advance(due)
      const two = await refresh(one, bound)
      expect((await refusal(zero, bound)).code).toBe('ERR_REFRESH_REUSED')
      expect((await refusal(two, bound)).code).toBe('ERR_SESSION_ENDED')
    })

    it('gets its successor again after a lost reply', async () => {
      const { refresh, zero, clock } = await login()
      clock.advance(due)
      const one = await refresh(zero, bound)
      expect((await refresh(zero, bound)).refreshToken).toBe(one.refreshToken)
    })

    it('is asked about at onRefresh when it is kept, too', async () => {
      let isAllowed = true
      const test = createTestIssuer({ ...options, onRefresh: () => (isAllowed ? {} : null) })
      const zero = await test.issuer.openSession({ subject: 'alice', ...bound })
      await test.refresh(zero, bound)
      isAllowed = false
      expect((await test.refusal(zero, bound)).code).toBe('ERR_REFRESH_DENIED')
      expect(await test.guardSays(zero)).not.toBeUndefined()
    })
  })
})

describe('an outage that lasts', () => {
  const minutes = async (down: { isDown: boolean }, test: Awaited<ReturnType<typeof login>>) => {
    down.isDown = true
    for (let passed = 0; passed < 600; passed += 20) {
      expect(await test.refusal(test.zero)).toMatchObject({ status: 503 })
      test.clock.advance(20)
    }
    down.isDown = false
  }

  it('of onRefresh logs out nobody who tries again and again', async () => {
    const down = { isDown: false }
    const test = await login(() => {
      if (down.isDown) throw new Error('database of users: connection lost')
      return {}
    })
    await minutes(down, test)
    expect(generationOf(await test.refresh(test.zero))).toBe(1)
    expect(heard.of('session-ended')).toEqual([])
  })

  it('of the keys logs out nobody who tries again and again', async () => {
    const down = { isDown: false }
    const kms = {
      ...signer,
      sign: (input: Uint8Array) =>
        down.isDown ? Promise.reject(new Error('kms: timeout')) : signer.sign(input),
    }
    const clock = createTestClock(NOON)
    const test = createTestIssuer({ signers: [kms] }, clock)
    const zero = await test.issuer.openSession({ subject: 'alice' })
    await minutes(down, { ...test, zero, sid: zero.sid })
    expect(generationOf(await test.refresh(zero))).toBe(1)
    expect(heard.of('session-ended')).toEqual([])
  })
})
