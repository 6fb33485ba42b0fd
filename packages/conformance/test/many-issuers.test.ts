import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  createGuard,
  createMemoryRevocations,
  type FetchedEvent,
  type Guard,
  type GuardErrorCode,
  isGuardError,
  type IssuerLookup,
  type IssuerOptions,
  type VerifiedEvent,
} from '@gatewarden/core'
import {
  type Authority,
  createAuthority,
  createIssuerServer,
  createTestClock,
  type IssuerServer,
} from '@gatewarden/testing'

const clock = createTestClock()

/** A tenant whose keys are in the table, beside its name. */
function tenant(name: string, options: { audience?: string; algorithm?: 'EdDSA' } = {}) {
  return createAuthority({ issuer: `https://${name}.example.com`, clock, ...options })
}
const optionsOf = ({ issuer, audience, jwks }: Authority): IssuerOptions => ({
  issuer,
  audience,
  jwks: jwks(),
})

const acme = tenant('acme')
const globex = tenant('globex')
const initech = tenant('initech', { audience: 'initech-api', algorithm: 'EdDSA' })

/** A guard that looks issuers up in a table, and what was asked. */
function guardWith(changes: Partial<IssuerLookup> = {}, table = [acme, globex, initech]) {
  const known = new Map(table.map((authority) => [authority.issuer, optionsOf(authority)]))
  const allowed: string[] = []
  const asked: string[] = []
  const guard = createGuard({
    issuers: {
      allow(issuer) {
        allowed.push(issuer)
        return /^https:\/\/[a-z0-9-]+\.example\.com$/.test(issuer)
      },
      resolve(issuer) {
        asked.push(issuer)
        return known.get(issuer)
      },
      ...changes,
    },
    clock,
  })
  return { guard, known, allowed, asked }
}

async function refusalOf(verified: Promise<unknown>) {
  const error: unknown = await verified.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined || isGuardError(error)) return error
  throw new Error('rejected with what is no GuardError', { cause: error })
}
const codeOf = async (verified: Promise<unknown>): Promise<GuardErrorCode | undefined> =>
  (await refusalOf(verified))?.code

/** Whether a token that passes was remembered. */
async function cacheOf(guard: Guard, token: string): Promise<VerifiedEvent['cache'] | undefined> {
  let cache: VerifiedEvent['cache'] | undefined
  const listen = (event: unknown) => {
    ;({ cache } = event as VerifiedEvent)
  }
  subscribe('gatewarden:verified', listen)
  try {
    await guard.verify(token)
  } finally {
    unsubscribe('gatewarden:verified', listen)
  }
  return cache
}

async function warm(guard: Guard, token: string): Promise<void> {
  await guard.verify(token)
  await guard.verify(token)
  expect(await cacheOf(guard, token)).toBe('hit')
}

