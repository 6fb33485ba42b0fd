import { type Auth, authorize, type GuardRequest, requireScopes } from '@gatewarden/core'
import { asAuth, type AsWhom, guardAs } from '../src/index.ts'

const request = (headers: GuardRequest['headers'] = {}): GuardRequest => ({ headers })

describe('guardAs', () => {
  it('admits a request without a token, and what stands behind it goes by the claims', async () => {
    const guard = guardAs({ sub: 'bob', scope: 'orders:read' })
    const asked = request()
    expect((await guard.authenticate(asked))?.subject).toBe('bob')
    expect(guard.authOf(asked).scopes).toEqual(['orders:read'])
    expect(authorize(asked, requireScopes('orders:read'))).toBeUndefined()
    expect(authorize(asked, requireScopes('orders:write'))?.code).toBe('ERR_SCOPE_INSUFFICIENT')
  })

  it('does not look at what token a request has', async () => {
    const asked = request({ authorization: 'Bearer whatever' })
    expect((await guardAs().authenticate(asked))?.subject).toBe('alice')
  })

  it('takes an Auth for its claims', async () => {
    const auth = asAuth({ sub: 'carol', roles: ['admin'], iss: undefined })
    const admitted = await guardAs(auth).authenticate(request())
    expect(admitted?.claims).toEqual(auth.claims)
    expect(admitted?.issuer).toBeUndefined()
  })

  it('takes claims that are named like members of an Auth for claims', async () => {
    const claims = Object.freeze({ claims: { sub: 'x' }, principalKey: 'y', scopes: ['z'] })
    const auth = await guardAs(claims).authenticate(request())
    expect(auth).toMatchObject({ subject: 'alice', claims })
  })

  it('asks for each request who it is from', async () => {
    const users: (AsWhom | undefined)[] = [undefined, { sub: 'dora' }]
    const guard = guardAs(() => users.shift())
    await expect(guard.authenticate(request())).rejects.toMatchObject({ code: 'ERR_TOKEN_MISSING' })
    expect((await guard.authenticate(request()))?.subject).toBe('dora')
    const byHeader = guardAs(({ headers }) => ({ sub: String(headers['x-as']) }))
    expect((await byHeader.authenticate(request({ 'x-as': 'eve' })))?.subject).toBe('eve')
  })

  it('lets nobody pass as nobody where tokens are optional', async () => {
    const guard = guardAs(() => undefined, { optional: true })
    expect(await guard.authenticate(request())).toBeUndefined()
  })

  it('refuses what a guard refuses', async () => {
    const guard = guardAs({ exp: 1 })
    await expect(guard.authenticate(request())).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' })
    const asked = guardAs({}, { check: ({ subject }: Auth) => subject === 'bob' })
    await expect(asked.authenticate(request())).rejects.toMatchObject({ code: 'ERR_CHECK_FAILED' })
  })

  it('trusts no token of anybody else', async () => {
    const auth = await guardAs().authenticate(request())
    await expect(guardAs().verify(auth!.token)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
  })

  describe('outside of tests', () => {
    const environment = { ...process.env }
    const setOnly = (changes: NodeJS.ProcessEnv) => {
      for (const name of ['NODE_ENV', 'NODE_TEST_CONTEXT', 'JEST_WORKER_ID', 'VITEST'])
        delete process.env[name]
      Object.assign(process.env, changes)
    }

    const { emitWarning } = process

    afterEach(() => {
      setOnly(environment)
      process.emitWarning = emitWarning
    })

    it.each(['production', ' Production\n', 'PROD'])('does not run with NODE_ENV=%j', (value) => {
      process.env.NODE_ENV = value
      expect(() => guardAs()).toThrow(/guardAs is for tests.*NODE_ENV is prod/)
    })

    it('refuses every request when it turns out to be production', async () => {
      const guard = guardAs()
      process.env.NODE_ENV = 'production'
      await expect(guard.authenticate(request())).rejects.toMatchObject({
        code: 'ERR_REQUEST_MALFORMED',
        cause: { message: expect.stringContaining('guardAs is for tests') as string },
      })
    })

    it('warns once, where nothing says that it is a test', () => {
      const warnings: unknown[][] = []
      process.emitWarning = (...given: unknown[]) => void warnings.push(given)
      for (const known of [
        { NODE_ENV: 'test' },
        { NODE_ENV: 'Development' },
        { NODE_TEST_CONTEXT: 'child-v8' },
        { JEST_WORKER_ID: '1' },
        { VITEST: 'true' },
      ]) {
        setOnly(known)
        guardAs()
      }
      expect(warnings).toEqual([])

      setOnly({ NODE_ENV: 'staging' })
      guardAs()
      asAuth()
      expect(warnings).toEqual([
        [expect.stringContaining('every request is let in as that user'), 'GatewardenWarning'],
      ])
    })
  })
})
