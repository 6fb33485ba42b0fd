import { createGuard, type Guard, isGuardError } from '@gatewarden/core'
import {
  createAuthority,
  createIssuerServer,
  createTestClock,
  type IssuerServer,
} from '@gatewarden/testing'

const clock = createTestClock()
let provider: IssuerServer

beforeEach(async () => {
  provider = await createIssuerServer({ clock })
})

afterEach(async () => {
  await provider.close()
})

function guardOf({ authority }: IssuerServer) {
  return createGuard({ issuer: authority.issuer, audience: authority.audience, clock })
}

/** Has a token verified as often as it takes to be remembered: twice. */
async function warm<C>(guard: Guard<C>, token: string): Promise<void> {
  await guard.verify(token)
  await guard.verify(token)
}

async function refusalOf(verified: Promise<unknown>) {
  const error: unknown = await verified.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isGuardError(error) ? error : undefined
}

/** Lets the event loop turn until something holds. */
async function settled(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn > 20_000) throw new Error('it never came to hold')
    await new Promise((next) => setImmediate(next))
  }
}

describe('discovery', () => {
  it('finds the keys through the issuer and asks once, however many wait', async () => {
    const guard = guardOf(provider)
    const tokens = Array.from({ length: 20 }, () => provider.authority.token())
    await Promise.all(tokens.map((token) => guard.verify(token)))
    expect(provider.requests).toEqual(['/.well-known/openid-configuration', '/jwks'])
  })

  it('falls back to RFC 8414 metadata', async () => {
    provider.respond('/.well-known/openid-configuration', { status: 404 })
    expect((await guardOf(provider).verify(provider.authority.token())).subject).toBe('alice')
  })

  it.each(['/tenant', '/a/b/'])('finds an issuer with the path %s', async (path) => {
    const tenant = await createIssuerServer({ clock, path })
    try {
      expect((await guardOf(tenant).verify(tenant.authority.token())).issuer).toBe(
        `${tenant.url}${path}`,
      )
    } finally {
      await tenant.close()
    }
  })

  it('discovery issuer mismatch: metadata of another issuer is never used, and ready() says what to write', async () => {
    const { issuer, audience } = provider.authority
    const guard = createGuard({ issuer: `${issuer}/`, audience, clock })
    await expect(guard.ready()).rejects.toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      message: expect.stringContaining(`write issuer: '${issuer}'`),
    })
  })

  it('a jwks_uri that is not https is refused', async () => {
    const { issuer } = provider.authority
    const body = { issuer, jwks_uri: 'http://keys.example.com/jwks' }
    provider.respond('/.well-known/openid-configuration', { body })
    await expect(guardOf(provider).ready()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
  })

  it('iss chooses discovery: the iss of a token is never contacted', async () => {
    const other = await createIssuerServer({ clock })
    try {
      const guard = guardOf(provider)
      expect((await refusalOf(guard.verify(other.authority.token())))?.code).toBe(
        'ERR_ISSUER_UNTRUSTED',
      )
      expect(other.requests).toEqual([])
      expect(provider.requests).toEqual([])
    } finally {
      await other.close()
    }
  })
})

describe('RS-16: an outage is not the caller’s fault and never a pass', () => {
  const faults: [string, Parameters<IssuerServer['respond']>[1]][] = [
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['404', { status: 404 }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['truncated JSON', { body: '{"keys":[' }],
    ['an empty set', { body: { keys: [] } }],
    ['a set that is no set', { body: [] }],
    ['a huge answer', { body: `{"keys":[],"x":"${'x'.repeat(300_000)}"}` }],
    ['a cut connection', 'reset'],
  ]

  it.each(faults)('key set answers with %s: 503 with Retry-After', async (_name, fault) => {
    provider.respond('/jwks', fault)
    const refusal = await refusalOf(guardOf(provider).verify(provider.authority.token()))
    expect(refusal).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503, error: undefined })
    // Chance is in it, so that processes which failed together do not come again together.
    expect(refusal?.headers).toEqual({
      'cache-control': 'no-store',
      'retry-after': expect.stringMatching(/^[12]$/),
    })
  })

  it('fetches once, not once a token, while the provider is down, and again two seconds later', async () => {
    provider.respond('/jwks', { status: 500 })
    const guard = guardOf(provider)
    for (let at = 0; at < 30; at++) await refusalOf(guard.verify(provider.authority.token()))
    expect(provider.requests.filter((path) => path === '/jwks')).toHaveLength(1)

    provider.respond('/jwks', undefined)
    expect((await refusalOf(guard.verify(provider.authority.token())))?.status).toBe(503)
    clock.advance(2)
    expect((await guard.verify(provider.authority.token())).subject).toBe('alice')
  })

  it('goes on with the keys it has when a later fetch fails, up to an hour past their age', async () => {
    const guard = guardOf(provider)
    const longLived = () => provider.authority.token({ exp: clock() + 10_000 })
    await guard.verify(longLived())
    provider.respond('/jwks', { status: 500 })
    clock.advance(600 + 3_599)
    expect((await guard.verify(longLived())).subject).toBe('alice')
    clock.advance(6)
    expect((await refusalOf(guard.verify(longLived())))?.code).toBe('ERR_KEYS_UNAVAILABLE')
  })

  it('a cached verdict is not worth more than the keys behind it', async () => {
    const guard = guardOf(provider)
    const token = provider.authority.token({ exp: clock() + 10_000 })
    await warm(guard, token)
    provider.respond('/jwks', { status: 500 })
    clock.advance(600 + 3_600)
    expect((await refusalOf(guard.verify(token)))?.code).toBe('ERR_KEYS_UNAVAILABLE')
  })
})