describe('issuers that are looked up', () => {
  it('are looked up when their first token comes, each judged by its own rules', async () => {
    const { guard, asked } = guardWith()
    expect(guard.health().issuers).toEqual([])
    expect((await guard.verify(acme.token())).issuer).toBe(acme.issuer)
    expect((await guard.verify(initech.token())).issuer).toBe(initech.issuer)
    for (let at = 0; at < 5; at++) await guard.verify(acme.token())
    expect(asked).toEqual([acme.issuer, initech.issuer])
    expect(guard.health().issuers).toMatchObject([
      { issuer: initech.issuer, state: 'configured', keys: 1 },
      { issuer: acme.issuer, state: 'configured', keys: 1 },
    ])
  })

  it("RS-30: a token of one signed with the other's key is refused, whatever its header says", async () => {
    const { guard } = guardWith()
    await guard.verify(acme.token())
    await guard.verify(globex.token())
    const crossed = globex.token({ iss: acme.issuer })
    expect(await codeOf(guard.verify(crossed))).toBe('ERR_KEY_UNKNOWN')
    const renamed = globex.token({ iss: acme.issuer }, { header: { kid: acme.kid } })
    expect(await codeOf(guard.verify(renamed))).toBe('ERR_SIGNATURE_INVALID')
    const nameless = globex.token({ iss: acme.issuer }, { header: { kid: undefined } })
    expect(await codeOf(guard.verify(nameless))).toBe('ERR_SIGNATURE_INVALID')
  })

  it("RS-31: the audience of one does not count for the other's tokens", async () => {
    const { guard } = guardWith()
    expect(await codeOf(guard.verify(acme.token({ aud: initech.audience })))).toBe(
      'ERR_AUDIENCE_MISMATCH',
    )
    expect((await guard.verify(initech.token())).claims.aud).toBe('initech-api')
  })

  it('never throw or reject past the guard', async () => {
    const failures: Partial<IssuerLookup>[] = [
      { allow: () => true, resolve: () => Promise.reject(new Error('x')) },
      {
        allow: () => true,
        resolve: () => {
          throw new TypeError('x')
        },
      },
      {
        allow: () => {
          throw new Error('x')
        },
      },
      { allow: () => Promise.reject(new Error('x')) as unknown as boolean },
      {
        allow: () => true,
        resolve: () => ({
          get issuer(): string {
            throw new Error('x')
          },
          audience: 'x',
        }),
      },
    ]
    for (const changes of failures) {
      const { guard } = guardWith(changes)
      const request = {
        method: 'GET',
        url: '/',
        headers: { authorization: `Bearer ${acme.token()}` },
      }
      const { refusal } = await guard.admit(request)
      expect(isGuardError(refusal)).toBe(true)
      expect([401, 503]).toContain(refusal?.status)
    }
  })

  it.each([
    'https://evil.example.org',
    'https://acme.example.com/',
    'https://ACME.example.com',
    'https://acme.example.com.evil.example.org',
    `https://${'a'.repeat(600)}.example.com`,
    '',
    undefined,
    null,
    5,
    [acme.issuer],
    { toString: () => acme.issuer },
  ])('iss %p costs no lookup', async (iss) => {
    const { guard, asked } = guardWith()
    expect(await refusalOf(guard.verify(acme.token({ iss })))).toMatchObject({
      code: 'ERR_ISSUER_UNTRUSTED',
      status: 401,
      description: 'The access token is not valid.',
    })
    expect(asked).toEqual([])
    expect(guard.health().issuers).toEqual([])
  })

  it('an unknown name is asked for once in 30 seconds', async () => {
    const { guard, asked, known } = guardWith()
    const late = tenant('late')
    const verify = () => codeOf(guard.verify(late.token()))
    for (let at = 0; at < 20; at++) expect(await verify()).toBe('ERR_ISSUER_UNTRUSTED')
    expect(asked).toEqual([late.issuer])
    known.set(late.issuer, optionsOf(late))
    clock.advance(29)
    expect(await verify()).toBe('ERR_ISSUER_UNTRUSTED')
    expect(asked).toHaveLength(1)
    clock.advance(1)
    expect(await verify()).toBeUndefined()
    expect(asked).toHaveLength(2)
  })

  it('a new tenant is known at once after remove(), which forgets that it was not', async () => {
    const { guard, known } = guardWith()
    const late = tenant('late')
    expect(await codeOf(guard.verify(late.token()))).toBe('ERR_ISSUER_UNTRUSTED')
    known.set(late.issuer, optionsOf(late))
    expect(guard.issuers.remove(late.issuer)).toBe(false)
    expect((await guard.verify(late.token())).issuer).toBe(late.issuer)
  })

  describe('allow', () => {
    it('as a function that throws is an outage, and nobody is asked', async () => {
      const cause = new Error('no table')
      const { guard, asked } = guardWith({
        allow: () => {
          throw cause
        },
      })
      expect(await refusalOf(guard.verify(acme.token()))).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        cause,
        headers: { 'cache-control': 'no-store', 'retry-after': '1' },
      })
      expect(asked).toEqual([])
    })

    it.each([
      Promise.resolve(true),
      Promise.resolve(false),
      Promise.reject(new Error('later')),
      'yes',
      1,
      {},
      undefined,
    ])('that answers %p is a no', async (answer) => {
      const { guard, asked } = guardWith({ allow: () => answer as boolean })
      expect(await codeOf(guard.verify(acme.token()))).toBe('ERR_ISSUER_UNTRUSTED')
      expect(asked).toEqual([])
    })
  })

  describe('resolve', () => {
    it.each<[string, IssuerLookup['resolve']]>([
      [
        'throws',
        () => {
          throw new Error('no table')
        },
      ],
      ['rejects', () => Promise.reject(new Error('no table'))],
      ['answers another issuer', () => optionsOf(globex)],
      ['answers options without an audience', (issuer) => ({ issuer, jwks: acme.jwks() }) as never],
      [
        'answers options that do not exist',
        () => ({ ...optionsOf(acme), audiences: 'x' }) as never,
      ],
      ['answers a key that is none', (issuer) => ({ issuer, audience: 'x', publicKey: 'x' })],
    ])('that %s is an outage for a second, asked once in it', async (_, resolve) => {
      const asked: string[] = []
      let isMended = false
      const { guard } = guardWith({
        resolve(issuer) {
          asked.push(issuer)
          return isMended ? optionsOf(acme) : resolve(issuer)
        },
      })
      const refusals = await Promise.all(
        Array.from({ length: 10 }, () => refusalOf(guard.verify(acme.token()))),
      )
      for (const refusal of [...refusals, await refusalOf(guard.verify(acme.token()))]) {
        expect(refusal).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
        expect(refusal?.headers).toEqual({ 'cache-control': 'no-store', 'retry-after': '1' })
      }
      expect(asked).toEqual([acme.issuer])
      isMended = true
      clock.advance(1)
      expect((await guard.verify(acme.token())).issuer).toBe(acme.issuer)
    })

    it('that hangs for one holds up nobody else, and later tokens of those held', async () => {
      const { guard } = guardWith({
        resolve: (issuer) =>
          issuer === globex.issuer ? new Promise(() => undefined) : optionsOf(acme),
      })
      const waiting = refusalOf(guard.verify(globex.token()))
      expect((await guard.verify(acme.token())).issuer).toBe(acme.issuer)
      expect(await Promise.race([waiting, Promise.resolve('waiting')])).toBe('waiting')
    })
  })

  describe('and of which only so many are held', () => {
    it('are looked up again, and remembered tokens proven anew rather than refused', async () => {
      const { guard, asked } = guardWith({ maxIssuers: 2 })
      const token = acme.token()
      await warm(guard, token)
      await guard.verify(globex.token())
      await guard.verify(initech.token())
      expect(guard.health().issuers.map(({ issuer }) => issuer)).toEqual([
        globex.issuer,
        initech.issuer,
      ])
      expect(await cacheOf(guard, token)).toBe('miss')
      expect(asked).toEqual([acme.issuer, globex.issuer, initech.issuer, acme.issuer])
      // Of what was proven anew, the second time makes it remembered again.
      await guard.verify(token)
      expect(await cacheOf(guard, token)).toBe('hit')
    })

    it('are refused with a remembered token when they are not known any more', async () => {
      const { guard, known } = guardWith({ maxIssuers: 1 })
      const token = acme.token()
      await warm(guard, token)
      known.delete(acme.issuer)
      // Until it has to go it stays: the table is not asked for every request.
      expect(await cacheOf(guard, token)).toBe('hit')
      await guard.verify(globex.token())
      expect(await codeOf(guard.verify(token))).toBe('ERR_ISSUER_UNTRUSTED')
    })

    it('do not push each other out by tokens nobody may look up, or nobody knows', async () => {
      const { guard, asked } = guardWith({ maxIssuers: 1 })
      await guard.verify(acme.token())
      for (let at = 0; at < 50; at++) {
        await refusalOf(guard.verify(acme.token({ iss: `https://x${at}.example.com` })))
        await refusalOf(guard.verify(acme.token({ iss: `https://x${at}.example.org` })))
      }
      expect(asked).toHaveLength(51)
      await guard.verify(acme.token())
      expect(asked).toHaveLength(51)
    })
  })

  it('are refused at once when they are removed and no longer known, remembered tokens included', async () => {
    const { guard, known } = guardWith()
    const token = acme.token()
    await warm(guard, token)
    known.delete(acme.issuer)
    expect(guard.issuers.remove(acme.issuer)).toBe(true)
    expect(await codeOf(guard.verify(token))).toBe('ERR_ISSUER_UNTRUSTED')
    expect(await codeOf(guard.verify(acme.token()))).toBe('ERR_ISSUER_UNTRUSTED')
  })

  it('are judged by what is known of them after they were removed', async () => {
    const { guard, known } = guardWith()
    const token = acme.token()
    await warm(guard, token)
    known.set(acme.issuer, { ...optionsOf(acme), tenant: 'renamed', audience: 'another' })
    guard.issuers.remove(acme.issuer)
    expect(await codeOf(guard.verify(token))).toBe('ERR_AUDIENCE_MISMATCH')
    expect((await guard.verify(acme.token({ aud: 'another' }))).tenant).toBe('renamed')
  })

  it('are not brought back by a lookup that began before they were removed', async () => {
    let answer: (options: IssuerOptions | undefined) => void = () => undefined
    const asked: string[] = []
    const { guard } = guardWith({
      resolve(issuer) {
        asked.push(issuer)
        return asked.length > 1
          ? undefined
          : new Promise((done) => {
              answer = done
            })
      },
    })
    const waiting = codeOf(guard.verify(acme.token()))
    guard.issuers.remove(acme.issuer)
    answer(optionsOf(acme))
    expect(await waiting).toBe('ERR_ISSUER_UNTRUSTED')
    expect(guard.health().issuers).toEqual([])
    expect(asked).toHaveLength(2)
  })
})

