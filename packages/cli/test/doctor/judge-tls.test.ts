import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:https'
import { createServer as createTcpServer, type Server } from 'node:net'
import { createAuthority } from '@gatewarden/testing'
import { selfSignedCertificate } from '../../../testing/src/forged/self-signed-certificate.ts'
import { complaintsOf, examine } from './healthy-issuer.ts'

const DAY = 86_400
/** When the certificates of the tests end. */
const END = Date.UTC(2049, 11, 31, 23, 59, 59) / 1000

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
let servers: { close(): unknown }[] = []
/** What the clocks of both sides say. */
let now = Math.floor(Date.now() / 1000)

afterEach(() => {
  for (const server of servers) server.close()
  servers = []
  now = Math.floor(Date.now() / 1000)
})

test('a certificate that is trusted is fine, and said with its end', async () => {
  const { issuer, ca } = await startHttps('localhost')
  const seen = await examine(issuer, { ca })
  expect(complaintsOf(seen)).toEqual([])
  expect(seen.findings.find(({ id }) => id === 'tls')!.message).toMatch(
    /^localhost:\d+: TLSv1\.3, certificate of "localhost" until 2049-12-31$/,
  )
})

test('a certificate that nobody here trusts is critical, and the rest is judged all the same', async () => {
  const { issuer } = await startHttps('localhost')
  const seen = await examine(issuer)
  expect(complaintsOf(seen)).toEqual(['critical tls-untrusted'])
  expect(seen.findings[0]!.message).toContain('it is signed by itself')
  expect(seen.keys).toHaveLength(2)
})

test('a certificate for another name', async () => {
  const { issuer, ca } = await startHttps('login.example.com')
  const seen = await examine(issuer, { ca })
  expect(complaintsOf(seen)).toEqual(['critical tls-untrusted'])
  expect(seen.findings[0]!.message).toContain('it is for another name')
})

test.each([
  [30, []],
  [29, ['note tls-expires-soon']],
  [14, ['note tls-expires-soon']],
  [13, ['warning tls-expires-soon']],
])('a certificate that ends in %i days', async (days, complaints) => {
  now = END - days * DAY - 1
  const { issuer, ca } = await startHttps('localhost')
  expect(complaintsOf(await examine(issuer, { ca, clock: () => now }))).toEqual(complaints)
})

test('a server without TLS', async () => {
  const port = await listen(createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')))
  await expect(examine(`https://localhost:${port}`)).rejects.toMatchObject({
    name: 'UnavailableError',
    message: expect.stringMatching(/it does not speak TLS|closed the connection/),
  })
})

async function startHttps(name: string): Promise<{ issuer: string; ca: string }> {
  const certificate = pem('CERTIFICATE', selfSignedCertificate(name, keys))
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const authority = createAuthority()
  authority.rotate()
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const headers = { date: new Date(now * 1000).toUTCString(), etag: '"1"' }
    if (request.headers['if-none-match'] === '"1"') {
      response.writeHead(304, headers).end()
      return
    }
    const isKeySet = request.url === '/jwks'
    response.writeHead(200, {
      ...headers,
      'content-type': 'application/json',
      'cache-control': 'max-age=600',
    })
    const metadata = { issuer, jwks_uri: `${issuer}/jwks` }
    response.end(JSON.stringify(isKeySet ? authority.jwks() : metadata))
  })
  const issuer = `https://localhost:${await listen(server)}`
  return { issuer, ca: certificate }
}

function listen(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, 'localhost', () => resolve((server.address() as { port: number }).port))
  })
}

function pem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`
}
