import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuard, toReply } from '@gatewarden/core'
import { type Authority, createAuthority, createIssuerServer } from '@gatewarden/testing'
import { freePort } from '../free-port.ts'
import { runCommand } from '../run-command.ts'

let servers: Server[]
let folder: string

beforeEach(async () => {
  servers = []
  folder = await mkdtemp(join(tmpdir(), 'gatewarden-attack-'))
})

afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await rm(folder, { recursive: true })
})

describe('a server with a guard', () => {
  test('holds: 0, and what was tried by kind', async () => {
    const authority = createAuthority()
    const url = await guarded(authority)
    const { exitCode, out, err } = await runCommand(['attack', url], { input: authority.token() })
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/\d+ attacks: 0 holes, 0 flaws\./)])
    expect(out).toContain(`GET ${url}`)
    expect(out).toMatch(/KIND +TRIED +BAD +NOT TRIED/)
    expect(out).toMatch(/Not tried: \d+\. only the issuer can sign it/)
    expect(err).toContain('--jwks')
    expect(err).toContain('--private-key-file')
  })

  test('holds when its keys are known, and when its issuer itself attacks', async () => {
    const authority = createAuthority({ algorithm: 'RS256' })
    const url = await guarded(authority)
    const jwks = await write('jwks.json', JSON.stringify(authority.jwks()))
    const pem = authority.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const key = await write('key.pem', pem)
    const { exitCode, json } = await runCommand(
      ['attack', url, '--jwks', jwks, '--private-key-file', key, '--json'],
      { input: authority.token() },
    )
    const { findings, results } = json() as AttackJson
    expect([exitCode, findings]).toEqual([0, []])
    const tried = results.filter(({ outcome }) => outcome !== 'skipped')
    expect(tried.length).toBeGreaterThan(300)
    expect(new Set(tried.map((result) => result.case.group))).toContain('audience')
  })

  test('of a shared secret', async () => {
    const authority = createAuthority({ algorithm: 'HS256' })
    const url = await guarded(authority)
    const secret = await write('secret', Buffer.concat([authority.secret, Buffer.from('\n')]))
    const { exitCode, json } = await runCommand(
      ['attack', url, '--secret-file', secret, '--json'],
      { input: authority.token() },
    )
    const { findings, results } = json() as AttackJson
    expect([exitCode, findings]).toEqual([0, []])
    expect(
      results.some(({ case: { group }, outcome }) => group === 'time' && outcome === 'refused'),
    ).toBe(true)
  })

  test('the key set behind a URL', async () => {
    const issuer = await createIssuerServer({ algorithm: 'RS256' })
    const { authority } = issuer
    const url = await guarded(authority)
    const { exitCode, err } = await runCommand(['attack', url, '--jwks', issuer.jwksUri], {
      input: authority.token(),
    })
    issuer.respond('/jwks', { status: 500 })
    const gone = await runCommand(['attack', url, '--jwks', issuer.jwksUri], {
      input: authority.token(),
    })
    await issuer.close()
    expect([exitCode, err]).toEqual([0, expect.not.stringContaining('--jwks')])
    expect([gone.exitCode, gone.err]).toEqual([3, expect.stringContaining('status 500')])
  })
})

describe('a server that decodes only', () => {
  test('falls: 1, the holes first, with what to read, and without the token', async () => {
    const authority = createAuthority()
    const token = authority.token()
    const url = await listen(naive())
    const { exitCode, out } = await runCommand(['attack', url], { input: token, columns: 60 })
    expect(exitCode).toBe(1)
    const [, , first] = out.split('\n')
    expect(first).toMatch(/^hole +/)
    expect(out).toContain('alg-none')
    expect(out).toMatch(/read +docs\/attacks\.md#/)
    expect(out).toMatch(/[1-9]\d* holes/)
    expect(out.indexOf('hole  ')).toBeLessThan(out.indexOf('KIND'))
    for (const part of token.split('.')) expect(out).not.toContain(part)
    expect(out.split('\n').filter((line) => line.length > 60)).toEqual([])
  })

  test('as JSON: one document, without the token', async () => {
    const token = createAuthority().token()
    const url = await listen(naive())
    const { exitCode, out, json } = await runCommand(['attack', url, '--json'], { input: token })
    expect(exitCode).toBe(1)
    const { findings, target } = json() as AttackJson
    expect(target).toBe(`GET ${url}`)
    expect(findings[0]).toMatchObject({
      severity: 'hole',
      kind: 'let-in',
      page: expect.any(String),
    })
    expect(out).not.toContain(token.split('.')[2])
  })

  test('but for what is left out', async () => {
    const url = await listen(naive())
    const run = async (...more: string[]) => {
      const args = ['attack', url, '--json', ...more]
      const { json } = await runCommand(args, { input: createAuthority().token() })
      return (json() as AttackJson).findings.map(({ case: { id } }) => id)
    }
    const all = await run()
    expect(all.length).toBeGreaterThan(2)
    expect(await run('--except', all[0]!, '--except', all[1]!)).toEqual(all.slice(2))
  })
})

test('the path, the method and the fields are those that were asked for', async () => {
  const authority = createAuthority()
  const seen = new Set<string>()
  const guard = createGuard(authority.guardOptions())
  const url = await listen((request, response) => {
    if (request.headers['x-tenant'] === 'acme') seen.add(`${request.method} ${request.url}`)
    void guard.authenticate(request).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(401).end(),
    )
  })
  await runCommand(
    ['attack', url, '--path', '/orders?all=1', '--method', 'post', '--header', 'X-Tenant: acme'],
    { input: authority.token() },
  )
  expect(seen).toContain('POST /orders?all=1')
})

