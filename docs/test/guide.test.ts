import { execFile } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import {
  type Authority,
  createAuthority,
  createIssuerServer,
  type IssuerServer,
} from '@gatewarden/testing'
import express, { type Express } from 'express'
import request from 'supertest'
import { docs, type Fence, fencesOf, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/*
 * The servers of the guide run as they are printed: each block is imported, its app is taken where it would listen,
 * and asked over HTTP. Only names of hosts are replaced by those of a test issuer.
 */

const apps: Express[] = []
const { listen } = express.application
let provider: IssuerServer

beforeAll(async () => {
  mkdirSync(join(docs, '.snippets', 'run'), { recursive: true })
  express.application.listen = function (this: Express) {
    apps.push(this)
    return undefined as never
  }
  provider = await createIssuerServer({ audience: 'https://api.example.com' })
})

afterAll(async () => {
  express.application.listen = listen
  await provider.close()
})

describe('getting started', () => {
  test('an identity provider', async () => {
    const app = await run(fence('docs/getting-started.md', '## An identity provider'), {
      'https://login.example.com/': provider.authority.issuer,
    })
    const { authority } = provider

    await request(app).get('/health').expect(200)
    await request(app)
      .get('/me')
      .auth(authority.token(), { type: 'bearer' })
      .expect(200, { subject: 'alice' })
    await request(app).get('/orders').auth(authority.token(), { type: 'bearer' }).expect(403)
    const allowed = authority.token({ scope: 'orders:read' })
    await request(app).get('/orders').auth(allowed, { type: 'bearer' }).expect(200)

    const shown = fence('docs/getting-started.md', '## Try it', 'http')
    expect(await answerOf(request(app).get('/me'), shown)).toBe(shown.code)
  })

  test('your own secret, with a token made as shown', async () => {
    const JWT_SECRET = randomBytes(64).toString('base64url')
    const app = await run(
      fence('docs/getting-started.md', '## Your own secret'),
      {},
      { JWT_SECRET },
    )
    const script = fencesOf(page('docs/getting-started.md')).find(({ code }) =>
      code.includes('createHmac'),
    )!
    const path = write(script, script.code)
    const { stdout } = await promisify(execFile)(process.execPath, [path], { env: { JWT_SECRET } })

    await request(app)
      .get('/me')
      .auth(stdout.trim(), { type: 'bearer' })
      .expect(200, { subject: 'alice' })
    await request(app)
      .get('/me')
      .auth(`${stdout.trim().slice(0, -4)}AAAA`, { type: 'bearer' })
      .expect(401)
    await request(app).get('/me').expect(401)
  })

  test('your own secret, when the variable is missing: it does not start', async () => {
    const snippet = fence('docs/getting-started.md', '## Your own secret')
    await expect(run(snippet, {}, { JWT_SECRET: undefined })).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      option: 'secret',
    })
  })

  test('a public key', async () => {
    const authority = createAuthority({
      issuer: 'https://login.example.com',
      audience: 'https://api.example.com',
      algorithm: 'RS256',
    })
    const file = join(docs, '.snippets', 'run', 'public.pem')
    writeFileSync(file, authority.publicKeyPem)
    const snippet = fence('docs/getting-started.md', '## A public key')
    const app = await run(snippet, {}, { JWT_PUBLIC_KEY_FILE: file })

    await request(app)
      .get('/me')
      .auth(authority.token(), { type: 'bearer' })
      .expect(200, { subject: 'alice' })
    await request(app).get('/me').auth(hs256With(authority), { type: 'bearer' }).expect(401)
  })

  test('several issuers', async () => {
    const partner = await createIssuerServer({ audience: 'orders' })
    const app = await run(fence('docs/getting-started.md', '## Several issuers'), {
      'https://login.example.com/': provider.authority.issuer,
      'https://partner.example.net/keys': partner.jwksUri,
      'https://partner.example.net': partner.authority.issuer,
    })
    const answers = await Promise.all(
      [provider, partner].map(({ authority }) =>
        request(app).get('/me').auth(authority.token(), { type: 'bearer' }).expect(200),
      ),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(2)
    const confused = partner.authority.token({
      iss: provider.authority.issuer,
      aud: provider.authority.audience,
    })
    await request(app).get('/me').auth(confused, { type: 'bearer' }).expect(401)
    await partner.close()
  })
})

