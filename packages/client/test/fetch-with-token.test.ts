import { createAuthClient } from '../src/create-auth-client.ts'
import type { AuthClient } from '../src/auth-client.ts'
import type { AuthClientOptions } from '../src/options.ts'
import { createStubIssuer, invalidToken, REFRESH_URL, type StubIssuer } from './stub-issuer.ts'

const API = 'https://api.example.com'

let issuer: StubIssuer
let client: AuthClient

afterEach(() => client.close())

async function start(options: Partial<AuthClientOptions> = {}): Promise<void> {
  issuer = createStubIssuer()
  client = createAuthClient({ refreshUrl: REFRESH_URL, fetch: issuer.fetch, ...options })
  await client.start()
  issuer.requests.length = 0
}

describe('the arguments of fetch', () => {
  it('are read when it is called, and not when it is sent', async () => {
    await start()
    const url = new URL('/pay/1', API)
    const init = { method: 'POST', body: 'first' }
    const first = client.fetch(url, init)
    url.pathname = '/pay/2'
    init.body = 'second'
    await Promise.all([first, client.fetch(url, init)])
    expect(issuer.requests).toMatchObject([
      { url: `${API}/pay/1`, body: 'first' },
      { url: `${API}/pay/2`, body: 'second' },
    ])
  })

  it('are those of the call when it is sent again, too', async () => {
    await start()
    const init: RequestInit = { method: 'POST', body: 'first', headers: { 'X-Note': '1' } }
    issuer.answers.push(() => {
      Object.assign(init, { body: 'second', headers: { 'X-Note': '2' } })
      return invalidToken()
    })
    await client.fetch(`${API}/pay`, init)
    const again = issuer.requests.at(-1)!
    expect(again).toMatchObject({ body: 'first', authorization: 'Bearer token-2' })
    expect(new Headers(again.init.headers).get('X-Note')).toBe('1')
  })

  it('are not asked twice where they lead to', async () => {
    await start()
    const answers = [`${API}/me`, 'https://mallory.example/me']
    const twoFaced = { toString: () => answers.shift() ?? 'https://mallory.example/me' }
    await client.fetch(twoFaced as unknown as string)
    expect(issuer.requests).toMatchObject([{ url: `${API}/me`, authorization: 'Bearer token-1' }])
  })

  it('are resolved against the page as it was', async () => {
    await start()
    let href = `${API}/orders/17/`
    Object.defineProperty(globalThis, 'location', { get: () => ({ href }), configurable: true })
    try {
      issuer.answers.push(invalidToken)
      const cancelled = client.fetch('cancel', { method: 'POST' })
      href = 'https://mallory.example/orders/18/'
      await cancelled
      expect(issuer.requests.map(({ url }) => url)).toEqual([
        `${API}/orders/17/cancel`,
        REFRESH_URL,
        `${API}/orders/17/cancel`,
      ])
    } finally {
      Reflect.deleteProperty(globalThis, 'location')
    }
  })

  it('are left as they were given', async () => {
    await start()
    const init = Object.freeze({ method: 'POST', headers: Object.freeze({ 'X-Note': '1' }) })
    expect((await client.fetch(`${API}/me`, init)).status).toBe(200)
    expect(Object.keys(init.headers)).toEqual(['X-Note'])
  })
})

describe('retry', () => {
  it('is told method and address, and nothing that holds a token', async () => {
    const asked: object[] = []
    await start({
      retry: (request) => {
        asked.push(request)
        return true
      },
    })
    issuer.answers.push(invalidToken)
    await client.fetch(`${API}/me`, { method: 'put' })
    expect(asked).toEqual([{ method: 'PUT', url: `${API}/me` }])
  })
})

describe('a signal', () => {
  it('is let go when the wait is over', async () => {
    await start()
    const { signal } = new AbortController()
    const listening = new Set<unknown>()
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...given: Parameters<AbortSignal['addEventListener']>) => {
      listening.add(given[1])
      addEventListener.apply(signal, given)
    }
    signal.removeEventListener = (...given: Parameters<AbortSignal['removeEventListener']>) => {
      listening.delete(given[1])
      removeEventListener.apply(signal, given)
    }
    for (let times = 1; times <= 3; times++) {
      issuer.answers.push(invalidToken)
      await client.fetch(`${API}/me`, { signal })
    }
    expect(issuer.refreshes).toHaveLength(3)
    expect([...listening]).toEqual([])
  })
})
