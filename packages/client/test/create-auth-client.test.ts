import { createAuthClient } from '../src/create-auth-client.ts'
import type { AuthClient } from '../src/auth-client.ts'
import type { AuthClientOptions } from '../src/options.ts'
import type { AuthState } from '../src/state.ts'

const { jest } = import.meta

const refreshUrl = 'https://api.example.com/auth/refresh'
const grant = () => Promise.resolve(Response.json({ access_token: 'a', expires_in: 600 }))

const clients: AuthClient[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.close()
  jest.useRealTimers()
})

function create(options: Partial<AuthClientOptions> = {}): AuthClient {
  const client = createAuthClient({ refreshUrl, fetch: grant, ...options })
  clients.push(client)
  return client
}

describe('options', () => {
  it.each<[string, unknown]>([
    ['refreshUrl', undefined],
    ['refreshUrl', ''],
    ['refreshUrl', 'ftp://api.example.com/refresh'],
    // There is no page that it could be relative to.
    ['refreshUrl', '/auth/refresh'],
    ['logoutUrl', 'javascript:void 0'],
    ['origins', ['https://api.example.com/']],
    ['origins', ['https://api.example.com/v1']],
    ['origins', ['api.example.com']],
    ['origins', ['*']],
    ['origins', ['null']],
    ['refreshAt', 0],
    ['refreshAt', 1],
    ['refreshAt', 85],
    ['refreshAt', NaN],
    ['timeout', 0],
    ['timeout', -1],
    ['timeout', NaN],
  ])('refuses as %s: %p, and names it', (option, value) => {
    const wrong = { [option]: value } as Partial<AuthClientOptions>
    expect(() => create(wrong)).toThrow(TypeError)
    expect(() => create(wrong)).toThrow(new RegExp(`^${option}: expected `))
  })

  it('takes URLs as objects, and undefined for what is left out', () => {
    const options = { logoutUrl: undefined, origins: undefined, timeout: undefined }
    const client = createAuthClient({
      refreshUrl: new URL(refreshUrl),
      ...(options as object),
    })
    clients.push(client)
    expect(client.state).toEqual({ status: 'unknown' })
  })

  it.each(['file:///app/index.html', 'capacitor://localhost/index.html'])(
    'sends the token to its issuer from a page without an origin: %s',
    async (href) => {
      Object.defineProperty(globalThis, 'location', { value: { href }, configurable: true })
      try {
        const sent: (string | null)[] = []
        const client = create({
          fetch: (_url, init) => {
            sent.push(new Headers(init?.headers).get('Authorization'))
            return grant()
          },
        })
        await client.start()
        await client.fetch('https://api.example.com/me')
        await client.fetch(new URL('notes.json', href))
        expect(sent).toEqual([null, 'Bearer a', null])
      } finally {
        Reflect.deleteProperty(globalThis, 'location')
      }
    },
  )

  it('logs out beside refreshUrl, or where it is told', async () => {
    const urls: unknown[] = []
    const fetch = (url: unknown) => {
      urls.push(url)
      return Promise.resolve(new Response(null, { status: 204 }))
    }
    await create({ fetch }).logout()
    await create({ fetch, logoutUrl: 'https://api.example.com/bye' }).logout()
    await create({ fetch }).logout({ everywhere: true })
    const logoutUrl = 'https://api.example.com/bye?tenant=1'
    await create({ fetch, logoutUrl }).logout({ everywhere: true })
    expect(urls).toEqual([
      'https://api.example.com/auth/logout',
      'https://api.example.com/bye',
      'https://api.example.com/auth/logout-everywhere',
      'https://api.example.com/bye-everywhere?tenant=1',
    ])
  })

  it('shares nothing with other clients of a process unless it is told to', async () => {
    const [one, other] = [create(), create()]
    await one.start()
    // Two rounds of a channel's message, had there been one.
    await create({ tabs: true }).start()
    await create({ tabs: true }).start()
    expect(other.state).toEqual({ status: 'unknown' })
  })
})

describe('state', () => {
  it('is the same object until something changes, and holds no token', async () => {
    const client = create()
    const unknown = client.state
    expect(client.state).toBe(unknown)
    const signedIn = await client.start()
    expect(signedIn).not.toBe(unknown)
    expect(client.state).toBe(signedIn)
    expect(JSON.stringify(signedIn)).not.toContain('"a"')
  })

  it('is told to who subscribed, until that ends', async () => {
    const client = create()
    const states: AuthState[] = []
    const end = client.subscribe((state) => states.push(state))
    await client.start()
    expect(states).toEqual([client.state])
    end()
    await client.refresh()
    expect(states).toHaveLength(1)
  })

  it('comes with methods that need no this', async () => {
    const { start, fetch, token, refresh, subscribe, on } = create()
    subscribe(() => undefined)()
    on('refreshed', () => undefined)()
    await start()
    await refresh()
    expect(await token()).toBe('a')
    expect((await fetch('https://api.example.com/')).status).toBe(200)
  })
})

describe('a listener that throws', () => {
  it('stops nothing, and is reported as any other', async () => {
    jest.useFakeTimers()
    const client = create()
    const told: string[] = []
    client.on('refreshed', () => {
      throw new Error('a mistake of the page')
    })
    client.on('refreshed', () => told.push('the next one'))
    await client.start()
    expect(told).toEqual(['the next one'])
    expect(client.state.status).toBe('signed-in')
    expect(() => jest.advanceTimersByTime(1)).toThrow('a mistake of the page')
  })
})

describe('refresh ahead', () => {
  it.each([
    { chance: 0, refreshAt: undefined, share: 0.8 },
    { chance: 1 - Number.EPSILON, refreshAt: undefined, share: 0.9 },
    { chance: 0.5, refreshAt: 0.5, share: 0.5 },
  ])('comes at $share of the life', async ({ chance, refreshAt, share }) => {
    jest.useFakeTimers()
    jest.spyOn(Math, 'random').mockReturnValue(chance)
    const fetch = jest.fn(grant)
    const client = create({ fetch, ...(refreshAt !== undefined && { refreshAt }) })
    await client.start()
    await jest.advanceTimersByTimeAsync(600_000 * share - 1)
    expect(fetch).toHaveBeenCalledTimes(1)
    await jest.advanceTimersByTimeAsync(2)
    expect(fetch).toHaveBeenCalledTimes(2)
    jest.restoreAllMocks()
  })

  it('does not become a loop where tokens live for no time at all', async () => {
    jest.useFakeTimers()
    const fetch = jest.fn(() =>
      Promise.resolve(Response.json({ access_token: 'a', expires_in: 0 })),
    )
    await create({ fetch }).start()
    await jest.advanceTimersByTimeAsync(60_000)
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(61)
  })

  it('ends with close', async () => {
    jest.useFakeTimers()
    const fetch = jest.fn(grant)
    const client = create({ fetch })
    await client.start()
    client.close()
    await jest.advanceTimersByTimeAsync(600_000)
    expect(fetch).toHaveBeenCalledTimes(1)
  })
})
