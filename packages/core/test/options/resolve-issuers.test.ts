import { ConfigError } from '../../src/options/config-error.ts'
import { RevokedKeys } from '../../src/guard-keys.ts'
import type { TrustedIssuer } from '../../src/issuers/trusted-issuer.ts'
import type { GuardOptions, IssuerOptions } from '../../src/options/options.ts'
import { resolveIssuers } from '../../src/options/resolve-issuers.ts'
import {
  AUDIENCE,
  createClock,
  header,
  newEcKeys,
  newSecret,
  NOW,
  refusalOf,
  rejectionOf,
  thrownBy,
  toJwk,
} from '../mint.ts'
import { answerJson, type Provider, startProvider } from '../provider.ts'

const secret = newSecret()
const publicKey = newEcKeys().publicKey
const jwks = { keys: [toJwk(publicKey, { kid: 'k' })] }
const member = (issuer: string, changes: Record<string, unknown> = {}) =>
  ({ issuer, audience: AUDIENCE, publicKey, ...changes }) as unknown as IssuerOptions

function resolve(issuers: unknown, changes: Record<string, unknown> = {}) {
  const clock = createClock()
  const revoked = new RevokedKeys()
  const options = { issuers, ...changes } as unknown as GuardOptions
  return { clock, revoked, ...resolveIssuers(options, clock, revoked) }
}
const problem = (...given: Parameters<typeof resolve>) => {
  const error = thrownBy(() => resolve(...given))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}
const find = (name: string, { issuers }: ReturnType<typeof resolve>) => issuers.find({ iss: name })

describe('one issuer', () => {
  it('stands beside the options of the guard', () => {
    const { issuers } = resolve(undefined, { issuer: 'a', audience: 'x', secret, realm: 'r' })
    expect(issuers.listed()).toMatchObject([{ issuer: 'a', audiences: ['x'] }])
  })

  it('may be waived, and then no other is added', () => {
    const { issuers, addIssuer } = resolve(undefined, { issuer: null, audience: 'x', secret })
    expect(issuers.find({ iss: 'anything' })).toMatchObject({ issuer: null })
    const error = thrownBy(() => {
      addIssuer(member('b'))
    })
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe('issuers.add: this guard takes tokens of any issuer (issuer: null)')
    expect(issuers.listed()).toHaveLength(1)
  })

  it('has no option that nobody knows', () => {
    expect(problem(undefined, { issuer: 'a', audience: 'x', secret, nonsense: ['a'] })).toMatch(
      /^nonsense: there is no such option/,
    )
  })

  it('is not looked up: what says how belongs into issuers', () => {
    for (const name of ['allow', 'resolve', 'maxIssuers', 'allowPrivateHosts'])
      expect(problem(undefined, { issuer: 'a', audience: 'x', secret, [name]: ['a'] })).toBe(
        `${name}: it says how issuers are looked up: write issuers: { allow, resolve }`,
      )
  })

  it('is a list of one among issuers', () => {
    expect(problem({ issuer: 'a', audience: 'x', secret })).toBe(
      'issuers: expected a list: write [ ] around it',
    )
  })
})

