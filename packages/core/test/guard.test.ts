import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { admittedAs, type Admission } from '../src/admission.ts'
import { authorize } from '../src/authorize.ts'
import { GuardError, isGuardError } from '../src/errors.ts'
import { type AdmitOptions, createGuard, type Guard } from '../src/guard.ts'
import type { RevocationIds, RevocationView } from '../src/revocation.ts'
import { createMemoryRevocations } from '../src/revocations/memory-revocations.ts'
import type { SingleIssuerOptions } from '../src/options/options.ts'
import { requireUser } from '../src/policies.ts'
import type { GuardRequest } from '../src/request.ts'
import {
  AUDIENCE,
  createClock,
  encode,
  goodClaims,
  ISSUER,
  mint,
  newEcKeys,
  newSecret,
  NOW,
  rejectionOf,
  refusalOf,
  toJwk,
} from './mint.ts'
import { whilePolluted } from './pollute.ts'
import { answerJson, answerStatus, type Provider, startProvider, until } from './provider.ts'

const secret = newSecret()
const key = createSecretKey(secret)
const ec = newEcKeys()

const tokenWith = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
  mint({ alg: 'HS256', typ: 'JWT', ...header }, goodClaims(changes), key, 'HS256')
const request = (token?: string, parts: Partial<GuardRequest> = {}): GuardRequest => ({
  method: 'GET',
  url: '/',
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  ...parts,
})

type Options = Omit<
  Extract<SingleIssuerOptions, { readonly secret: unknown }>,
  'issuer' | 'audience' | 'secret'
>

function guardWith(options: Partial<Options> = {}, clock = createClock()) {
  const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE, secret, clock, ...options })
  return { guard, clock }
}

/** The admission of a request that needs no waiting. */
function admitAtOnce(guard: Guard, given: GuardRequest, options?: AdmitOptions): Admission {
  const admission = guard.admit(given, options)
  if (admission instanceof Promise) throw new Error('expected an answer, not a promise')
  return admission
}

/** Has a token verified as often as it takes to be remembered: twice. */
async function warm(guard: Guard, token: string): Promise<Admission> {
  await guard.admit(request(token))
  const admission = await guard.admit(request(token))
  if (admission.refusal !== undefined) throw admission.refusal
  return admission
}

