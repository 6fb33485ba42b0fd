import { createAuthClient } from '../src/create-auth-client.ts'
import type { AuthClient } from '../src/auth-client.ts'
import type { AuthClientOptions } from '../src/options.ts'
import { createDeferred } from './server/deferred.ts'
import { createStubIssuer, grant, REFRESH_URL, type StubIssuer } from './stub-issuer.ts'

const { jest } = import.meta

const HOUR = 3_600_000

let issuer: StubIssuer
let client: AuthClient

beforeEach(() => {
  jest.useFakeTimers()
  issuer = createStubIssuer()
})

afterEach(() => {
  client.close()
  jest.useRealTimers()
})

function open(options: Partial<AuthClientOptions> = {}): void {
  client = createAuthClient({ refreshUrl: REFRESH_URL, fetch: issuer.fetch, ...options })
}

const unavailable = (retryAfter: string) => () =>
  new Response(null, { status: 503, headers: { 'Retry-After': retryAfter } })

describe('a refresh', () => {
  it('can be aborted: without keepalive, and with a signal', async () => {
    open()
    await client.start()
    const { init } = issuer.refreshes[0]!
    expect(init.keepalive ?? false).toBe(false)
    expect(init.signal).toBeInstanceOf(AbortSignal)
    expect(init).toMatchObject({ method: 'POST', credentials: 'include', redirect: 'error' })
  })

  it.each([
    '-5',
    '0',
    '0.001',
    'Infinity',
    'NaN',
    '1e9',
    '999999999',
    'Wed, 21 Oct 2015 07:28:00 GMT',
    '',
  ])(
    'that is answered with Retry-After: %p is neither a storm nor the last',
    async (retryAfter) => {
      issuer.answers.push(...Array.from({ length: 1_000 }, () => unavailable(retryAfter)))
      open()
      await client.start()
      await jest.advanceTimersByTimeAsync(60_000)
      expect(issuer.refreshes.length).toBeLessThan(15)
      issuer.answers.length = 0
      await jest.advanceTimersByTimeAsync(24 * HOUR)
      expect(client.state).toMatchObject({ status: 'signed-in' })
    },
  )

  it.each([-1, 0, 0.001, NaN, '600', null])(
    'that hands out a token with expires_in: %p does not become one for each request',
    async (expiresIn) => {
      issuer.answers.push(...Array.from({ length: 1_000 }, () => () => grant({ expiresIn })))
      open()
      await client.start()
      const requests = issuer.refreshes.length
      // Refreshes and requests share the answers.
      issuer.answers.length = 0
      for (let times = 1; times <= 5; times++) await client.fetch('https://api.example.com/me')
      expect(issuer.refreshes.length - requests).toBeLessThanOrEqual(1)
    },
  )

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a number', 5],
    ['an object', {}],
    ['a list', ['x']],
    ['true', true],
  ])('whose access_token is %s is none', async (_what, access_token) => {
    issuer.answers.push(() => Response.json({ access_token, expires_in: 600 }))
    open()
    expect(await client.start()).toMatchObject({
      status: 'unknown',
      trouble: { code: 'ERR_REFUSED', status: 200 },
    })
  })

  it('takes nothing from the prototype of all objects', async () => {
    Object.assign(Object.prototype, { access_token: 'of the prototype' })
    try {
      issuer.answers.push(() => Response.json({ ok: true }))
      open()
      expect(await client.start()).toMatchObject({ status: 'unknown' })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'access_token')
    }
  })

  it('whose key chain fails is trouble with a code of ours', async () => {
    open({
      vault: {
        clientId: 'app',
        load: () => Promise.reject(new DOMException('locked', 'DataCloneError')),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
      },
    })
    const { trouble } = (await client.start()) as { trouble?: { code: unknown } }
    expect(trouble!.code).toMatch(/^ERR_/)
  })
})

describe('close', () => {
  it('ends what is on its way, too: no timer, no request afterwards', async () => {
    const answer = createDeferred<Response>()
    issuer.answers.push(() => answer.promise)
    open()
    const started = client.start()
    await jest.advanceTimersByTimeAsync(0)
    client.close()
    answer.resolve(grant({ expiresIn: 1 }))
    await started
    await jest.advanceTimersByTimeAsync(HOUR)
    expect(issuer.refreshes).toHaveLength(1)
  })
})

describe('timeout', () => {
  it.each([Infinity, 3_000_000, Number.MAX_VALUE])(
    'of %p works, or is refused by name',
    async (timeout) => {
      try {
        open({ timeout })
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
        expect(String(error)).toMatch(/timeout: expected/)
        return
      }
      const answer = createDeferred<Response>()
      issuer.answers.push(({ init }) => {
        init.signal?.addEventListener('abort', () => answer.resolve(Response.error()))
        return answer.promise
      })
      const started = client.start()
      await jest.advanceTimersByTimeAsync(1_000)
      answer.resolve(grant())
      expect(await started).toMatchObject({ status: 'signed-in' })
    },
  )
})