describe('several issuers', () => {
  it('are resolved one by one', () => {
    const { issuers } = resolve([member('a'), member('b', { audience: 'x', tenant: 't' })])
    expect(issuers.listed()).toMatchObject([
      { issuer: 'a', audiences: [AUDIENCE], tenant: undefined },
      { issuer: 'b', audiences: ['x'], tenant: 't' },
    ])
  })

  it.each([[[]], [null], ['https://a'], [5], [() => undefined], [new Map()]])(
    'cannot be %p',
    (issuers) => {
      expect(problem(issuers)).toContain(
        'issuers: expected a list of at least one { issuer, audience }, or { allow, resolve }, got ',
      )
    },
  )

  it.each([null, undefined, 'https://a.example', 5, []])('cannot hold %j', (one) => {
    expect(problem([member('a'), one])).toContain('issuers[1]: expected { issuer, audience }, got ')
  })

  it('cannot be the same twice', () => {
    expect(problem([member('a'), member('b'), member('a')])).toBe(
      'issuers[2].issuer: the same as issuers[0].issuer',
    )
  })

  it('cannot waive their name', () => {
    expect(problem([member('a'), member(null as unknown as string)])).toContain(
      'issuers[1].issuer: expected the exact iss of the tokens',
    )
  })

  it('name the option at fault by its place', () => {
    expect(problem([member('a', { audience: '' })])).toContain('issuers[0].audience: expected')
    expect(problem([member('a', { maxTokenAge: NaN })])).toContain('issuers[0].maxTokenAge: ')
    expect(problem([member('a', { claimPaths: { roles: '' } })])).toContain(
      'issuers[0].claimPaths.roles: ',
    )
    expect(problem([member('a'), member('b', { expectedClaims: { x: [] } })])).toContain(
      'issuers[1].expectedClaims.x: ',
    )
  })

  it('say where an option belongs', () => {
    expect(problem([member('a')], { audience: 'x' })).toBe(
      'audience: with issuers, it belongs into each of them',
    )
    expect(problem([member('a')], { secret })).toBe(
      'secret: with issuers, it belongs into each of them',
    )
    expect(problem([member('a', { clockTolerance: 5 })])).toBe(
      'issuers[0].clockTolerance: it belongs beside issuers, not into one of them',
    )
    expect(problem([member('a', { aud: 5 })])).toBe('issuers[0].aud: write audience')
  })

  it('are added while the guard runs, checked as any other', () => {
    const resolved = resolve([member('a')])
    resolved.addIssuer(member('b', { tenant: 't' }))
    expect(find('b', resolved)).toMatchObject({ issuer: 'b', tenant: 't' })
    const problemOf = (options: unknown) =>
      thrownBy(() => {
        resolved.addIssuer(options as IssuerOptions)
      }).message
    expect(problemOf(member('b'))).toBe('issuers.add: b is trusted already')
    expect(problemOf(member('c', { audience: '' }))).toMatch(/^issuers\.add\.audience: /)
    expect(problemOf(member('c', { realm: 'x' }))).toMatch(
      /^issuers\.add\.realm: it belongs beside/,
    )
    expect(problemOf(member(null as never))).toMatch(/^issuers\.add\.issuer: /)
    expect(problemOf(undefined)).toMatch(/^issuers\.add: expected { issuer, audience }, got /)
    expect(resolved.issuers.listed()).toHaveLength(2)
  })

  it('that are added do not trust a key that was revoked before', () => {
    const resolved = resolve([member('a')])
    resolved.revoked.add('k', undefined)
    resolved.addIssuer({ issuer: 'b', audience: AUDIENCE, jwks })
    const { keys } = find('b', resolved) as TrustedIssuer
    expect(refusalOf(() => keys.select(header({ kid: 'k' }))).code).toBe('ERR_KEY_UNKNOWN')
  })
})