describe('guard.verify', () => {
  it('resolves with who the token is from', async () => {
    const { guard } = guardWith()
    const token = tokenWith({ scope: 'read write', roles: ['admin'], sid: 's1' })
    const auth = await guard.verify(token)

    expect({ ...auth }).toEqual({
      header: { alg: 'HS256', typ: 'JWT' },
      claims: goodClaims({ scope: 'read write', roles: ['admin'], sid: 's1' }),
      issuer: ISSUER,
      subject: 'alice',
      kind: 'user',
      clientId: 'web',
      tenant: undefined,
      sessionId: 's1',
      tokenId: 'token-1',
      scopes: ['read', 'write'],
      roles: ['admin'],
      permissions: [],
      expiresAt: NOW + 600,
      issuedAt: NOW - 10,
    })
    expect(auth.principalKey).toBe(JSON.stringify([ISSUER, 'alice']))
    expect(auth.token).toBe(token)
  })

  it.each<[string, () => string, string]>([
    ['is malformed', () => 'a.b', 'ERR_TOKEN_MALFORMED'],
    ['is too large', () => 'a'.repeat(16_385), 'ERR_TOKEN_TOO_LARGE'],
    ['is encrypted', () => 'a.b.c.d.e', 'ERR_TOKEN_ENCRYPTED'],
    ['says alg none', () => `${encode({ alg: 'none' })}.e30.AAAA`, 'ERR_ALGORITHM_REFUSED'],
    ['has crit', () => tokenWith({}, { crit: ['x'] }), 'ERR_HEADER_REFUSED'],
    ['is of another issuer', () => tokenWith({ iss: 'https://x' }), 'ERR_ISSUER_UNTRUSTED'],
    ['has no issuer', () => tokenWith({ iss: undefined }), 'ERR_ISSUER_UNTRUSTED'],
    ['has a list as issuer', () => tokenWith({ iss: [ISSUER] }), 'ERR_ISSUER_UNTRUSTED'],
    [
      'has the issuer in part',
      () => tokenWith({ iss: ISSUER.slice(0, -1) }),
      'ERR_ISSUER_UNTRUSTED',
    ],
    ['has the issuer and a slash', () => tokenWith({ iss: `${ISSUER}/` }), 'ERR_ISSUER_UNTRUSTED'],
    [
      'is signed with another algorithm of the same secret',
      () => mint({ alg: 'HS512' }, goodClaims(), key),
      'ERR_ALGORITHM_REFUSED',
    ],
    [
      'is signed with another secret',
      () => mint({ alg: 'HS256' }, goodClaims(), newSecret()),
      'ERR_SIGNATURE_INVALID',
    ],
    ['is an ID token', () => tokenWith({ at_hash: 'x' }), 'ERR_TOKEN_TYPE_REFUSED'],
    ['has no exp', () => tokenWith({ exp: undefined }), 'ERR_CLAIM_MISSING'],
    ['has a text as exp', () => tokenWith({ exp: String(NOW + 60) }), 'ERR_CLAIM_INVALID'],
    ['is for another audience', () => tokenWith({ aud: 'x' }), 'ERR_AUDIENCE_MISMATCH'],
    ['is bound to its sender', () => tokenWith({ cnf: { jkt: 'x' } }), 'ERR_SENDER_CONSTRAINED'],
    ['expired', () => tokenWith({ exp: NOW - 31 }), 'ERR_TOKEN_EXPIRED'],
    ['is not valid yet', () => tokenWith({ nbf: NOW + 31 }), 'ERR_TOKEN_NOT_YET_VALID'],
    ['was issued in the future', () => tokenWith({ iat: NOW + 31 }), 'ERR_TOKEN_NOT_YET_VALID'],
  ])('RS-08 rejects a token that %s', async (_, token, code) => {
    const { guard } = guardWith()
    const error = await rejectionOf(() => guard.verify(token()))

    expect(error).toMatchObject({ code, status: 401, error: 'invalid_token' })
    expect(error.headers).toEqual({
      'cache-control': 'no-store',
      'www-authenticate': `Bearer realm="api", error="invalid_token", error_description="${error.description}"`,
    })
  })

  it('judges the signature before the claims (claim oracle)', async () => {
    const { guard } = guardWith()
    for (const changes of [{ exp: 1 }, { aud: 'x' }, { exp: 'x' }, { at_hash: 'x' }, { cnf: {} }]) {
      const forged = mint({ alg: 'HS256' }, goodClaims(changes), newSecret())
      expect((await rejectionOf(() => guard.verify(forged))).code).toBe('ERR_SIGNATURE_INVALID')
    }
  })

  it('answers every forgery alike, whatever was wrong with it', async () => {
    const guard = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: { keys: [toJwk(ec.publicKey, { kid: 'k' })] },
      clock: () => NOW,
    })
    const sign = (header: Record<string, unknown>, changes = {}) =>
      mint({ alg: 'ES256', ...header }, goodClaims(changes), newEcKeys().privateKey, 'ES256')
    const answers = await Promise.all(
      [
        sign({ kid: 'k' }),
        sign({ kid: 'unknown' }),
        sign({ kid: 'k' }, { iss: 'https://other.example' }),
        sign({ alg: 'ES384', kid: 'k' }),
        sign({ alg: 'HS256', kid: 'k' }),
        sign({ kid: 'k', crit: ['x'] }),
        sign({ alg: 'none' }),
      ].map((token) => rejectionOf(() => guard.verify(token))),
    )
    expect(new Set(answers.map(({ code }) => code)).size).toBeGreaterThan(3)
    expect(
      new Set(answers.map(({ status, headers }) => JSON.stringify([status, headers]))).size,
    ).toBe(1)
  })

  it('RS-25 does not take a key from the header (jwk, jku, x5u, x5c)', async () => {
    const guard = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      publicKey: ec.publicKey,
      clock: () => NOW,
    })
    const own = newEcKeys()
    const smuggled = {
      jwk: toJwk(own.publicKey, { kid: 'k' }),
      jku: 'http://127.0.0.1:1/jwks',
      x5u: 'http://127.0.0.1:1/x',
      x5c: ['AAAA'],
    }
    const forged = mint({ alg: 'ES256', kid: 'k', ...smuggled }, goodClaims(), own.privateKey)
    expect((await rejectionOf(() => guard.verify(forged))).code).toBe('ERR_SIGNATURE_INVALID')
    const honest = mint({ alg: 'ES256', kid: 'k', ...smuggled }, goodClaims(), ec.privateKey)
    expect((await guard.verify(honest)).subject).toBe('alice')
  })

  it.each([undefined, null, 5, true, {}, [], { slice: () => 'x' }])(
    'rejects %j, which is no text, as malformed and not as an outage',
    async (token) => {
      for (const cache of [undefined, false] as const) {
        const { guard } = guardWith(cache === undefined ? {} : { cache })
        const error = await rejectionOf(() => guard.verify(token as unknown as string))
        expect(error).toMatchObject({ code: 'ERR_TOKEN_MALFORMED', status: 401 })
      }
    },
  )

  it('rejects with nothing but GuardErrors of 401, whatever it is given', async () => {
    const { guard } = guardWith()
    const good = tokenWith()
    await guard.verify(good)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .tuple(fc.nat(good.length - 1), fc.string({ unit: 'binary', maxLength: 2 }))
            .filter(([at, text]) => text !== good[at])
            .map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1)),
          fc
            .tuple(fc.json(), fc.json())
            .map(([one, other]) => `${encode(one)}.${encode(other)}.AAAA`),
        ),
        async (token) => {
          fc.pre(token !== good)
          try {
            await guard.verify(token)
            return false
          } catch (error) {
            return isGuardError(error) && error.status === 401
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('what has to be waited for', () => {
  const validate = (value: unknown) => Promise.resolve({ value: { ...(value as object), seen: 1 } })
  const schema = { '~standard': { version: 1, vendor: 'x', validate } } as const
  const isRevoked = () => Promise.resolve(false)

  it('is waited for by verify(): a schema, a revocation view, a check', async () => {
    const { guard } = guardWith({
      schema: schema as never,
      revocation: { isRevoked },
      check: () => Promise.resolve(true),
    })
    const auth = await guard.verify(tokenWith())
    expect(auth.subject).toBe('alice')
    expect(auth.claims).toEqual({ ...goodClaims(), seen: 1 })
  })

  it('refuses a token of verify() as well', async () => {
    const { guard } = guardWith({ check: () => Promise.resolve(false) })
    const error = await rejectionOf(() => guard.verify(tokenWith()))
    expect(error).toMatchObject({ code: 'ERR_CHECK_FAILED', status: 401 })
    expect(error.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('may be where the token comes from', async () => {
    const token = tokenWith()
    const { guard } = guardWith({ tokenFrom: () => Promise.resolve(token) })
    const seen = request()
    const admission = guard.admit(seen)
    expect(admission).toBeInstanceOf(Promise)
    expect((await admission).auth?.subject).toBe('alice')
    expect(guard.authOf(seen).subject).toBe('alice')
  })

  it('may find no token in the end', async () => {
    const { guard } = guardWith({ tokenFrom: () => Promise.resolve(undefined) })
    expect((await guard.admit(request())).refusal?.code).toBe('ERR_TOKEN_MISSING')
  })

  it('is told of as a miss, and as a hit from the third use on', async () => {
    const { guard } = guardWith({ schema: schema as never })
    const caches: unknown[] = []
    const hear = (event: unknown) => caches.push((event as { cache: unknown }).cache)
    subscribe('gatewarden:verified', hear)
    try {
      const token = tokenWith()
      for (let use = 0; use < 3; use++) await guard.verify(token)
    } finally {
      unsubscribe('gatewarden:verified', hear)
    }
    expect(caches).toEqual(['miss', 'miss', 'hit'])
  })
})

describe('a token that waits', () => {
  const signed = () => mint({ alg: 'ES256', kid: 'k' }, goodClaims(), ec.privateKey, 'ES256')
  const waiting = () => {
    let answer: (revoked: boolean) => void = () => undefined
    const isRevoked = () => new Promise<boolean>((resolve) => (answer = resolve))
    const guard = createGuard({
      issuers: [
        { issuer: ISSUER, audience: AUDIENCE, publicKey: toJwk(ec.publicKey, { kid: 'k' }) },
      ],
      clock: createClock(),
      revocation: { isRevoked },
    })
    return { guard, answer: () => answer(false) }
  }

  it('passes when nothing happened meanwhile', async () => {
    const { guard, answer } = waiting()
    const verifying = guard.verify(signed())
    answer()
    expect((await verifying).subject).toBe('alice')
  })

  it.each<[string, (guard: Guard) => unknown]>([
    ['its key is revoked', (guard) => guard.keys.revoke('k')],
    ['its issuer is removed', (guard) => guard.issuers.remove(ISSUER)],
  ])('does not pass when %s meanwhile', async (_, change) => {
    const { guard, answer } = waiting()
    const refusal = rejectionOf(() => guard.verify(signed()))
    change(guard)
    answer()
    expect((await refusal).code).toBe('ERR_KEY_UNKNOWN')
  })
})

describe('guard.verify with several issuers', () => {
  const a = newEcKeys()
  const b = newEcKeys()
  const guard = createGuard({
    issuers: [
      { issuer: 'https://a.example', audience: 'api-a', publicKey: a.publicKey },
      { issuer: 'https://b.example', audience: 'api-b', publicKey: b.publicKey },
    ],
    clock: () => NOW,
  })
  const token = (iss: unknown, aud: string, { privateKey }: typeof a) =>
    mint({ alg: 'ES256' }, goodClaims({ iss, aud }), privateKey)

  it('takes the tokens of each, signed with its own key', async () => {
    const one = await guard.verify(token('https://a.example', 'api-a', a))
    const other = await guard.verify(token('https://b.example', 'api-b', b))
    expect([one.issuer, other.issuer]).toEqual(['https://a.example', 'https://b.example'])
    expect(one.principalKey).not.toBe(other.principalKey)
  })

  it('RS-30 rejects a token of one signed with the key of the other (iss not bound to key)', async () => {
    const forged = token('https://a.example', 'api-a', b)
    expect((await rejectionOf(() => guard.verify(forged))).code).toBe('ERR_SIGNATURE_INVALID')
  })

  it('RS-31 expects of each its own audience', async () => {
    const error = await rejectionOf(() => guard.verify(token('https://a.example', 'api-b', a)))
    expect(error.code).toBe('ERR_AUDIENCE_MISMATCH')
  })

  it.each([
    'https://c.example',
    'https://a.example/',
    'https://A.example',
    'https://a.example\u0000',
    'https://a.example@evil.example',
    '',
    null,
    ['https://a.example'],
    ['https://c.example', 'https://a.example'],
    { toString: 'https://a.example' },
    '__proto__',
  ])('RS-30 rejects the issuer %j (prefix, slash, case, list)', async (iss) => {
    const error = await rejectionOf(() => guard.verify(token(iss, 'api-a', a)))
    expect(error.code).toBe('ERR_ISSUER_UNTRUSTED')
  })
})

describe('guard.admit', () => {
  it('admits a good token and remembers it with the request', async () => {
    const { guard } = guardWith()
    const given = request(tokenWith())
    const admission = await guard.admit(given)

    expect(admission.refusal).toBeUndefined()
    expect(admission.auth?.subject).toBe('alice')
    expect(guard.authOf(given)).toBe(admission.auth)
    expect(guard.optionalAuthOf(given)).toBe(admission.auth)
  })

  it('RS-07 refuses a request without a token, at once and without an error code', () => {
    const { refusal } = admitAtOnce(guardWith().guard, request())
    expect(refusal).toMatchObject({ code: 'ERR_TOKEN_MISSING', status: 401, error: undefined })
    expect(refusal?.headers).toEqual({
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer realm="api"',
    })
  })

  it('leaves nothing with a request that it refused', async () => {
    const { guard } = guardWith()
    const given = request('a.b.c')
    expect((await guard.admit(given)).auth).toBeUndefined()
    expect(refusalOf(() => guard.authOf(given))).toMatchObject({
      code: 'ERR_GUARD_MISSING',
      status: 500,
    })
  })

  it('refuses with its own realm and metadata', () => {
    const { guard } = guardWith({ realm: 'orders', resourceMetadata: 'https://api.example/meta' })
    expect(admitAtOnce(guard, request()).refusal?.headers['www-authenticate']).toBe(
      'Bearer realm="orders", resource_metadata="https://api.example/meta"',
    )
  })

  it('never throws and never rejects', async () => {
    const { guard } = guardWith({
      tokenFrom: ['header', () => Promise.reject(new Error('x')), { cookie: 'at' }],
    })
    for (const given of [
      request('x'),
      request(undefined, { headers: { authorization: 'Bearer' } }),
      {},
      { headers: null },
      Object.freeze(request(tokenWith())),
    ]) {
      const { auth, refusal } = await guard.admit(given as GuardRequest)
      expect(auth).toBeUndefined()
      expect(isGuardError(refusal)).toBe(true)
    }
  })

  describe('with optional tokens', () => {
    it('lets an absent token pass', () => {
      const { guard } = guardWith({ optional: true })
      const given = request()
      expect(admitAtOnce(guard, given)).toMatchObject({ auth: undefined, refusal: undefined })
      expect(guard.optionalAuthOf(given)).toBeUndefined()
      expect(refusalOf(() => guard.authOf(given))).toMatchObject({
        code: 'ERR_TOKEN_MISSING',
        status: 401,
      })
    })

    it('refuses a bad token all the same', async () => {
      const { guard } = guardWith({ optional: true })
      for (const given of [
        request('a.b.c'),
        request(tokenWith({ exp: 1 })),
        request(undefined, { headers: { authorization: 'Bearer' } }),
        request(undefined, { headers: { authorization: 'Bearer\ta' } }),
      ])
        expect((await guard.admit(given)).refusal).toBeDefined()
    })
  })

  describe('RS-05 tells caches that an answer is for one client', () => {
    const sink = () => {
      const set: [string, string][] = []
      return { set, setHeader: (name: string, value: string) => set.push([name, value]) }
    }

    it('when the token came from the query, a miss or a hit', async () => {
      const { guard } = guardWith({ tokenFrom: ['header', 'query'] })
      const given = request(undefined, { url: `/?access_token=${tokenWith()}` })
      for (let use = 0; use < 2; use++) {
        const response = sink()
        await guard.admit(given, { response })
        expect(response.set).toEqual([['Cache-Control', 'private']])
      }
    })

    it('not when it came in the header, nor when it was refused', async () => {
      const { guard } = guardWith({ tokenFrom: ['header', 'query'] })
      const response = sink()
      await guard.admit(request(tokenWith()), { response })
      await guard.admit(request(undefined, { url: '/?access_token=a.b.c' }), { response })
      expect(response.set).toEqual([])
    })
  })

  describe('with knownAs', () => {
    const notAdmitted = { code: 'ERR_GUARD_MISSING', status: 500 }

    it('lets authOf and policies know the request by it, and not by the view', async () => {
      const { guard } = guardWith()
      const view = request(tokenWith())
      for (const known of ['miss', 'miss', 'hit']) {
        const context = { known }
        const { auth } = await guard.admit(view, { knownAs: context })

        expect(auth?.subject).toBe('alice')
        expect(guard.authOf(context)).toBe(auth)
        expect(guard.optionalAuthOf(context)).toBe(auth)
        expect(authorize(context, requireUser())).toBeUndefined()
        for (const ask of [() => guard.authOf(view), () => guard.optionalAuthOf(view)])
          expect(refusalOf(ask)).toMatchObject(notAdmitted)
        expect(admittedAs(view)).toBeUndefined()
      }
    })

    it('keeps apart the contexts of one view', async () => {
      const { guard } = guardWith({ optional: true })
      const [first, second, never] = [{}, {}, {}]
      await guard.admit(request(tokenWith()), { knownAs: first })
      await guard.admit(request(tokenWith({ sub: 'bob' })), { knownAs: second })
      expect([guard.authOf(first).subject, guard.authOf(second).subject]).toEqual(['alice', 'bob'])
      expect(refusalOf(() => guard.optionalAuthOf(never))).toMatchObject(notAdmitted)
    })

    it('lets optionalAuthOf know by it that a token is absent', () => {
      const { guard } = guardWith({ optional: true })
      const [view, context] = [request(), {}]
      expect(admitAtOnce(guard, view, { knownAs: context }).refusal).toBeUndefined()
      expect(guard.optionalAuthOf(context)).toBeUndefined()
      expect(refusalOf(() => guard.optionalAuthOf(view))).toMatchObject(notAdmitted)
    })

    it.each<[string, () => GuardRequest, string]>([
      ['an absent token', () => request(), 'ERR_TOKEN_MISSING'],
      [
        'an empty token',
        () => request(undefined, { headers: { authorization: 'Bearer' } }),
        'ERR_REQUEST_MALFORMED',
      ],
      ['a malformed token', () => request('a.b.c'), 'ERR_TOKEN_MALFORMED'],
      ['an expired token', () => request(tokenWith({ exp: 1 })), 'ERR_TOKEN_EXPIRED'],
      [
        'a token of another audience',
        () => request(tokenWith({ aud: 'x' })),
        'ERR_AUDIENCE_MISMATCH',
      ],
    ])('forgets it when it refuses %s, and what an earlier guard found', async (_, given, code) => {
      const { guard } = guardWith()
      const earlier = guardWith({ optional: true }).guard
      const context = {}
      await earlier.admit(request(tokenWith()), { knownAs: context })
      expect(earlier.authOf(context).subject).toBe('alice')

      expect((await guard.admit(given(), { knownAs: context })).refusal?.code).toBe(code)
      expect(admittedAs(context)).toBeUndefined()
      for (const each of [guard, earlier])
        for (const ask of [() => each.authOf(context), () => each.optionalAuthOf(context)])
          expect(refusalOf(ask)).toMatchObject(notAdmitted)
    })

    it('forgets it when it refuses a token that it remembers', async () => {
      const { guard, clock } = guardWith()
      const view = request(tokenWith({ exp: NOW + 60 }))
      const context = {}
      await guard.admit(view, { knownAs: context })
      clock.now = NOW + 90
      expect(admitAtOnce(guard, view, { knownAs: context }).refusal?.code).toBe('ERR_TOKEN_EXPIRED')
      expect(admittedAs(context)).toBeUndefined()
    })

    it('gives token functions and the check the view, a miss or a hit', async () => {
      const seen: unknown[] = []
      const token = tokenWith()
      const { guard } = guardWith({
        tokenFrom: (given) => {
          seen.push(given)
          return token
        },
        check: (_, given) => {
          seen.push(given)
          return true
        },
      })
      const [miss, hit] = [request(), request()]
      for (const view of [miss, hit])
        expect((await guard.admit(view, { knownAs: {} })).refusal).toBeUndefined()
      expect(seen).toHaveLength(4)
      for (const [at, view] of [miss, miss, hit, hit].entries()) expect(seen[at]).toBe(view)
    })

    it('refuses, and does not throw, where it cannot be remembered', async () => {
      const { guard } = guardWith({ optional: true })
      const knownAs = Object.freeze({})
      for (const view of [request(), request(tokenWith()), request(tokenWith())]) {
        const { auth, refusal } = await guard.admit(view, { knownAs })
        expect(auth).toBeUndefined()
        expect(refusal).toMatchObject({ code: 'ERR_CHECK_UNAVAILABLE', status: 503 })
      }
    })
  })

  it.each<[string, unknown]>([
    ['nbf', NOW + 3_600],
    ['auth_time', NOW + 3_600],
    ['cnf', { jkt: 'x' }],
    ['azp', 'alice'],
    ['sid', 's1'],
    ['events', {}],
    ['roles', ['admin']],
  ])('takes no %s from a polluted Object.prototype for a claim of the token', (name, value) => {
    const { guard } = guardWith()
    const given = request(tokenWith())
    const { auth } = whilePolluted({ [name]: value }, () => admitAtOnce(guard, given))
    expect(auth).toMatchObject({ subject: 'alice', kind: 'user', sessionId: undefined, roles: [] })
  })

  describe('with optional tokens in one request', () => {
    it('does not take the option from a polluted Object.prototype', () => {
      const { guard } = guardWith()
      Object.defineProperty(Object.prototype, 'optional', { value: true, configurable: true })
      try {
        for (const options of [undefined, {}, { knownAs: {} }])
          expect(admitAtOnce(guard, request(), options).refusal?.code).toBe('ERR_TOKEN_MISSING')
      } finally {
        delete (Object.prototype as { optional?: unknown }).optional
      }
    })

    it('lets an absent token pass, in this request and in no other', () => {
      const { guard } = guardWith()
      const given = request()
      expect(admitAtOnce(guard, given, { optional: true })).toMatchObject({
        auth: undefined,
        refusal: undefined,
      })
      expect(guard.optionalAuthOf(given)).toBeUndefined()
      for (const refusal of [
        refusalOf(() => guard.authOf(given)),
        authorize(given, requireUser()),
        admitAtOnce(guard, request()).refusal,
        admitAtOnce(guard, given).refusal,
      ])
        expect(refusal).toMatchObject({ code: 'ERR_TOKEN_MISSING', status: 401 })
    })

    it('RS-07 lets pass what is no bearer token, as the option of the guard does', () => {
      const given = request(undefined, { headers: { authorization: 'Basic YTpi' } })
      expect(admitAtOnce(guardWith({ optional: true }).guard, given).refusal).toBeUndefined()
      expect(admitAtOnce(guardWith().guard, given, { optional: true }).refusal).toBeUndefined()
    })

    it('tells who a good token is from', async () => {
      const { guard } = guardWith()
      const given = request(tokenWith())
      const { auth } = await guard.admit(given, { optional: true })
      expect(auth?.subject).toBe('alice')
      expect(guard.authOf(given)).toBe(auth)
    })

    const field = (authorization: string): Partial<GuardRequest> => ({ headers: { authorization } })
    it.each<[string, () => Partial<GuardRequest>, number, string]>([
      ['RS-03 malformed', () => field('Bearer a.b.c'), 401, 'ERR_TOKEN_MALFORMED'],
      ['RS-03 behind a tab', () => field('Bearer\ta.b.c'), 401, 'ERR_TOKEN_MALFORMED'],
      ['empty', () => field('Bearer '), 400, 'ERR_REQUEST_MALFORMED'],
      ['followed by another', () => field('Bearer a, Bearer b'), 400, 'ERR_REQUEST_MALFORMED'],
      [
        'RS-02 in the second of two Authorization fields',
        () => ({
          ...field('Basic YTpi'),
          rawHeaders: ['Authorization', 'Basic YTpi', 'Authorization', `Bearer ${tokenWith()}`],
        }),
        400,
        'ERR_TOKEN_REPEATED',
      ],
      [
        'RS-01 in the query, too',
        () => ({ ...field(`Bearer ${tokenWith()}`), url: '/?access_token=x' }),
        400,
        'ERR_TOKEN_REPEATED',
      ],
      [
        'RS-08 expired',
        () => field(`Bearer ${tokenWith({ exp: NOW - 31 })}`),
        401,
        'ERR_TOKEN_EXPIRED',
      ],
      [
        'RS-31 of another audience',
        () => field(`Bearer ${tokenWith({ aud: 'x' })}`),
        401,
        'ERR_AUDIENCE_MISMATCH',
      ],
      [
        'RS-08 forged',
        () => field(`Bearer ${mint({ alg: 'HS256' }, goodClaims(), newSecret())}`),
        401,
        'ERR_SIGNATURE_INVALID',
      ],
    ])('refuses a token that is %s, all the same', async (_, parts, status, code) => {
      const { guard } = guardWith()
      const given = request(undefined, parts())
      const { auth, refusal } = await guard.admit(given, { optional: true })
      expect(auth).toBeUndefined()
      expect(refusal).toMatchObject({ code, status })
      expect(admittedAs(given)).toBeUndefined()
    })

    it('refuses a token that it remembers and that has expired since', async () => {
      const { guard, clock } = guardWith()
      const token = tokenWith({ exp: NOW + 60 })
      await warm(guard, token)
      clock.now = NOW + 90
      const { refusal } = admitAtOnce(guard, request(token), { optional: true })
      expect(refusal).toMatchObject({ code: 'ERR_TOKEN_EXPIRED', status: 401 })
    })

    it('forgets whom an earlier guard found, where there is no token for this one', async () => {
      const earlier = guardWith().guard
      const { guard } = guardWith({ tokenFrom: { cookie: 'at' } })
      const given = request(tokenWith())
      await earlier.admit(given)
      expect(admitAtOnce(guard, given, { optional: true }).refusal).toBeUndefined()
      expect(guard.optionalAuthOf(given)).toBeUndefined()
      expect(authorize(given, requireUser())).toMatchObject({ code: 'ERR_TOKEN_MISSING' })
      expect(refusalOf(() => earlier.authOf(given)).code).toBe('ERR_GUARD_MISSING')
    })

    it('does not take back the option of the guard', () => {
      const { guard } = guardWith({ optional: true })
      expect(admitAtOnce(guard, request(), { optional: false }).refusal).toBeUndefined()
    })

    it.each<unknown>([1, 'true', 'false', {}, [], null, undefined])(
      'does not take %p for true',
      (given) => {
        const optional = given as boolean
        expect(admitAtOnce(guardWith().guard, request(), { optional }).refusal?.code).toBe(
          'ERR_TOKEN_MISSING',
        )
      },
    )
  })
})

describe('guard.authenticate', () => {
  it('resolves with who the request is from', async () => {
    expect((await guardWith().guard.authenticate(request(tokenWith())))?.subject).toBe('alice')
  })

  it('rejects a bad token, with the headers of the answer', async () => {
    const error = await rejectionOf(() => guardWith().guard.authenticate(request('a.b.c')))
    expect(error.code).toBe('ERR_TOKEN_MALFORMED')
    expect(error.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('resolves with nothing only when a token is optional and absent', async () => {
    await expect(guardWith({ optional: true }).guard.authenticate(request())).resolves.toBe(
      undefined,
    )
    expect((await rejectionOf(() => guardWith().guard.authenticate(request()))).code).toBe(
      'ERR_TOKEN_MISSING',
    )
  })
})

describe('guard.authOf', () => {
  it('does not answer for another guard', async () => {
    const { guard } = guardWith()
    const other = guardWith().guard
    const given = request(tokenWith())
    await guard.admit(given)
    for (const ask of [() => other.authOf(given), () => other.optionalAuthOf(given)])
      expect(refusalOf(ask)).toMatchObject({ code: 'ERR_GUARD_MISSING', status: 500 })
  })

  it('does not answer for a request that no guard saw', () => {
    const error = refusalOf(() => guardWith().guard.authOf({}))
    expect(error.code).toBe('ERR_GUARD_MISSING')
    expect(error.headers).toEqual({ 'cache-control': 'no-store' })
  })

  it('does not believe what a client could write into a request', () => {
    const forged = request(undefined, { body: { auth: { subject: 'admin' } } })
    expect(refusalOf(() => guardWith().guard.authOf(forged)).code).toBe('ERR_GUARD_MISSING')
  })
})

describe('a cache hit', () => {
  it('answers at once, with the same frozen auth', async () => {
    const { guard } = guardWith()
    const token = tokenWith()
    const first = await warm(guard, token)
    const second = admitAtOnce(guard, request(token))

    expect(second.auth).toBe(first.auth)
    expect(Object.isFrozen(second.auth?.claims)).toBe(true)
  })

  it('refuses a token that expired since (cache hit after expiry)', async () => {
    const { guard, clock } = guardWith()
    const token = tokenWith({ exp: NOW + 60 })
    await warm(guard, token)
    clock.now = NOW + 60 + 29
    expect(admitAtOnce(guard, request(token)).refusal).toBeUndefined()
    clock.now = NOW + 60 + 30
    expect(admitAtOnce(guard, request(token)).refusal?.code).toBe('ERR_TOKEN_EXPIRED')
  })

  it('refuses a token that became too old since', async () => {
    const { guard, clock } = guardWith({ clockTolerance: 0 })
    const strict = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      secret,
      maxTokenAge: 60,
      clockTolerance: 0,
      clock,
    })
    const token = tokenWith({ iat: NOW })
    await warm(guard, token)
    await warm(strict, token)
    clock.now = NOW + 59
    expect(admitAtOnce(strict, request(token)).refusal).toBeUndefined()
    clock.now = NOW + 60
    expect(admitAtOnce(strict, request(token)).refusal?.code).toBe('ERR_TOKEN_TOO_OLD')
    expect(admitAtOnce(guard, request(token)).refusal).toBeUndefined()
  })

  it('refuses a token when the clock went back before its nbf', async () => {
    const { guard, clock } = guardWith()
    const token = tokenWith({ nbf: NOW })
    await warm(guard, token)
    clock.now = NOW - 31
    expect(admitAtOnce(guard, request(token)).refusal?.code).toBe('ERR_TOKEN_NOT_YET_VALID')
  })

  it('refuses a token that was revoked since (cache hit after revocation)', async () => {
    const clock = createClock()
    const revocation = createMemoryRevocations({ clock })
    const { guard } = guardWith({ revocation }, clock)
    const token = tokenWith()
    await warm(guard, token)
    revocation.revoke({ issuer: ISSUER, tokenId: 'token-1', until: NOW + 1000 })
    expect(admitAtOnce(guard, request(token)).refusal).toMatchObject({
      code: 'ERR_TOKEN_REVOKED',
      status: 401,
    })
  })

  it('Invariant 10: refuses a token that is revoked while a check is waited for', async () => {
    const clock = createClock()
    const revocation = createMemoryRevocations({ clock })
    let isSlow = false
    const check = async () => {
      if (isSlow) revocation.revoke({ issuer: ISSUER, tokenId: 'token-1', until: NOW + 1000 })
      return true
    }
    const { guard } = guardWith({ revocation, check }, clock)
    const token = tokenWith()
    await warm(guard, token)
    expect((await guard.admit(request(token))).refusal).toBeUndefined()
    isSlow = true
    expect((await guard.admit(request(token))).refusal).toMatchObject({ code: 'ERR_TOKEN_REVOKED' })
  })

  it('Invariant 8: gives a view one and the same identifiers for every use, and nobody can change them', async () => {
    const asked = new Set<RevocationIds>()
    const { guard } = guardWith({ revocation: { isRevoked: (ids) => asked.add(ids).size < 0 } })
    const token = tokenWith()
    await warm(guard, token)
    asked.clear()
    for (let use = 0; use < 3; use++) expect(admitAtOnce(guard, request(token)).auth).toBeDefined()
    expect(asked.size).toBe(1)
    for (const ids of asked) expect(Object.isFrozen(ids)).toBe(true)
  })

  it('is judged by the application’s own check again', async () => {
    let allowed = true
    const asked: unknown[][] = []
    const check = (...given: unknown[]) => {
      asked.push(given)
      return allowed
    }
    const { guard } = guardWith({ check })
    const token = tokenWith()
    await warm(guard, token)
    const given = request(token)
    expect(admitAtOnce(guard, given).refusal).toBeUndefined()
    expect(asked[2]).toEqual([guard.authOf(given), given])
    allowed = false
    expect(admitAtOnce(guard, request(token)).refusal?.code).toBe('ERR_CHECK_FAILED')
    expect(asked).toHaveLength(4)
  })

  it('asks the check after a revocation view that has to be waited for', async () => {
    const { guard } = guardWith({
      revocation: { isRevoked: () => Promise.resolve(false) },
      check: () => false,
    })
    for (const use of ['first', 'second', 'third']) {
      const { refusal } = await guard.admit(request(tokenWith()))
      expect([use, refusal?.code]).toEqual([use, 'ERR_CHECK_FAILED'])
    }
  })

  it('waits for a check or a revocation view that has to be waited for', async () => {
    const { guard } = guardWith({
      check: () => Promise.resolve(true),
      revocation: { isRevoked: () => Promise.resolve(false) },
    })
    const token = tokenWith()
    await warm(guard, token)
    const admission = guard.admit(request(token))
    expect(admission).toBeInstanceOf(Promise)
    expect((await admission).refusal).toBeUndefined()
  })

  it('refuses with 503 when revocation cannot be read (store down)', async () => {
    let down = false
    const revocation = {
      isRevoked: () => {
        if (down) throw new Error('store is down')
        return false
      },
    }
    const { guard } = guardWith({ revocation })
    const token = tokenWith()
    await warm(guard, token)
    down = true
    const { refusal } = admitAtOnce(guard, request(token))
    expect(refusal).toMatchObject({ code: 'ERR_REVOCATION_UNAVAILABLE', status: 503 })
    expect(refusal?.headers).toEqual({ 'cache-control': 'no-store', 'retry-after': '5' })
  })

  it('never serves another token with the same signature characters (cache key collision)', async () => {
    const { guard } = guardWith()
    const token = tokenWith()
    await warm(guard, token)
    const [head, , signature] = token.split('.') as [string, string, string]
    const forged = `${head}.${encode(goodClaims({ sub: 'admin' }))}.${signature}`
    expect((await guard.admit(request(forged))).refusal?.code).toBe('ERR_SIGNATURE_INVALID')
    expect(admitAtOnce(guard, request(token)).auth?.subject).toBe('alice')
  })

  it('is not had after a failure: a refused token is judged anew', async () => {
    const clock = createClock(NOW - 100)
    const { guard } = guardWith({}, clock)
    const token = tokenWith({ nbf: NOW })
    expect((await guard.admit(request(token))).refusal?.code).toBe('ERR_TOKEN_NOT_YET_VALID')
    clock.now = NOW
    expect((await guard.admit(request(token))).refusal).toBeUndefined()
  })

  it('is not had by another guard (cache key without options)', async () => {
    const { guard } = guardWith()
    const token = tokenWith()
    await warm(guard, token)
    const other = createGuard({ issuer: ISSUER, audience: 'another', secret, clock: () => NOW })
    expect((await other.admit(request(token))).refusal?.code).toBe('ERR_AUDIENCE_MISMATCH')
  })

  it('survives a flood of forged tokens', async () => {
    const { guard } = guardWith({ cache: { maxEntries: 2 } })
    const token = tokenWith()
    await warm(guard, token)
    const forger = newSecret()
    for (let at = 0; at < 50; at++)
      await guard.admit(request(mint({ alg: 'HS256' }, goodClaims({ jti: `${at}` }), forger)))
    expect(admitAtOnce(guard, request(token)).auth?.subject).toBe('alice')
  })

  it('is not had with cache: false', async () => {
    const { guard } = guardWith({ cache: false })
    const token = tokenWith()
    const first = await guard.admit(request(token))
    const second = await guard.admit(request(token))
    expect(second.refusal).toBeUndefined()
    expect(second.auth).not.toBe(first.auth)
    expect(second.auth).toEqual(first.auth)
  })

  it('is not had after close()', async () => {
    const { guard } = guardWith()
    const token = tokenWith()
    const { auth } = await warm(guard, token)
    expect((await guard.admit(request(token))).auth).toBe(auth)
    await guard.close()
    expect((await guard.admit(request(token))).auth).not.toBe(auth)
  })

  it('is not missed by close() of a guard without a cache', async () => {
    await expect(guardWith({ cache: false }).guard.close()).resolves.toBeUndefined()
  })

  it('is had by verify as well', async () => {
    const { guard, clock } = guardWith()
    const token = tokenWith({ exp: NOW + 60 })
    await guard.verify(token)
    const auth = await guard.verify(token)
    expect(await guard.verify(token)).toBe(auth)
    clock.now = NOW + 90
    expect((await rejectionOf(() => guard.verify(token))).code).toBe('ERR_TOKEN_EXPIRED')
  })
})

describe('the key behind a verdict', () => {
  const signer = newEcKeys()
  let provider: Provider
  let keys: unknown[]

  beforeAll(async () => {
    provider = await startProvider()
  })
  beforeEach(() => {
    provider.asked.length = 0
    keys = [toJwk(signer.publicKey, { kid: 'first' })]
    provider.answer = (asked, response) => {
      answerJson({ keys })(asked, response)
    }
  })
  afterAll(() => provider.close())

  const token = mint(
    { alg: 'ES256', kid: 'first' },
    goodClaims({ exp: NOW + 9_000 }),
    signer.privateKey,
  )
  const remote = (clock: () => number) =>
    createGuard({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${provider.url}/jwks`, clock })

  it('is fetched once, and ready() waits for it', async () => {
    const guard = remote(createClock())
    await guard.ready()
    expect(provider.asked).toEqual(['/jwks'])
    await Promise.all(Array.from({ length: 10 }, () => guard.verify(token)))
    expect(provider.asked).toEqual(['/jwks'])
  })

  it('takes its verdicts along when it is withdrawn (removed key still trusted)', async () => {
    const clock = createClock()
    const guard = remote(clock)
    await warm(guard, token)
    keys = [toJwk(newEcKeys().publicKey, { kid: 'second' })]
    clock.now = NOW + 600
    // The refresh happens behind this request's back.
    expect(admitAtOnce(guard, request(token)).refusal).toBeUndefined()
    await until(() => admitAtOnce(guard, request(token)).refusal !== undefined)
    expect(admitAtOnce(guard, request(token)).refusal).toMatchObject({
      code: 'ERR_KEY_UNKNOWN',
      status: 401,
    })
  })

  it('RS-16 answers 503 when the keys are too old and cannot be had anew', async () => {
    const clock = createClock()
    const guard = remote(clock)
    await warm(guard, token)
    provider.answer = answerStatus(500)
    clock.now = NOW + 4_199
    expect(admitAtOnce(guard, request(token)).refusal).toBeUndefined()
    clock.now = NOW + 4_200
    const { refusal } = await guard.admit(request(token))
    expect(refusal).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
    expect(refusal?.headers).toEqual({
      'cache-control': 'no-store',
      'retry-after': expect.stringMatching(/^[12]$/),
    })
  })

  it('is fetched anew, not held against a remembered token, after a long quiet time', async () => {
    const clock = createClock()
    const guard = remote(clock)
    await warm(guard, token)
    clock.now = NOW + 4_200
    expect((await guard.admit(request(token))).refusal).toBeUndefined()
    expect(provider.asked).toEqual(['/jwks', '/jwks'])
  })

  it('stops ready() when it cannot be had', async () => {
    provider.answer = answerStatus(500)
    expect((await rejectionOf(() => remote(createClock()).ready())).code).toBe(
      'ERR_KEYS_UNAVAILABLE',
    )
  })
})

describe('an error that no step foresees', () => {
  it('becomes 503, never a pass and never the caller’s fault', async () => {
    let stopped = false
    const guard = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      secret,
      clock: () => {
        if (stopped) throw new Error('no clock')
        return NOW
      },
    })
    stopped = true
    const error = await rejectionOf(() => guard.verify(tokenWith()))
    expect(error).toMatchObject({ code: 'ERR_CHECK_UNAVAILABLE', status: 503 })
    expect(error.cause).toMatchObject({ message: 'no clock' })
    expect((await guard.admit(request(tokenWith()))).refusal).toMatchObject({ status: 503 })
  })

  it('becomes 503 in a response that cannot take headers', async () => {
    const { guard } = guardWith({ tokenFrom: 'query' })
    const response = {
      setHeader: () => {
        throw new Error('headers were sent')
      },
    }
    const given = request(undefined, { url: `/?access_token=${tokenWith()}` })
    expect((await guard.admit(given, { response })).refusal).toMatchObject({ status: 503 })
  })

  it('does not become a pass through a check that answers anything but true', async () => {
    for (const answer of [undefined, null, 1, 'true', {}, [], Promise.resolve('yes')]) {
      const { guard } = guardWith({ check: () => answer as boolean })
      expect((await guard.admit(request(tokenWith()))).refusal?.code).toBe('ERR_CHECK_FAILED')
    }
  })
})

describe('guard events', () => {
  const heard: { name: string; message: unknown }[] = []
  const listen = (message: unknown, name: string | symbol) => {
    heard.push({ name: String(name), message })
  }
  const NAMES = ['gatewarden:verified', 'gatewarden:rejected']
  beforeEach(() => {
    heard.length = 0
    for (const name of NAMES) subscribe(name, listen)
  })
  afterEach(() => {
    for (const name of NAMES) unsubscribe(name, listen)
  })

  it('tell of a token verified and found again', async () => {
    const { guard } = guardWith()
    const token = tokenWith()
    await warm(guard, token)
    await guard.admit(request(token))
    const message = {
      issuer: ISSUER,
      kind: 'user',
      algorithm: 'HS256',
      keyId: undefined,
      tokenSize: token.length,
    }
    expect(heard).toEqual([
      { name: 'gatewarden:verified', message: { ...message, cache: 'miss' } },
      { name: 'gatewarden:verified', message: { ...message, cache: 'miss' } },
      { name: 'gatewarden:verified', message: { ...message, cache: 'hit' } },
    ])
  })

  it('tell once of a request refused, and why', async () => {
    const { guard } = guardWith()
    await guard.authenticate(request('a.b.c')).catch(() => undefined)
    await guard.verify('a.b').catch(() => undefined)
    await guard.authenticate(request()).catch(() => undefined)
    expect(heard.map(({ message }) => message)).toEqual([
      {
        code: 'ERR_TOKEN_MALFORMED',
        status: 401,
        message: 'the token is malformed: its header is not canonical base64url',
        tokenSize: 5,
      },
      {
        code: 'ERR_TOKEN_MALFORMED',
        status: 401,
        message: 'the token is malformed: it has 2 segment(s) instead of three',
        tokenSize: 3,
      },
      {
        code: 'ERR_TOKEN_MISSING',
        status: 401,
        message: 'the request carries no access token; looked in the header',
        tokenSize: undefined,
      },
    ])
  })

  it('never hold a token or a part of its signature', async () => {
    const { guard } = guardWith()
    const tokens = [
      tokenWith(),
      tokenWith({ exp: 1 }),
      tokenWith({ aud: 'x' }),
      mint({ alg: 'HS256' }, goodClaims(), newSecret()),
      `${tokenWith()}.x`,
    ]
    for (const token of tokens) await guard.admit(request(token))
    const text = JSON.stringify(heard)
    expect(heard).toHaveLength(tokens.length)
    for (const token of tokens)
      for (const segment of token.split('.'))
        if (segment.length > 4) expect(text).not.toContain(segment)
  })
})

it('lets a GuardError of the application’s own check decide the answer', async () => {
  const { guard } = guardWith({
    check: () => {
      throw new GuardError('ERR_POLICY_DENIED', 'suspended')
    },
  })
  const { refusal } = await guard.admit(request(tokenWith()))
  expect(refusal).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
  expect(refusal?.headers['www-authenticate']).toContain('error="insufficient_scope"')
})

it('authOf() of a request that was not admitted is heard of as any refusal', () => {
  const { guard } = guardWith({})
  const heard: unknown[] = []
  const hear = (event: unknown) => heard.push(event)
  subscribe('gatewarden:rejected', hear)
  try {
    expect(refusalOf(() => guard.authOf({})).headers).toEqual({ 'cache-control': 'no-store' })
    expect(heard).toMatchObject([{ code: 'ERR_GUARD_MISSING', status: 500 }])
  } finally {
    unsubscribe('gatewarden:rejected', hear)
  }
})

describe('the revocation view of a guard', () => {
  const health = {
    state: 'fresh',
    lag: 1,
    entries: 2,
    pending: 0,
    wakeUps: true,
    failure: undefined,
  } as const
  const isRevoked = () => false

  it('is waited for by ready()', async () => {
    let isReady = false
    const ready = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      isReady = true
    }
    await guardWith({ revocation: { isRevoked, ready } }).guard.ready()
    expect(isReady).toBe(true)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('ECONNREFUSED')
      },
    ],
  ])('Invariant 5: lets ready() reject with what a 503 is made of when it %s', async (_, ready) => {
    const { guard } = guardWith({ revocation: { isRevoked, ready } })
    expect(await rejectionOf(() => guard.ready())).toMatchObject({
      code: 'ERR_REVOCATION_UNAVAILABLE',
      status: 503,
      cause: { message: 'ECONNREFUSED' },
    })
  })

  it('need not be ready for anything', async () => {
    await expect(guardWith({ revocation: { isRevoked } }).guard.ready()).resolves.toBeUndefined()
    await expect(guardWith().guard.ready()).resolves.toBeUndefined()
  })

  it('is part of health(), if it says how it is', () => {
    expect(guardWith({ revocation: { isRevoked, health: () => health } }).guard.health()).toEqual({
      issuers: [expect.objectContaining({ state: 'configured' })],
      revocation: health,
    })
    expect(guardWith({ revocation: { isRevoked } }).guard.health().revocation).toBeUndefined()
    expect(guardWith().guard.health().revocation).toBeUndefined()
  })

  it('is not closed with the guard, which did not make it', async () => {
    let isClosed = false
    const close = () => {
      isClosed = true
    }
    const revocation: RevocationView & { close(): void } = { isRevoked, close }
    await guardWith({ revocation }).guard.close()
    expect(isClosed).toBe(false)
  })
})