describe('issuers that are added and removed', () => {
  it('are trusted from then on, and refused from then on, remembered tokens included', async () => {
    const guard = createGuard({ issuers: [optionsOf(acme)], clock })
    const token = globex.token()
    expect(await codeOf(guard.verify(token))).toBe('ERR_ISSUER_UNTRUSTED')
    guard.issuers.add({ ...optionsOf(globex), tenant: 'globex' })
    await warm(guard, token)
    expect((await guard.verify(token)).tenant).toBe('globex')

    expect(guard.issuers.remove(globex.issuer)).toBe(true)
    expect(await codeOf(guard.verify(token))).toBe('ERR_ISSUER_UNTRUSTED')
    const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } }
    expect((await guard.admit(request)).refusal).toMatchObject({ status: 401 })
    expect(guard.issuers.remove(globex.issuer)).toBe(false)
    expect((await guard.verify(acme.token())).issuer).toBe(acme.issuer)
  })

  it('under other keys do not answer for tokens that were remembered under the first', async () => {
    const guard = createGuard({ issuers: [optionsOf(acme)], clock })
    const token = acme.token()
    await warm(guard, token)
    guard.issuers.remove(acme.issuer)
    const moved = createAuthority({ issuer: acme.issuer, audience: acme.audience, clock })
    guard.issuers.add(optionsOf(moved))
    expect(await codeOf(guard.verify(token))).toBe('ERR_KEY_UNKNOWN')
    expect((await guard.verify(moved.token())).issuer).toBe(acme.issuer)
  })

  it('leave a guard of one issuer that trusts nobody', async () => {
    const guard = createGuard(acme.guardOptions())
    guard.issuers.remove(acme.issuer)
    expect(await codeOf(guard.verify(acme.token()))).toBe('ERR_ISSUER_UNTRUSTED')
    expect(await codeOf(guard.verify(acme.token({ iss: undefined })))).toBe('ERR_ISSUER_UNTRUSTED')
    guard.issuers.add(optionsOf(globex))
    expect((await guard.verify(globex.token())).issuer).toBe(globex.issuer)
  })

  it('stand beside a lookup, and come before it', async () => {
    const { guard, asked } = guardWith()
    guard.issuers.add({ ...optionsOf(acme), tenant: 'added' })
    expect((await guard.verify(acme.token())).tenant).toBe('added')
    expect(asked).toEqual([])
    expect(guard.issuers.remove(acme.issuer)).toBe(true)
    expect((await guard.verify(acme.token())).tenant).toBeUndefined()
    expect(asked).toEqual([acme.issuer])
  })
})