test('progress is shown where somebody watches, and cleared at the end', async () => {
  const authority = createAuthority()
  const shown: string[] = []
  const { exitCode } = await runCommand(['attack', await guarded(authority)], {
    input: authority.token(),
    progress: (text) => void shown.push(text),
  })
  expect(exitCode).toBe(0)
  expect(shown[0]).toMatch(/^1 of \d+$/)
  expect(shown.at(-1)).toBe('')
})

describe('refuses', () => {
  test.each([
    [['https://api.example.com/orders'], 'api.example.com is not this machine'],
    [['http://192.168.0.7:3000'], '--i-own-this-host'],
    [['http://127.0.0.1.example.com/'], '--i-own-this-host'],
    [['http://me:hidden@127.0.0.1/'], 'without user and password'],
    [['eyJhbGciOiJIUzI1NiJ9.e30.hidden'], 'expected a URL'],
    [['http://127.0.0.1:1', '--path', 'orders'], '--path begins with a slash'],
    [['http://127.0.0.1:1', '--pause-ms', 'long'], '--pause-ms takes milliseconds'],
    [['http://127.0.0.1:1', '--header', 'Authorization: Bearer hidden'], 'from standard input'],
    [['http://127.0.0.1:1', '--header', 'no field'], '--header takes a field'],
    [['http://127.0.0.1:1', '--token-from', 'body'], '--token-from takes one of cookie'],
    [['http://127.0.0.1:1', '--jwks', '/nowhere'], '--jwks: there is no such file'],
    [['localhost:8080/orders'], 'did you mean http://localhost:8080/orders?'],
    [['127.0.0.1'], 'did you mean http://127.0.0.1?'],
    [['me:hidden@localhost:8080'], 'without user and password'],
  ])('%j', async (args, message) => {
    const { exitCode, out, err } = await runCommand(['attack', ...args], { input: 'a.b.c' })
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain(message)
    expect(err).not.toContain('hidden')
  })

  test('without a token', async () => {
    const { exitCode, err } = await runCommand(['attack', 'http://127.0.0.1:1'])
    expect([exitCode, err]).toEqual([2, expect.stringContaining('on standard input')])
  })

  test('a token that is none', async () => {
    const url = await guarded(createAuthority())
    const { exitCode, err } = await runCommand(['attack', url], { input: 'opaque' })
    expect([exitCode, err]).toEqual([2, expect.stringContaining('the token is no JWT')])
  })

  test('a token that the server refuses', async () => {
    const url = await guarded(createAuthority())
    const { exitCode, err } = await runCommand(['attack', url], {
      input: createAuthority().token(),
    })
    expect([exitCode, err]).toEqual([2, expect.stringContaining('refused with 401')])
  })

  test('a path that is open to all', async () => {
    const url = await listen((_, response) => response.writeHead(200).end())
    const { exitCode, err } = await runCommand(['attack', url], {
      input: createAuthority().token(),
    })
    expect([exitCode, err]).toEqual([2, expect.stringContaining('without a token')])
  })

  test('keys that do not fit the token', async () => {
    const authority = createAuthority()
    const other = createAuthority({ algorithm: 'ES384' })
    const pem = other.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const args = ['--private-key-file', await write('key.pem', pem)]
    const { exitCode, err } = await runCommand(['attack', await guarded(authority), ...args], {
      input: authority.token(),
    })
    expect([exitCode, err]).toEqual([2, expect.stringContaining('signed with ES256')])
    const none = ['--private-key-file', await write('none.pem', 'hidden')]
    const second = await runCommand(['attack', await guarded(authority), ...none], {
      input: authority.token(),
    })
    expect([second.exitCode, second.err]).toEqual([2, expect.stringContaining('as PEM or JWK')])
    expect(second.err).not.toContain('hidden')
  })
})