describe('issuers that are looked up', () => {
  const lookup = (changes: Record<string, unknown> = {}) => ({
    allow: () => true,
    resolve: (name: string) => member(name),
    ...changes,
  })

  it('are not asked for before a token comes', () => {
    const asked: string[] = []
    const { issuers } = resolve(lookup({ resolve: (name: string) => void asked.push(name) }))
    expect(issuers.all()).toEqual([])
    expect(asked).toEqual([])
  })

  it('are what resolve says, at once, promised, or by another library', async () => {
    for (const resolver of [
      (name: string) => member(name, { tenant: 't' }),
      (name: string) => Promise.resolve(member(name, { tenant: 't' })),
      (name: string) => ({
        then: (done: (options: unknown) => void) => {
          done(member(name, { tenant: 't' }))
        },
      }),
    ]) {
      const resolved = resolve(lookup({ resolve: resolver }))
      const issuer = await find('a', resolved)
      expect(issuer).toMatchObject({ issuer: 'a', audiences: [AUDIENCE], tenant: 't' })
      expect(find('a', resolved)).toBe(issuer)
    }
  })

  it.each([undefined, null])('are unknown where resolve answers %p', async (answer) => {
    const resolved = resolve(lookup({ resolve: () => answer }))
    expect((await rejectionOf(() => find('a', resolved))).code).toBe('ERR_ISSUER_UNTRUSTED')
    expect(refusalOf(() => find('a', resolved)).code).toBe('ERR_ISSUER_UNTRUSTED')
  })

  it.each<[string, unknown, string]>([
    ['another issuer', member('b'), 'issuers.resolve().issuer: expected the name it was asked for'],
    ['a slash more', member('a/'), 'issuers.resolve().issuer: expected the name it was asked for'],
    ['no name', member(undefined as never), 'issuers.resolve().issuer: expected the exact iss'],
    ['a waived name', member(null as never), 'issuers.resolve().issuer: expected the exact iss'],
    ['no audience', { issuer: 'a', publicKey }, 'issuers.resolve().audience: expected this API'],
    [
      'an option of the guard',
      member('a', { cache: false }),
      'issuers.resolve().cache: it belongs',
    ],
    ['a misspelt option', member('a', { profil: 'x' }), 'issuers.resolve().profil: there is no'],
    ['two kinds of key', member('a', { secret }), 'issuers.resolve().publicKey: expected one of'],
    ['a list', [member('a')], 'issuers.resolve(): expected { issuer, audience }, got a list'],
    ['a text', 'a', 'issuers.resolve(): expected { issuer, audience }, got "a"'],
    ['false', false, 'issuers.resolve(): expected { issuer, audience }, got false'],
    [
      'an object of a class',
      new (class {
        readonly issuer = 'a'
      })(),
      'issuers.resolve(): expected {',
    ],
  ])('are an outage where resolve answers %s', async (_, answer, cause) => {
    const resolved = resolve(lookup({ resolve: () => Promise.resolve(answer) }))
    const error = await rejectionOf(() => find('a', resolved))
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
    expect(error.cause).toBeInstanceOf(ConfigError)
    expect((error.cause as Error).message).toContain(cause)
    expect(resolved.issuers.all()).toEqual([])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no table')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no table'))],
  ])('are an outage where resolve %s', async (_, resolver) => {
    const resolved = resolve(lookup({ resolve: resolver }))
    const error = await rejectionOf(() => find('a', resolved))
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
    expect(error.cause).toMatchObject({ message: 'no table' })
  })

  it('are allowed by a list to the letter, which later changes do not touch', async () => {
    const allow = ['a', 'toString']
    const asked: string[] = []
    const resolved = resolve(
      lookup({ allow, resolve: (name: string) => (asked.push(name), member(name)) }),
    )
    allow.push('c')
    for (const name of ['A', 'a/', 'b', 'c', '', 'constructor', '__proto__'])
      expect(refusalOf(() => find(name, resolved)).code).toBe('ERR_ISSUER_UNTRUSTED')
    expect((await find('a', resolved)).issuer).toBe('a')
    expect((await find('toString', resolved)).issuer).toBe('toString')
    expect(asked).toEqual(['a', 'toString'])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ allow: undefined }, 'issuers.allow: expected a list of names, or a function of one, got'],
    [{ allow: /x/ }, 'issuers.allow: expected a list of names, or a function of one, got'],
    [{ allow: 'https://a' }, 'issuers.allow: expected a list of names, or a function of one, got'],
    [{ allow: true }, 'issuers.allow: expected a list of names, or a function of one, got true'],
    [{ allow: ['a', 5] }, 'issuers.allow[1]: expected a text, got 5'],
    [{ allow: ['a', ''] }, 'issuers.allow[1]: expected a text, got an empty string'],
    [{ resolve: undefined }, 'issuers.resolve: expected a function, got undefined'],
    [{ resolve: {} }, 'issuers.resolve: expected a function, got an object'],
    [{ maxIssuers: 0 }, 'issuers.maxIssuers: expected issuers between 1 and 1000000, got 0'],
    [{ maxIssuers: 1e6 + 1 }, 'issuers.maxIssuers: expected issuers between 1 and 1000000, got'],
    [{ maxIssuers: NaN }, 'issuers.maxIssuers: expected issuers between 1 and 1000000, got NaN'],
    [{ maxIssuers: '5' }, 'issuers.maxIssuers: expected issuers between 1 and 1000000, got "5"'],
    [
      { allowPrivateHosts: 'true' },
      'issuers.allowPrivateHosts: expected true or false, got "true"',
    ],
    [{ allowPrivateHosts: null }, 'issuers.allowPrivateHosts: expected true or false, got null'],
    [{ audience: 'x' }, 'issuers.audience: with issuers, it belongs into each of them'],
    [{ cache: false }, 'issuers.cache: it belongs beside issuers, not into one of them'],
    [{ maxIssuer: 5 }, 'issuers.maxIssuer: there is no such option'],
  ])('do not start with %j', (changes, message) => {
    expect(problem(lookup(changes))).toContain(message)
  })

  it('do not start with an empty object', () => {
    expect(problem({})).toMatch(/^issuers\.resolve: expected a function/)
  })

  it('are held as many as maxIssuers says, a thousand where it says nothing', async () => {
    const held = async (changes: Record<string, unknown>, count: number) => {
      const { issuers } = resolve(lookup(changes))
      for (let at = 0; at < count; at++) issuers.used(await issuers.find({ iss: `i${at}` }))
      return issuers.all().length
    }
    expect(await held({ maxIssuers: 2 }, 5)).toBe(2)
    expect(await held({ maxIssuers: 2.9 }, 5)).toBe(2)
    expect(await held({}, 1_005)).toBe(1_000)
  })

  it('go by the clock of the guard', async () => {
    let asked = 0
    const resolved = resolve(lookup({ resolve: () => void asked++ }))
    await rejectionOf(() => find('a', resolved))
    resolved.clock.now = NOW + 30
    await rejectionOf(() => find('a', resolved))
    expect(asked).toBe(2)
  })

  it('do not trust a key that was revoked before they were looked up, or meanwhile', async () => {
    const resolved = resolve(
      lookup({
        resolve(issuer: string) {
          if (issuer === 'b') resolved.revoked.add('k', 'b')
          return { issuer, audience: AUDIENCE, jwks }
        },
      }),
    )
    resolved.revoked.add('k', 'a')
    for (const name of ['a', 'b']) {
      const { keys } = await find(name, resolved)
      expect(refusalOf(() => keys.select(header({ kid: 'k' }))).code).toBe('ERR_KEY_UNKNOWN')
    }
    const { keys } = await find('c', resolved)
    expect(keys.select(header({ kid: 'k' }))).toHaveLength(1)
  })

  it('do not trust a key that is revoked in the moment they are found', async () => {
    const revoked = new RevokedKeys()
    const clock = createClock()
    const options = { issuer: 'a', audience: AUDIENCE, jwks }
    // Revoked a few turns after the answer, for each number of turns that there may be in between.
    for (let turns = 0; turns < 12; turns++) {
      const kid = `k${turns}`
      const given = { ...options, jwks: { keys: [toJwk(publicKey, { kid })] } }
      const { issuers } = resolveIssuers(
        { issuers: { allow: ['a'], resolve: () => Promise.resolve(given) } },
        clock,
        revoked,
      )
      const waiting = Promise.resolve(issuers.find({ iss: 'a' }))
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      revoked.add(kid, 'a')
      for (const { keys } of issuers.all()) keys.revoke(kid)
      const { keys } = await waiting
      expect(refusalOf(() => keys.select(header({ kid }))).code).toBe('ERR_KEY_UNKNOWN')
    }
  })

  describe('and whose keys are fetched', () => {
    let provider: Provider
    beforeAll(async () => {
      provider = await startProvider()
      provider.answer = answerJson(jwks)
    })
    afterAll(() => provider.close())
    beforeEach(() => {
      provider.asked.length = 0
    })
    const remote = (issuer: string) => ({
      issuer,
      audience: AUDIENCE,
      jwksUri: `${provider.url}/jwks`,
    })

    it('RS-79 are fetched from no private host', async () => {
      const resolved = resolve(lookup({ resolve: remote }))
      const { keys } = await find('a', resolved)
      expect((await rejectionOf(() => keys.ready())).message).toContain('no public address')
      expect(provider.asked).toEqual([])
    })

    it('are fetched from any host with allowPrivateHosts', async () => {
      const resolved = resolve(lookup({ resolve: remote, allowPrivateHosts: true }))
      const { keys } = await find('a', resolved)
      await keys.ready()
      expect(provider.asked).toEqual(['/jwks'])
    })

    it('are fetched from any host where they were listed or added: the operator wrote that down', async () => {
      const { issuers, addIssuer } = resolve([remote('a')])
      addIssuer(remote('b'))
      const lookedUp = resolve(lookup({ resolve: () => undefined }))
      lookedUp.addIssuer(remote('c'))
      for (const { keys } of [...issuers.listed(), ...lookedUp.issuers.listed()]) await keys.ready()
      expect(provider.asked).toHaveLength(3)
    })
  })
})

