import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type * as client from '../src/index.ts'

const LIMIT = 4_096

interface Bundle {
  readonly code: string
  readonly imports: readonly string[]
  readonly moduleIds: readonly string[]
}

function bundle(format: 'esm' | 'iife' = 'esm'): Bundle {
  const program = fileURLToPath(new URL('bundle.js', import.meta.url))
  // jest's own options are not for it.
  const env = { ...process.env, NODE_OPTIONS: '' }
  const printed = execFileSync(process.execPath, [program, format], { env, encoding: 'utf8' })
  return JSON.parse(printed) as Bundle
}

describe('the bundle', () => {
  it(`is no larger than ${LIMIT} bytes, compressed`, () => {
    const { code } = bundle()
    const brotli = brotliCompressSync(code).length
    const gzip = gzipSync(code, { level: 9 }).length
    process.stderr.write(`@gatewarden/client: ${brotli} bytes by brotli, ${gzip} by gzip\n`)
    expect(brotli).toBeLessThanOrEqual(LIMIT)
  })

  it('imports nothing', () => {
    const { imports, moduleIds } = bundle()
    expect(imports).toEqual([])
    expect(moduleIds.filter((path) => !/\/src\/[\w-]+\.ts$/.test(path))).toEqual([])
  })
})

describe('a platform with little more than fetch, as React Native', () => {
  /** Whatever is not given is not there: no window, document, navigator, storage, BroadcastChannel. */
  async function load(given: object): Promise<typeof client> {
    const context = createContext({ URL, URLSearchParams, Headers, AbortController, ...given })
    const { code } = bundle('iife')
    return runInContext(`${code}; client`, context) as typeof client
  }

  it('loads the client and runs it', async () => {
    const sent: { url: string; body: string }[] = []
    const { createAuthClient } = await load({ setTimeout, clearTimeout, atob })
    const client = createAuthClient({
      refreshUrl: 'https://api.example.com/auth/refresh',
      vault: {
        clientId: 'app',
        load: () => Promise.resolve('the refresh token'),
        save: () => Promise.resolve(),
        clear: () => Promise.resolve(),
      },
      fetch: (url, init) => {
        sent.push({ url: url as string, body: String(init?.body as URLSearchParams) })
        return Promise.resolve(
          Response.json({ access_token: 'a', expires_in: 600, refresh_token: 'b', scope: 'notes' }),
        )
      },
    })
    try {
      expect(await client.start()).toMatchObject({ status: 'signed-in', scopes: ['notes'] })
      expect(await client.token()).toBe('a')
      expect(sent).toEqual([
        {
          url: 'https://api.example.com/auth/refresh',
          body: 'grant_type=refresh_token&client_id=app&refresh_token=the+refresh+token',
        },
      ])
    } finally {
      client.close()
    }
  })
})