describe('refuses keys that are not those of the token', () => {
  const refusal = (what: string) => `gatewarden: attack: the token is not signed ${what}`

  test('another secret: with it, a server that checks nothing else would look well', async () => {
    const url = await guarded(createAuthority({ algorithm: 'HS256' }))
    const secret = await write('other.secret', createAuthority({ algorithm: 'HS256' }).secret)
    const { exitCode, out, err } = await runCommand(['attack', url, '--secret-file', secret], {
      input: createAuthority({ algorithm: 'HS256' }).token(),
    })
    expect([exitCode, out, err]).toEqual([
      2,
      '',
      refusal(
        `with the secret in ${secret}: what is signed with it would be refused for that alone. Give what the issuer signs with.`,
      ),
    ])
  })

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'another pair, %s',
    async (algorithm) => {
      const [authority, other] = [createAuthority({ algorithm }), createAuthority({ algorithm })]
      const run = async (...args: string[]) => {
        // Nobody listens there: the keys are looked at before anything is sent.
        const url = `http://127.0.0.1:${await freePort()}`
        return runCommand(['attack', url, ...args], { input: authority.token() })
      }
      const filesOf = async ({ privateKey, jwks }: Authority, name: string) => [
        await write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' })),
        await write(`${name}.jwks`, JSON.stringify(jwks())),
        await write(`${name}.jwk`, JSON.stringify(jwks().keys[0])),
      ]
      const options = ['--private-key-file', '--jwks', '--public-key']
      const [right, wrong] = [await filesOf(authority, 'right'), await filesOf(other, 'wrong')]
      for (const [at, option] of options.entries()) {
        const refused = await run(option, wrong[at]!)
        expect([refused.exitCode, refused.err]).toEqual([
          2,
          expect.stringContaining(refusal(at === 0 ? `with the key in ${wrong[at]}` : 'by ')),
        ])
        expect([option, (await run(option, right[at]!)).exitCode]).toEqual([option, 3])
      }
    },
  )
})

test('an attack that does not exist is not left out', async () => {
  const url = await guarded(createAuthority())
  const run = (id: string) =>
    runCommand(['attack', url, '--except', id], { input: createAuthority().token() })
  const [nope, slip] = [await run('nope\u001b'), await run('alg-nome')]
  expect([nope.exitCode, nope.err]).toEqual([
    2,
    expect.stringContaining('--except: there is no attack "nope\\u001b"'),
  ])
  expect([slip.exitCode, slip.err]).toEqual([2, expect.stringContaining('did you mean alg-none?')])
})

describe('says what is wrong with the target', () => {
  test.each([
    [404, 'answers 404 to the good token: is the path right?'],
    [403, 'answers 403 to the good token: a scope or role is missing'],
  ])('%d', async (status, message) => {
    const url = await listen((_, response) => response.writeHead(status).end())
    const { exitCode, err } = await runCommand(['attack', url], {
      input: createAuthority().token(),
    })
    expect([exitCode, err]).toEqual([2, expect.stringContaining(`${url} ${message}`)])
  })

  test('TLS to a port without it', async () => {
    const url = await listen((_, response) => response.writeHead(200).end())
    const { exitCode, err } = await runCommand(['attack', url.replace('http:', 'https:')], {
      input: createAuthority().token(),
    })
    expect([exitCode, err]).toEqual([
      3,
      expect.stringContaining(`does not speak TLS: did you mean ${url}?`),
    ])
  })
})

test('a server that is not there: 3', async () => {
  const url = `http://127.0.0.1:${await freePort()}/`
  const { exitCode, err } = await runCommand(['attack', url], { input: createAuthority().token() })
  expect([exitCode, err]).toEqual([3, expect.stringContaining('gatewarden: ')])
})

interface AttackJson {
  readonly target: string
  readonly findings: { case: { id: string } }[]
  readonly results: { case: { id: string; group: string }; outcome: string }[]
}

function guarded(authority: Authority): Promise<string> {
  const guard = createGuard(authority.guardOptions())
  return listen((request, response) => {
    void guard.authenticate(request).then(
      () => response.writeHead(200).end('{}'),
      (error: unknown) => {
        const { status, headers, body } = toReply(error as never)
        response.writeHead(status, headers).end(body)
      },
    )
  })
}

/** Written the way it must not be: whatever can be decoded is let in. */
function naive(): RequestListener {
  return (request, response) => {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
    try {
      const payload = Buffer.from(token.split('.')[1]!, 'base64url').toString()
      const { sub } = JSON.parse(payload) as { sub?: unknown }
      if (sub === undefined) throw new Error('nobody')
      response.writeHead(200).end('{}')
    } catch {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()
    }
  }
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer({ maxHeaderSize: 64 * 1024 }, listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function write(name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, content)
  return file
}