describe('a polluted Object.prototype', () => {
  const pollute = async (name: string, value: unknown, run: () => unknown) => {
    Object.defineProperty(Object.prototype, name, { value, configurable: true })
    try {
      await run()
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  }

  it('gives no issuer a key, whether listed, added or looked up', async () => {
    const forged = { keys: [toJwk(newEcKeys().publicKey, { kid: 'forged' })] }
    await pollute('jwks', forged, async () => {
      const discovered = (issuer: string) => ({ issuer, audience: AUDIENCE })
      const listed = resolve([discovered('https://a.example')])
      listed.addIssuer(discovered('https://b.example'))
      const lookedUp = resolve({ allow: () => true, resolve: discovered })
      await find('https://c.example', lookedUp)
      for (const { keys } of [...listed.issuers.all(), ...lookedUp.issuers.all()])
        expect(keys.health().state).toBe('expired')
    })
  })

  it('waives no audience, and opens no private host', async () => {
    await pollute('audience', null, () => {
      expect(problem([{ issuer: 'a', publicKey }])).toMatch(/^issuers\[0\]\.audience: expected/)
    })
    await pollute('allowPrivateHosts', 'polluted', () => {
      expect(() => resolve({ allow: ['a'], resolve: () => undefined })).not.toThrow()
    })
  })
})
