import { createGuard } from '@gatewarden/core'
import { nodeRoutes } from '@gatewarden/core/kit'
import { createServer } from 'node:http'
import { createIssuer } from '../../src/create-issuer.ts'
import type { Issuer } from '../../src/issuer.ts'
import { close, ISSUER, listen, send, serve, SERVER_SECRET } from './serve.ts'

const PATH = '/.well-known/oauth-authorization-server'

describe('GET /.well-known/oauth-authorization-server', () => {
  it('RFC 8414 says where everything is', async () => {
    const api = await serve()
    const answer = await api.send('GET', PATH)
    expect(answer).toMatchObject({ status: 200, cookies: [] })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=600',
      'access-control-allow-origin': '*',
    })
    expect(answer.json).toEqual({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/auth/refresh`,
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['refresh_token'],
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      revocation_endpoint: `${ISSUER}/auth/revoke`,
      revocation_endpoint_auth_methods_supported: [
        'none',
        'client_secret_basic',
        'client_secret_post',
      ],
      introspection_endpoint: `${ISSUER}/auth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    })
    await api.close()
  })

  it('says nothing of introspection where nobody could ask', async () => {
    const api = await serve({ clients: { web: { transport: 'cookie' }, mobile: {} } })
    const { json } = await api.send('GET', PATH)
    expect(json).toMatchObject({ token_endpoint_auth_methods_supported: ['none'] })
    expect(json).not.toHaveProperty('introspection_endpoint')
    await api.close()
  })

  it('says nothing of clients without a secret where there are none', async () => {
    const api = await serve({ clients: { server: { secret: SERVER_SECRET } } })
    expect((await api.send('GET', PATH)).json).toMatchObject({
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    })
    await api.close()
  })

  it('RFC 8414 §3.2 has no empty list', async () => {
    const api = await serve({ clients: { server: { secret: SERVER_SECRET } } })
    for (const value of Object.values((await api.send('GET', PATH)).json as object))
      expect(value).not.toEqual([])
    await api.close()
  })

  it('follows basePath with all but the well-known addresses', async () => {
    const api = await serve({ basePath: '/api/v1/login' })
    expect((await api.send('GET', PATH)).json).toMatchObject({
      token_endpoint: `${ISSUER}/api/v1/login/refresh`,
      revocation_endpoint: `${ISSUER}/api/v1/login/revoke`,
      introspection_endpoint: `${ISSUER}/api/v1/login/introspect`,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    })
    expect((await api.send('POST', '/auth/refresh')).status).toBe(404)
    expect((await api.send('POST', '/api/v1/login/refresh')).status).toBe(400)
    await api.close()
  })

  it.each([
    [`${ISSUER}/`, PATH, '/.well-known/jwks.json'],
    [`${ISSUER}/tenants/one`, `${PATH}/tenants/one`, '/tenants/one/.well-known/jwks.json'],
    [`${ISSUER}/tenants/one/`, `${PATH}/tenants/one`, '/tenants/one/.well-known/jwks.json'],
    [`${ISSUER}:443`, PATH, '/.well-known/jwks.json'],
    ['https://API.example', PATH, '/.well-known/jwks.json'],
  ])(
    'RFC 8414 §3.1, §3.3: of %s, found where it must be, byte for byte',
    async (issuer, path, jwks) => {
      const api = await serve({ issuer })
      expect((await api.send('GET', path)).json).toMatchObject({ issuer, jwks_uri: ISSUER + jwks })
      expect((await api.send('GET', jwks)).status).toBe(200)
      await api.close()
    },
  )
})

describe('a guard that knows the issuer’s URL only', () => {
  async function overHttp(
    path: string,
    test: (issuer: Issuer, url: string, port: number) => Promise<void>,
  ): Promise<void> {
    const served: { routes?: ReturnType<typeof nodeRoutes> } = {}
    const server = createServer((req, res) => {
      served.routes?.(req, res, () => res.writeHead(404).end())
    })
    const port = await listen(server)
    const url = `http://127.0.0.1:${port}${path}`
    const issuer = createIssuer({
      issuer: url,
      audience: 'https://api.example',
      secret: 'b8Xq2Lw9Zr4Tn7Vy1Kc6Mf3Hs5Jd0Pg-metadata',
      onRefresh: null,
    })
    served.routes = nodeRoutes(issuer.routes)
    await test(issuer, url, port)
    await close(server)
  }

  it.each(['', '/', '/tenants/one', '/tenants/one/'])(
    'RS-70 discovers the keys and verifies a token over HTTP: path %j',
    (path) =>
      overHttp(path, async (issuer, url) => {
        const guard = createGuard({ issuer: url, audience: 'https://api.example' })
        const { accessToken, sid } = await issuer.openSession({ subject: 'alice' })
        expect(await guard.verify(accessToken)).toMatchObject({ subject: 'alice', sessionId: sid })
        const strict = createGuard({
          issuer: url,
          audience: 'https://api.example',
          profile: 'rfc9068',
        })
        expect(await strict.verify(accessToken)).toMatchObject({ subject: 'alice' })
        await guard.close()
      }),
  )

  it('refuses the tokens of another issuer with the same secret at another path', () =>
    overHttp('/tenants/one', async (issuer, url) => {
      const guard = createGuard({ issuer: url, audience: 'https://api.example' })
      const other = createIssuer({
        issuer: url.replace('one', 'two'),
        audience: 'https://api.example',
        secret: 'b8Xq2Lw9Zr4Tn7Vy1Kc6Mf3Hs5Jd0Pg-metadata',
        onRefresh: null,
      })
      const { accessToken } = await other.openSession({ subject: 'alice' })
      await expect(guard.verify(accessToken)).rejects.toMatchObject({ status: 401 })
      expect(issuer.issuer).not.toBe(other.issuer)
    }))

  it('is answered where no page of the issuer’s is asked, whatever the Host', () =>
    overHttp('', async (_, url, port) => {
      const answer = await send(port, 'GET', PATH, { headers: { host: 'evil.example' } })
      expect(answer.json).toMatchObject({ issuer: url, jwks_uri: `${url}/.well-known/jwks.json` })
      expect(answer.text).not.toContain('evil')
    }))
})