test('the example of the Express package', async () => {
  const readme = 'packages/express-jwt-guard/README.md'
  const app = await run(fence(readme, '## Example'), {
    'https://login.example.com/': provider.authority.issuer,
  })
  const { authority } = provider
  const allowed = authority.token({ scope: 'orders:read' })
  await request(app)
    .get('/orders')
    .auth(allowed, { type: 'bearer' })
    .expect(200, { for: 'alice', orders: [] })

  const shown = fence(readme, '## Example', 'http')
  const refused = request(app).get('/orders').auth(authority.token(), { type: 'bearer' })
  expect(await answerOf(refused, shown)).toBe(shown.code)
})

test('a token is decoded by the command shown', async () => {
  const command = fence('docs/errors/README.md', '## Decoding a token', 'sh').code
  const token = createAuthority().token({ sub: 'bob' })
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('…', token)])
  expect(stdout).toContain("alg: 'ES256'")
  expect(stdout).toContain("sub: 'bob'")
})

test('the secret made by the command shown is accepted', async () => {
  const { createGuard } = await import('@gatewarden/core')
  const command = fence('docs/keys.md', '## Making a secret', 'sh').code
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  for (const algorithm of ['HS256', 'HS384', 'HS512'] as const) {
    createGuard({ issuer: null, audience: null, secret: stdout.trim(), algorithms: [algorithm] })
  }
})

/** Imports a snippet as a module, with some texts replaced, and returns the app that it made listen. */
async function run(
  source: Fence,
  replaced: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Express> {
  let code = source.code
  for (const [from, to] of Object.entries(replaced)) {
    expect(code).toContain(`'${from}'`)
    code = code.replaceAll(`'${from}'`, `'${to}'`)
  }
  const path = write(source, code)
  const before = { ...process.env }
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  try {
    // Relative: as a URL or an absolute path, a folder with # or % in its name would be cut short.
    await import(`../.snippets/run/${basename(path)}`)
  } finally {
    process.env = before
  }
  return apps.pop()!
}

let written = 0

function write({ page: { path }, line, info }: Fence, code: string): string {
  const name = `${path.replace(/[^\w-]+/g, '_')}_${line}_${++written}.js`
  const file = join(docs, '.snippets', 'run', name)
  writeFileSync(file, info === 'ts' ? withoutTypes(code) : code)
  return file
}

/** The first block of that kind under a heading. */
function fence(path: string, heading: string, info = 'js'): Fence {
  const source = page(path)
  const line = source.text.split('\n').indexOf(heading) + 1
  expect(line).toBeGreaterThan(0)
  return fencesOf(source).find((each) => each.info === info && each.line > line)!
}

/** A response, with the header fields that the block shows, written like it. */
async function answerOf(asked: request.Test, shown: Fence): Promise<string> {
  const { status, headers, text } = await asked
  const [statusLine = '', ...fields] = (shown.code.split('\n\n')[0] ?? '').split('\n')
  expect(statusLine.startsWith(`HTTP/1.1 ${status} `)).toBe(true)
  const names = fields.map((field) => field.slice(0, field.indexOf(':')))
  return [
    statusLine,
    ...names.map((name) => `${name}: ${headers[name.toLowerCase()]}`),
    '',
    text,
  ].join('\n')
}

/** RS256-to-HS256 confusion: a token signed with the public key as secret. */
function hs256With(authority: Authority): string {
  const [, payload] = authority.token().split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url')
  const signed = `${header}.${payload}`
  return `${signed}.${createHmac('sha256', authority.publicKeyPem).update(signed).digest('base64url')}`
}