describe('each issuer', () => {
  const guard = createGuard({
    issuers: [
      {
        ...optionsOf(acme),
        tenant: 'acme-inc',
        expectedClaims: { token_use: 'access', client_id: ['web', 'app'] },
        claimPaths: { roles: 'realm_access.roles', tenant: 'org' },
      },
      { ...optionsOf(globex), claimPaths: { roles: 'groups', tenant: 'org' } },
      {
        issuer: initech.issuer,
        audience: initech.audience,
        jwks: initech.jwks(),
        algorithms: ['EdDSA'],
        maxTokenAge: 60,
      },
    ],
    clock,
  })
  const good = { token_use: 'access', client_id: 'app' }

  it('has a tenant of its own, which no token of it can change', async () => {
    expect((await guard.verify(acme.token({ ...good, org: 'globex' }))).tenant).toBe('acme-inc')
    expect((await guard.verify(globex.token({ org: 'north' }))).tenant).toBe('north')
    expect((await guard.verify(initech.token({ org: 'x' }))).tenant).toBeUndefined()
  })

  it('has claims it expects of its own tokens only', async () => {
    expect(await codeOf(guard.verify(acme.token({ token_use: 'access', client_id: 'x' })))).toBe(
      'ERR_CLAIM_INVALID',
    )
    expect(await codeOf(guard.verify(acme.token({ client_id: 'app' })))).toBe('ERR_CLAIM_MISSING')
    expect(await codeOf(guard.verify(globex.token()))).toBeUndefined()
  })

  it('has its own claim paths', async () => {
    const claims = { realm_access: { roles: ['a'] }, groups: ['b'], roles: ['c'] }
    expect((await guard.verify(acme.token({ ...good, ...claims }))).roles).toEqual(['a'])
    expect((await guard.verify(globex.token(claims))).roles).toEqual(['b'])
    expect((await guard.verify(initech.token(claims))).roles).toEqual(['c'])
  })

  it('RS-21: has its own algorithms', async () => {
    const wrong = initech.token({}, { header: { alg: 'ES256' } })
    expect(await codeOf(guard.verify(wrong))).toBe('ERR_ALGORITHM_REFUSED')
    const other = acme.token(good, { header: { alg: 'EdDSA' } })
    expect(await codeOf(guard.verify(other))).toBe('ERR_ALGORITHM_REFUSED')
  })

  it('has its own age limit', async () => {
    const old = { iat: clock() - 91 }
    expect(await codeOf(guard.verify(initech.token(old)))).toBe('ERR_TOKEN_TOO_OLD')
    expect(await codeOf(guard.verify(globex.token(old)))).toBeUndefined()
  })

  it('has its tenant revoked by its own name', async () => {
    const revocations = createMemoryRevocations({ clock })
    const one = createGuard({
      issuers: [{ ...optionsOf(acme), tenant: 'acme-inc' }, optionsOf(globex)],
      revocation: revocations,
      clock,
    })
    const token = acme.token()
    await one.verify(token)
    revocations.revoke({ issuer: acme.issuer, tenant: 'acme-inc', until: clock() + 600 })
    expect(await codeOf(one.verify(token))).toBe('ERR_TOKEN_REVOKED')
    expect(await codeOf(one.verify(globex.token()))).toBeUndefined()
  })
})