describe('key rotation', () => {
  it('a new kid is found at once, and an unknown-kid flood costs one fetch in 30 s', async () => {
    const guard = guardOf(provider)
    await guard.verify(provider.authority.token())
    provider.authority.rotate()
    expect((await guard.verify(provider.authority.token())).subject).toBe('alice')

    const before = provider.requests.length
    const { issuer, audience } = provider.authority
    const forger = createAuthority({ issuer, audience, clock })
    for (let at = 0; at < 50; at++) {
      const token = forger.token({}, { header: { kid: `k${at}` } })
      expect((await refusalOf(guard.verify(token)))?.code).toBe('ERR_KEY_UNKNOWN')
    }
    expect(provider.requests.length).toBe(before)
    clock.advance(30)
    await refusalOf(guard.verify(forger.token({}, { header: { kid: 'another' } })))
    await refusalOf(guard.verify(forger.token({}, { header: { kid: 'yet another' } })))
    expect(provider.requests.length).toBe(before + 1)
  })

  it('RS-16: a new kid during an outage is a 503, and passes when it may be looked for again', async () => {
    const guard = guardOf(provider)
    await guard.verify(provider.authority.token())
    provider.authority.rotate()
    provider.respond('/jwks', { status: 500 })
    const token = provider.authority.token()
    expect((await refusalOf(guard.verify(token)))?.status).toBe(503)
    provider.respond('/jwks', undefined)
    clock.advance(29)
    expect((await refusalOf(guard.verify(token)))?.status).toBe(503)
    clock.advance(1)
    expect((await guard.verify(token)).subject).toBe('alice')
  })

  it('removed key still trusted: a withdrawn key takes its cached verdicts along', async () => {
    const guard = guardOf(provider)
    const withdrawn = provider.authority.kid
    const token = provider.authority.token({ exp: clock() + 10_000 })
    await warm(guard, token)
    provider.authority.rotate()
    provider.authority.withdraw(withdrawn)
    await guard.verify(provider.authority.token())
    expect((await refusalOf(guard.verify(token)))?.code).toBe('ERR_KEY_UNKNOWN')
  })

  it('a key that stays keeps its verdicts', async () => {
    let checks = 0
    const { issuer, audience } = provider.authority
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => (checks++, { value }),
      },
    } as const
    const guard = createGuard({ issuer, audience, clock, schema })
    const token = provider.authority.token()
    await warm(guard, token)
    provider.authority.rotate()
    await guard.verify(provider.authority.token())
    const proofs = checks
    await guard.verify(token)
    expect(checks).toBe(proofs)
  })
})

