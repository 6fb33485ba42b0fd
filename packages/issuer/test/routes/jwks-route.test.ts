import { exportJWK } from 'jose'
import { bearer, serve, type Served, WEB_ONLY } from './serve.ts'

let api: Served
beforeEach(async () => {
  api = await serve()
})
afterEach(() => api.close())

const PATH = '/.well-known/jwks.json'
const get = (headers: Record<string, string> = {}) => api.send('GET', PATH, { headers })
interface Set {
  keys: Record<string, string>[]
}
const kids = async () => ((await get()).json as Set).keys.map(({ kid }) => kid!)

const HEADERS = {
  'cache-control': 'public, max-age=600, stale-while-revalidate=60, stale-if-error=3600',
  'access-control-allow-origin': '*',
  etag: expect.stringMatching(/^"[\w-]{43}"$/) as string,
}

describe('GET /.well-known/jwks.json', () => {
  it('AS-22 gives public members only, and kid, use and alg of every key', async () => {
    const answer = await get()
    expect(answer).toMatchObject({ status: 200, cookies: [] })
    expect(answer.headers).toMatchObject({
      ...HEADERS,
      'content-type': 'application/jwk-set+json',
    })
    const { keys, ...rest } = answer.json as Set
    expect(rest).toEqual({})
    expect(keys.length).toBeGreaterThanOrEqual(2) // one that signs, one standing by
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
      expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' })
    }
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
  })

  it('AS-22 gives public members of RSA keys only', async () => {
    const rsa = await serve({ keys: { algorithm: 'RS256' }, clients: WEB_ONLY })
    const { keys } = (await rsa.send('GET', PATH)).json as Set
    for (const key of keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    await rsa.close()
  })

  it('AS-22 gives no private member of keys that live elsewhere either', async () => {
    const { generateKeyPairSync, sign } = await import('node:crypto')
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const signers = [
      {
        algorithm: 'EdDSA' as const,
        publicKey,
        sign: (input: Uint8Array) => sign(null, input, privateKey),
      },
    ]
    const other = await serve({ signers, clients: WEB_ONLY })
    const { keys } = (await other.send('GET', PATH)).json as Set
    const { x } = await exportJWK(publicKey)
    expect(keys).toEqual([
      {
        kty: 'OKP',
        crv: 'Ed25519',
        x,
        use: 'sig',
        alg: 'EdDSA',
        kid: expect.any(String) as string,
      },
    ])
    await other.close()
  })

  it('answers HEAD with the same headers', async () => {
    const [head, full] = [await api.send('HEAD', PATH), await get()]
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers.etag).toBe(full.headers.etag)
  })

  it('says 304 to who has the set', async () => {
    const { etag = '' } = (await get()).headers
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, ` "x",W/"y" ,  W/${etag} `, '*']) {
      const answer = await get({ 'if-none-match': known })
      expect(answer).toMatchObject({ status: 304, text: '' })
      expect(answer.headers).toMatchObject({ ...HEADERS, etag })
    }
  })

  it('sends it to who has another', async () => {
    const { etag = '' } = (await get()).headers
    const unquoted = etag.slice(1, -1)
    for (const known of [
      '',
      '"x"',
      unquoted,
      `"${unquoted.toLowerCase()}x"`,
      `w/${etag}`,
      'W/*',
      `"${etag}`,
    ])
      expect((await get({ 'if-none-match': known })).status).toBe(200)
  })

  it('takes no notice of credentials, and sets no cookie', async () => {
    const { accessToken } = await api.issuer.openSession({ subject: 'alice', client: 'web' })
    const answer = await get({ ...bearer(accessToken), cookie: '__Host-gw_rt=x', origin: 'null' })
    expect(answer).toMatchObject({ status: 200, cookies: [] })
    expect(answer.headers).toMatchObject(HEADERS)
  })

  it('has another ETag when a key comes or goes', async () => {
    const before = await get()
    const same = await get()
    expect(same.headers.etag).toBe(before.headers.etag)
    const known = await kids()
    const active = (await api.issuer.keys.list()).find(({ state }) => state === 'active')!
    expect(await api.issuer.keys.revoke(active.kid)).toBe(true)
    const after = await get({ 'if-none-match': before.headers.etag! })
    expect(after.status).toBe(200)
    expect(after.headers.etag).not.toBe(before.headers.etag)
    expect(known).toContain(active.kid)
    expect(await kids()).not.toContain(active.kid)
  })

  it('shows the standby before it signs, and the old key for as long as its tokens live', async () => {
    const before = await kids()
    api.clock.advance(86_400)
    const next = await api.issuer.keys.rotate()
    expect(before).toContain(next.kid)
    const after = await kids()
    expect(after).toEqual(expect.arrayContaining(before))
    expect(after.length).toBe(before.length + 1)
    const { accessToken } = await api.issuer.openSession({ subject: 'alice', client: 'web' })
    const header = Buffer.from(accessToken.split('.')[0]!, 'base64url').toString()
    expect(JSON.parse(header)).toMatchObject({ kid: next.kid })
  })

  it.each(['POST', 'DELETE'])('is no %s', async (method) => {
    const answer = await api.send(method, PATH)
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD')
  })
})