describe('issuers whose keys are fetched', () => {
  const heard: FetchedEvent[] = []
  const listen = (event: unknown) => void heard.push(event as FetchedEvent)
  let provider: IssuerServer
  let issuer: string

  beforeEach(async () => {
    provider = await createIssuerServer({ clock })
    ;({ issuer } = provider.authority)
    heard.length = 0
    subscribe('gatewarden:fetched', listen)
  })
  afterEach(async () => {
    unsubscribe('gatewarden:fetched', listen)
    await provider.close()
  })

  const discovering = (changes: Partial<IssuerLookup> = {}) => {
    const asked: string[] = []
    const guard = createGuard({
      issuers: {
        allow: (name) =>
          name.startsWith('http://127.0.0.1:') || name.startsWith('http://localhost:'),
        resolve(name) {
          asked.push(name)
          return { issuer: name, audience: provider.authority.audience }
        },
        allowPrivateHosts: true,
        ...changes,
      },
      clock,
    })
    return { guard, asked }
  }

  it('a thousand first tokens of one make one lookup, one fetch of metadata and one of keys', async () => {
    const { guard, asked } = discovering()
    const tokens = Array.from({ length: 1_000 }, () => provider.authority.token())
    const verified = await Promise.all(tokens.map((token) => guard.verify(token)))
    expect(new Set(verified.map(({ tokenId }) => tokenId)).size).toBe(1_000)
    expect(asked).toEqual([issuer])
    expect(provider.requests).toEqual(['/.well-known/openid-configuration', '/jwks'])
    expect(heard.map(({ document, trigger, result }) => [document, trigger, result])).toEqual([
      ['the metadata', 'cold', 'new'],
      ['the key set', 'cold', 'new'],
    ])
  })

  it('an issuer that may not be looked up is never contacted', async () => {
    const { guard, asked } = discovering({ allow: () => false })
    expect(await codeOf(guard.verify(provider.authority.token()))).toBe('ERR_ISSUER_UNTRUSTED')
    expect([asked, provider.requests, heard]).toEqual([[], [], []])
  })

  it('an issuer that is not known is never contacted', async () => {
    const { guard } = discovering({ resolve: () => undefined })
    expect(await codeOf(guard.verify(provider.authority.token()))).toBe('ERR_ISSUER_UNTRUSTED')
    expect([provider.requests, heard]).toEqual([[], []])
  })

  it('RS-79: keys of one that is looked up come from no private host, by address or by name', async () => {
    for (const name of [issuer, issuer.replace('127.0.0.1', 'localhost')]) {
      const { guard } = discovering({ allowPrivateHosts: false })
      expect(await refusalOf(guard.verify(provider.authority.token({ iss: name })))).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        message: expect.stringContaining('no public address'),
      })
    }
    expect(provider.requests).toEqual([])
  })

  it('RS-79: nor does a jwks_uri lead there, and none of it is the default', async () => {
    const { guard } = discovering({
      allowPrivateHosts: undefined as never,
      resolve: (name) => ({
        issuer: name,
        audience: provider.authority.audience,
        jwksUri: provider.jwksUri,
      }),
    })
    expect(await codeOf(guard.verify(provider.authority.token()))).toBe('ERR_KEYS_UNAVAILABLE')
    expect(provider.requests).toEqual([])
  })

  it('with allowPrivateHosts they do', async () => {
    const { guard } = discovering()
    expect((await guard.verify(provider.authority.token())).issuer).toBe(issuer)
  })

  it('one that had to go leaves its keys behind: they are fetched anew', async () => {
    const second = await createIssuerServer({ clock })
    try {
      const { guard } = discovering({ maxIssuers: 1 })
      const token = provider.authority.token()
      await guard.verify(token)
      await guard.verify(token)
      await guard.verify(second.authority.token())
      expect((await guard.verify(token)).issuer).toBe(issuer)
      expect(provider.requests.filter((path) => path === '/jwks')).toHaveLength(2)
    } finally {
      await second.close()
    }
  })

  it('however many they are, sixteen documents are fetched at a time', async () => {
    let under = 0
    let most = 0
    const held: (() => void)[] = []
    const answer: Parameters<IssuerServer['respond']>[1] = (_request, response) => {
      most = Math.max(most, ++under)
      held.push(() => {
        under--
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(provider.authority.jwks()))
      })
    }
    provider.respond('/jwks', answer)
    const names = Array.from({ length: 40 }, (_, at) => `http://localhost:1/${at}`)
    const { guard } = discovering({
      resolve: (name) => ({
        issuer: name,
        audience: provider.authority.audience,
        jwksUri: provider.jwksUri,
      }),
    })
    const verified = Promise.all(
      names.map((iss) => guard.verify(provider.authority.token({ iss }))),
    )
    let done = false
    void verified.then(() => (done = true))
    while (!done) {
      // As many as come are there before the first is answered.
      for (let turn = 0; turn < 50; turn++) await new Promise((next) => setImmediate(next))
      held.splice(0).forEach((answerNow) => {
        answerNow()
      })
    }
    expect((await verified).map((auth) => auth.issuer)).toEqual(names)
    expect(most).toBe(16)
  })
})