describe('no valid request fails', () => {
  /** A second with requests: of a token seen before, and of one that is new. */
  async function serve(guard: Guard, seen: string): Promise<void> {
    expect((await guard.verify(seen)).subject).toBe('alice')
    expect((await guard.verify(provider.authority.token())).subject).toBe('alice')
    // What goes on behind the requests' back goes on.
    await new Promise((next) => setImmediate(next))
  }

  it('across a rotation with a key that was published before', async () => {
    const { issuer, audience } = provider.authority
    const next = createAuthority({ issuer, audience, clock })
    const keys = () => [...provider.authority.jwks().keys, ...next.jwks().keys]
    const guard = guardOf(provider)
    const seen = provider.authority.token({ exp: clock() + 10_000 })
    await warm(guard, seen)

    provider.respond('/jwks', (_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ keys: keys() }))
    })
    // The key is published for two times as long as a set is fresh, then it signs.
    for (let second = 0; second < 1_200; second += 10) {
      clock.advance(10)
      await serve(guard, seen)
    }
    const before = provider.requests.length
    expect(before).toBeGreaterThanOrEqual(4)
    for (let second = 0; second < 60; second++) {
      clock.advance(1)
      expect((await guard.verify(next.token())).subject).toBe('alice')
      await serve(guard, seen)
    }
    // Nobody had to look for it.
    expect(provider.requests.length).toBeLessThanOrEqual(before + 1)
  })

  it('across a rotation with a key that nobody saw before, and one fetch does for all', async () => {
    const guard = guardOf(provider)
    await warm(guard, provider.authority.token())
    provider.requests.length = 0
    provider.authority.rotate()
    const tokens = Array.from({ length: 200 }, () => provider.authority.token())
    const verified = await Promise.all(tokens.map((token) => guard.verify(token)))
    expect(verified.every(({ subject }) => subject === 'alice')).toBe(true)
    expect(provider.requests).toEqual(['/jwks'])
  })

  it('across an outage of ten minutes, though the keys grow old meanwhile', async () => {
    const guard = guardOf(provider)
    const seen = provider.authority.token({ exp: clock() + 10_000 })
    await warm(guard, seen)
    // The outage begins when the keys are due.
    clock.advance(590)
    provider.respond('/jwks', 'reset')
    provider.respond('/.well-known/openid-configuration', { status: 503 })
    provider.requests.length = 0
    for (let second = 0; second < 600; second++) {
      clock.advance(1)
      await serve(guard, seen)
    }
    expect(guard.health().issuers[0]).toMatchObject({
      state: 'stale',
      age: 1_190,
      lastError: { message: expect.stringContaining('the key set of http') },
    })
    // Each try waits longer, up to a minute: 1,200 requests make no more tries than that.
    const tries = provider.requests.filter((path) => path === '/jwks').length
    expect(tries).toBeGreaterThanOrEqual(8)
    expect(tries).toBeLessThan(100)

    provider.respond('/jwks', undefined)
    provider.respond('/.well-known/openid-configuration', undefined)
    for (let second = 0; second < 61; second++) {
      clock.advance(1)
      await serve(guard, seen)
    }
    await settled(() => guard.health().issuers[0]?.state === 'fresh')
    expect(guard.health().issuers[0]?.lastError).toBeUndefined()
  })

  it('and with maxStale: 0 they fail as soon as the keys are old', async () => {
    const { issuer, audience } = provider.authority
    const guard = createGuard({ issuer, audience, clock, maxStale: 0 })
    const seen = provider.authority.token({ exp: clock() + 10_000 })
    await warm(guard, seen)
    provider.respond('/jwks', { status: 500 })
    clock.advance(599)
    expect((await guard.verify(seen)).subject).toBe('alice')
    clock.advance(1)
    expect((await refusalOf(guard.verify(seen)))?.status).toBe(503)
  })
})

describe('a clock that is set back by a day', () => {
  it('does not stretch the wait after a failure', async () => {
    const guard = guardOf(provider)
    provider.respond('/jwks', { status: 500 })
    await refusalOf(guard.verify(provider.authority.token()))
    provider.respond('/jwks', undefined)
    clock.advance(-86_400)
    expect((await guard.verify(provider.authority.token())).subject).toBe('alice')
  })

  it('does not keep remembered verdicts of a withdrawn key alive', async () => {
    const guard = guardOf(provider)
    const token = provider.authority.token({ iat: undefined })
    await guard.verify(token)
    const withdrawn = provider.authority.kid
    provider.authority.rotate()
    provider.authority.withdraw(withdrawn)
    clock.advance(-86_400)
    // The set counts as due: its refresh starts behind this request, and then the key is gone.
    let refusal = await refusalOf(guard.verify(token))
    for (let turn = 0; refusal === undefined && turn < 1_000; turn++) {
      await new Promise(setImmediate)
      refusal = await refusalOf(guard.verify(token))
    }
    expect(refusal?.code).toBe('ERR_KEY_UNKNOWN')
  })

  it('does not keep a withdrawn key trusted, nor a new one unknown', async () => {
    const guard = guardOf(provider)
    const withdrawn = provider.authority.kid
    await guard.verify(provider.authority.token())
    clock.advance(-86_400)
    const old = provider.authority.token()
    provider.authority.rotate()
    provider.authority.withdraw(withdrawn)
    expect((await guard.verify(provider.authority.token())).subject).toBe('alice')
    expect((await refusalOf(guard.verify(old)))?.code).toBe('ERR_KEY_UNKNOWN')
  })
})
