import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIssuer, type Issuer } from '@gatewarden/issuer'
import { createRedisStore } from '@gatewarden/store-redis'
import { createTestClock, type TestClock } from '@gatewarden/testing'
import { createClient } from 'redis'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../../../store-postgres/test/postgres-server.ts'
import {
  describeWithRedisUrl,
  freshPrefix,
  redisUrl,
} from '../../../store-redis/test/redis-server.ts'
import { load } from '../../src/stores/open-store.ts'
import { freePort } from '../free-port.ts'
import { type Ran, runCommand, type World } from '../run-command.ts'

const ISSUER = 'https://api.example.com'
const SECRET = randomBytes(32).toString('base64url')
const DAY = 86_400

interface Listed {
  readonly keys: { kid: string; state: string; algorithm: string; since?: number; until?: number }[]
}

let clock: TestClock
let folder: string

beforeEach(async () => {
  clock = createTestClock(1_800_000_000)
  folder = await mkdtemp(join(tmpdir(), 'gatewarden-keys-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** Runs `keys …` with the secret in the environment. */
function keys(store: string, args: string, world: World = {}): Promise<Ran> {
  const env = { GATEWARDEN_ISSUER: ISSUER, GATEWARDEN_STORE: store, GATEWARDEN_SECRET: SECRET }
  return runCommand(['keys', ...args.split(' ')], { clock, env, ...world })
}

async function listed(store: string, more = ''): Promise<Listed['keys']> {
  const { json, err, exitCode } = await keys(store, `list --json${more}`)
  expect([exitCode, err]).toEqual([0, ''])
  return (json() as Listed).keys
}

const statesIn = (all: Listed['keys']) => all.map(({ state }) => state)

/** From an empty store to a revoked key, as it goes on every store. */
async function liveThrough(store: string, more = ''): Promise<void> {
  expect((await keys(store, `new${more}`)).exitCode).toBe(0)
  const [first, second] = await listed(store, more)
  expect(statesIn(await listed(store, more))).toEqual(['active', 'standby'])

  clock.advance(DAY)
  const rotated = await keys(store, `rotate${more}`)
  expect([rotated.exitCode, rotated.err]).toEqual([0, ''])
  expect(rotated.out).toContain(`${second!.kid} signs now.`)
  expect(statesIn(await listed(store, more))).toEqual(['retiring', 'active'])

  clock.advance(1)
  const revoked = await keys(store, `revoke --yes${more} -- ${second!.kid}`)
  expect([revoked.exitCode, revoked.err]).toEqual([0, ''])
  expect(revoked.out).toContain(`Revoked: ${second!.kid}`)
  const after = await listed(store, more)
  expect(statesIn(after)).toEqual(['revoked', 'retiring', 'active'])
  const jwks = (await keys(store, `jwks${more}`)).json() as { keys: { kid: string; d?: string }[] }
  expect(jwks.keys.map(({ kid }) => kid)).toEqual([first!.kid, after[2]!.kid])
  expect(jwks.keys.every(({ d }) => d === undefined)).toBe(true)
}

describeWithPostgres('on PostgreSQL', () => {
  let server: PostgresServer
  let address: string

  beforeAll(async () => {
    server = await startPostgres()
    const { host, port, user, database } = await server.createDatabase()
    address = `postgres://${user}:never-shown@${host}:${port}/${database}`
  })
  afterAll(() => server.stop())

  test('tables that are missing are said, and made by keys new alone', async () => {
    const { exitCode, err } = await keys(address, 'list')
    expect(exitCode).toBe(3)
    expect(err).toContain('The tables of Gatewarden are missing')
    expect(err).not.toContain('never-shown')
    await liveThrough(address)
  })

  test('in a schema of its own', async () => {
    await keys(address, 'new --schema login')
    expect(await listed(address, ' --schema login')).toHaveLength(2)
  })
})

test('a folder without a store is not made one by a slip of the pen', async () => {
  for (const command of ['list', 'jwks', 'rotate', 'revoke abcd']) {
    const { exitCode, err } = await keys(join(folder, 'date'), command)
    expect([command, exitCode]).toEqual([command, 2])
    expect(err).toContain('there is no store in the folder')
  }
})

describeWithRedisUrl('on Redis', () => {
  let server: Awaited<ReturnType<typeof redisUrl>>
  let more: string
  let opened: { close(): Promise<unknown> }[]

  beforeAll(async () => {
    server = await redisUrl()
  })
  afterAll(() => server.stop())
  beforeEach(() => {
    more = ` --prefix ${freshPrefix()}`
    opened = []
  })
  afterEach(() => Promise.all(opened.map((each) => each.close())))

  /** A process of the issuer that runs meanwhile. */
  async function startProcess(): Promise<Issuer> {
    const client = createClient({ url: server.url })
    await client.connect()
    const prefix = more.split(' ').at(-1)!
    const store = createRedisStore(client, { prefix, persistence: 'unchecked' })
    const issuer = createIssuer({
      issuer: ISSUER,
      audience: ISSUER,
      secret: SECRET,
      onRefresh: null,
      store,
      clock,
    })
    opened.push({ close: () => issuer.close().then(() => client.destroy()) })
    await issuer.ready()
    return issuer
  }

  test('from the first key to a revoked one', () => liveThrough(server.url, more))

  test('an empty store: what to do is said', async () => {
    const list = await keys(server.url, `list${more}`)
    expect([list.exitCode, list.err]).toEqual([1, expect.stringContaining('keys new')])
    const rotate = await keys(server.url, `rotate${more}`)
    expect([rotate.exitCode, rotate.err]).toEqual([1, expect.stringContaining('keys new')])
    const jwks = await keys(server.url, `jwks${more}`)
    expect([jwks.exitCode, jwks.err]).toEqual([1, expect.stringContaining('no keys in redis://')])
    expect(jwks.json()).toEqual({ keys: [] })
    const all = await keys(server.url, `revoke --all --yes${more}`)
    expect([all.exitCode, all.out]).toEqual([1, ''])
    expect(all.err).toMatch(
      /keys revoke: there are no keys in redis:\/\/.* under the prefix .*; nothing was revoked$/,
    )
    const revoke = await keys(server.url, `revoke abcd${more}`)
    expect([revoke.exitCode, revoke.err]).toEqual([2, expect.stringContaining('there are: none')])
  })

  test('a process of the issuer refuses what was revoked, and goes on', async () => {
    const issuer = await startProcess()
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    const [active] = await listed(server.url, more)
    await keys(server.url, `revoke --yes${more} -- ${active!.kid.slice(0, 8)}`)
    for (let turns = 0; turns < 300 && issuer.revocations.health().entries === 0; turns++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    const isRevoked = await issuer.revocations.isRevoked({
      issuer: ISSUER,
      keyId: active!.kid,
      issuedAt: clock(),
    } as never)
    expect(isRevoked).toBe(true)
    clock.advance(60)
    const next = await issuer.openSession({ subject: 'alice' })
    expect(kidOf(next.accessToken)).not.toBe(kidOf(accessToken))
  })

  test('list says since when and until when, as exactly as there is room', async () => {
    await keys(server.url, `new${more}`)
    clock.advance(3_600)
    const [active, standby] = await listed(server.url, more)
    const from = 1_800_000_000
    expect(active).toMatchObject({ since: from, until: from + 90 * DAY })
    expect(standby).toMatchObject({ since: from, until: from + 90 * DAY })

    const wide = await keys(server.url, `list${more}`, { columns: 120 })
    expect(wide.out.split('\n').slice(0, 2)).toEqual([
      'STATE    ALG    SINCE                    UNTIL                    KID',
      `active   ES256  2027-01-15 08:00:00 UTC  2027-04-15 08:00:00 UTC  ${active!.kid}`,
    ])
    const usual = await keys(server.url, `list${more}`, { columns: 80 })
    expect(usual.out).toContain(`active   ES256  1 h ago  in 89 d  ${active!.kid}`)
    const narrow = await keys(server.url, `list${more}`, { columns: 60 })
    expect(narrow.out.split('\n').slice(0, 4)).toEqual([
      'active, ES256',
      `  ${active!.kid}`,
      '  since 2027-01-15 08:00:00 UTC, 1 h ago',
      '  until 2027-04-15 08:00:00 UTC, in 89 days',
    ])
    for (const { out } of [wide, usual, narrow])
      expect(out.split('\n').every((line) => line.length <= 120)).toBe(true)
  })

  test('to look changes nothing, whatever was given', async () => {
    await keys(server.url, `new${more}`)
    const before = await listed(server.url, more)
    clock.advance(200 * DAY)
    await keys(server.url, `list --lead 604800 --retain 864000${more}`)
    clock.set(1_800_000_000)
    expect(await listed(server.url, more)).toEqual(before)
  })

  test('rotate: too early, it says from when on', async () => {
    await keys(server.url, `new${more}`)
    clock.advance(3_600)
    const { exitCode, out } = await keys(server.url, `rotate${more}`)
    expect(exitCode).toBe(0)
    expect(out.replaceAll('\n', ' ')).toContain('signs from 2027-01-16 08:00:00 UTC on (in 23 h).')
    const { json } = await keys(server.url, `rotate --json${more}`)
    expect(json()).toMatchObject({ next: { state: 'standby', activeFrom: 1_800_000_000 + DAY } })
  })

  test('new: where nothing is missing, nothing is made', async () => {
    await keys(server.url, `new --algorithm EdDSA${more}`)
    const before = await listed(server.url, more)
    expect(before.map(({ algorithm }) => algorithm)).toEqual(['EdDSA', 'EdDSA'])
    const { exitCode, err, out } = await keys(server.url, `new${more}`)
    expect([exitCode, err]).toEqual([0, expect.stringContaining('nothing to make')])
    expect(out).toContain(before[0]!.kid)
    expect((await keys(server.url, `new --json${more}`)).json()).toEqual({ made: [] })
    expect(await listed(server.url, more)).toEqual(before)
  })

  describe('revoke', () => {
    let kid: string
    let standby: string
    beforeEach(async () => {
      await keys(server.url, `new${more}`)
      ;[kid, standby] = (await listed(server.url, more)).map((key) => key.kid) as [string, string]
    })

    test('asks a person, says what users will notice, and takes y', async () => {
      const { exitCode, err } = await keys(server.url, `revoke${more} -- ${kid}`, {
        answers: ['y'],
      })
      expect(exitCode).toBe(0)
      expect(err.replaceAll('\n', ' ')).toContain('nobody is logged out')
      expect(err).toContain(`Revoke ${kid}? y/N`)
      expect(statesIn(await listed(server.url, more))).toEqual(['revoked', 'active'])
    })

    test.each(['', 'n', 'yo', 'revoke'])('takes %j for no', async (answer) => {
      const { exitCode, out, err } = await keys(server.url, `revoke${more} -- ${kid}`, {
        answers: [answer],
      })
      expect([exitCode, out]).toEqual([1, ''])
      expect(err).toContain('nothing was revoked')
      expect(statesIn(await listed(server.url, more))).toEqual(['active', 'standby'])
    })

    test('wants --yes where nobody is there', async () => {
      const { exitCode, err } = await keys(server.url, `revoke${more} -- ${kid}`)
      expect([exitCode, err]).toEqual([2, expect.stringContaining('--yes')])
      expect(statesIn(await listed(server.url, more))).toEqual(['active', 'standby'])
    })

    test('of a standby: nobody notices', async () => {
      const { err } = await keys(server.url, `revoke${more} -- ${standby}`, { answers: ['y'] })
      expect(err).toContain('users notice nothing')
      expect(statesIn(await listed(server.url, more))).toEqual(['revoked', 'active'])
    })

    test('by the beginning of a kid, if it is no other’s', async () => {
      const { exitCode } = await keys(server.url, `revoke --yes${more} -- ${kid.slice(0, 6)}`)
      expect(exitCode).toBe(0)
      expect(statesIn(await listed(server.url, more))).toEqual(['revoked', 'active'])
    })

    test.each(['A', 'no-such-key'])('%s is no key: which there are is said', async (name) => {
      const { exitCode, err } = await keys(server.url, `revoke --yes${more} -- ${name}`)
      expect(exitCode).toBe(2)
      expect(err).toContain(`${kid} (active)`)
      expect(statesIn(await listed(server.url, more))).toEqual(['active', 'standby'])
    })

    test('once more: no question, and no harm', async () => {
      await keys(server.url, `revoke --yes${more} -- ${kid}`)
      const { exitCode, out, err } = await keys(server.url, `revoke${more} -- ${kid}`)
      expect([exitCode, err]).toEqual([0, ''])
      expect(out).toContain(`${kid} was revoked already`)
      expect(out).not.toContain('Revoked:')
    })

    test('all of them, and --json says which', async () => {
      const { exitCode, json } = await keys(server.url, `revoke --all --yes --json${more}`)
      expect(exitCode).toBe(0)
      expect(json()).toMatchObject({ revoked: [kid, standby] })
      expect(statesIn(await listed(server.url, more))).toEqual(['revoked', 'revoked', 'active'])
    })

    test('says who signs next, and who was not told of that key', async () => {
      const question = async (target: string) => {
        const { err } = await keys(server.url, `revoke ${target}${more}`, { answers: ['n'] })
        return err.replaceAll('\n', ' ')
      }
      expect(await question(kid)).toContain('The standby signs at once, of which not everybody')
      clock.advance(600)
      expect(await question(kid)).toContain('The standby signs at once; everybody can know it.')
      expect(await question('--all')).toContain('A new key signs at once, of which not everybody')
    })

    test('neither a kid nor --all, or both', async () => {
      for (const args of [`revoke --yes${more}`, `revoke --all --yes${more} -- ${kid}`]) {
        const { exitCode, err } = await keys(server.url, args)
        expect([exitCode, err]).toEqual([2, expect.stringContaining('takes a kid, or --all')])
      }
    })
  })

  describe('the secret', () => {
    const withFiles = (args: string, ...files: string[]) =>
      runCommand(
        ['keys', ...args.split(' '), ...files.flatMap((file) => ['--secret-file', file])],
        { clock, env: { GATEWARDEN_ISSUER: ISSUER, GATEWARDEN_STORE: server.url } },
      )
    const write = async (name: string, content: string | Buffer) => {
      const file = join(folder, name)
      await writeFile(file, content)
      return file
    }

    test('from a file, without the line break at its end', async () => {
      await keys(server.url, `new${more}`)
      const file = await write('secret', `${SECRET}\n`)
      expect((await withFiles(`list${more}`, file)).exitCode).toBe(0)
      const raw = await withFiles(`list --secret-encoding raw${more}`, file)
      expect([raw.exitCode, raw.err]).toEqual([2, expect.stringContaining('another secret')])
    })

    test('as bytes', async () => {
      const bytes = randomBytes(32)
      const raw = await write('raw', bytes)
      await withFiles(`new --secret-encoding raw${more}`, raw)
      const hex = await write('hex', bytes.toString('hex'))
      const base64 = await write('base64', `${bytes.toString('base64')}\n`)
      for (const [encoding, file] of [
        ['hex', hex],
        ['base64', base64],
      ] as const)
        expect((await withFiles(`list --secret-encoding ${encoding}${more}`, file)).exitCode).toBe(
          0,
        )
      const wrong = await withFiles(`list --secret-encoding hex${more}`, base64)
      expect([wrong.exitCode, wrong.err]).toEqual([
        2,
        expect.stringContaining('not written in hex'),
      ])
    })

    test('another one: said with what to compare, and never repeated', async () => {
      await keys(server.url, `new${more}`)
      const other = randomBytes(32).toString('base64url')
      const { exitCode, err } = await withFiles(`list${more}`, await write('other', other))
      expect([exitCode, err]).toEqual([2, expect.stringContaining('Compare --issuer with iss')])
      expect(err).not.toContain(other)
    })

    test('while it is being changed: what is changed is encrypted with the first', async () => {
      await keys(server.url, `new${more}`)
      const [old, next] = [
        await write('old', SECRET),
        await write('next', randomBytes(32).toString('base64url')),
      ]
      expect((await withFiles(`revoke --all --yes${more}`, next, old)).exitCode).toBe(0)
      expect((await withFiles(`list${more}`, next)).exitCode).toBe(0)
      expect((await withFiles(`list${more}`, old)).exitCode).toBe(2)
    })

    test.each([
      [{}, 'set GATEWARDEN_SECRET, or --secret-file'],
      [{ GATEWARDEN_SECRET: '' }, 'set GATEWARDEN_SECRET, or --secret-file'],
      [
        { GATEWARDEN_SECRET: 'short' },
        'the secret of the issuer: expected at least 32 bytes, got 5',
      ],
    ])('%j', async (env, message) => {
      const { exitCode, err } = await runCommand(['keys', 'list', '--store', server.url], {
        env: { GATEWARDEN_ISSUER: ISSUER, ...env },
      })
      expect([exitCode, err]).toEqual([2, expect.stringContaining(message)])
    })
  })
})

describe('asked wrongly', () => {
  test.each([
    ['mysql://localhost/app', 'list', 'no store is at mysql://'],
    ['redis://localhost', 'list --schema login', '--schema is for PostgreSQL'],
    ['postgres://localhost/app', 'list --prefix x:', '--prefix is for Redis'],
    ['./data', 'list --lead soon', '--lead takes seconds'],
    ['./data', 'new --algorithm HS256', '--algorithm takes one of RS256'],
    ['./data', 'list --secret-encoding utf8', '--secret-encoding takes one of text, base64'],
    ['postgres://me:hidden@[', 'list', 'no URL'],
    ['redis://me:hidden@localhost/abc', 'list', 'is a number, as in redis://host:6379/0'],
  ])('%s: keys %s', async (store, args, message) => {
    const { exitCode, err } = await keys(store, args)
    expect([exitCode, err]).toEqual([2, expect.stringContaining(message)])
    expect(err).not.toContain('hidden')
  })

  test('a file where the folder of a store belongs', async () => {
    const file = join(folder, 'data')
    await writeFile(file, 'notes')
    for (const command of ['list', 'new']) {
      const { exitCode, err } = await keys(file, command)
      expect([exitCode, err]).toEqual([2, expect.stringContaining(`${file} is a file`)])
    }
  })

  test('no issuer, no store', async () => {
    const none = await runCommand(['keys', 'list'], { env: { GATEWARDEN_SECRET: SECRET } })
    expect(none.err).toContain('--issuer is missing; or set GATEWARDEN_ISSUER')
    const env = { GATEWARDEN_SECRET: SECRET, GATEWARDEN_ISSUER: ISSUER }
    expect((await runCommand(['keys', 'list'], { env })).err).toContain('--store is missing')
  })

  test('an issuer that is no URL', async () => {
    const { exitCode, err } = await runCommand(
      ['keys', 'new', '--issuer', 'api.example.com', '--store', join(folder, 'data')],
      { env: { GATEWARDEN_SECRET: SECRET } },
    )
    expect([exitCode, err]).toEqual([
      2,
      expect.stringContaining('--issuer: expected its https URL'),
    ])
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })
})

describe('what does not answer, or not as it should', () => {
  test.each(['redis', 'postgres'])('%s', async (scheme) => {
    const address = `${scheme}://me:hidden@127.0.0.1:${await freePort()}/0`
    const { exitCode, err, out } = await keys(address, 'list')
    expect([exitCode, out]).toEqual([3, ''])
    expect(err).toContain(`${scheme}://127.0.0.1:`)
    expect(err).toContain('ECONNREFUSED')
    expect(err).not.toContain('hidden')
  })

  const REFUSAL = '-ERR \u001b[2J \u202e gone\r\n'

  test.each([
    [
      'a server that wants a password',
      '-NOAUTH Authentication required.\r\n',
      'it wants a password',
    ],
    ['a server that writes to the terminal', REFUSAL, '\\u001b[2J \\u202e gone'],
  ])('%s', async (_, answer, message) => {
    const port = await listen((socket) => void socket.on('data', () => socket.write(answer)))
    const { exitCode, err } = await keys(`redis://127.0.0.1:${port}/1`, 'list')
    expect([exitCode, err]).toEqual([3, expect.stringContaining(message)])
    expect(err).not.toMatch(/[\u001b\u202e]/)
  })

  test('a PostgreSQL that writes to the terminal', async () => {
    const fields = 'SFATAL\0C28000\0M\u001b[2J \u009b \u202e gone\0\0'
    const port = await listen(
      (socket) => void socket.on('data', () => socket.end(message('E', fields))),
    )
    const { exitCode, err } = await keys(`postgres://me@127.0.0.1:${port}/app`, 'list')
    expect([exitCode, err]).toEqual([3, expect.stringContaining('\\u001b[2J \\u009b \\u202e gone')])
    expect(err).not.toMatch(/[\u001b\u009b\u202e]/)
  })

  test('a PostgreSQL that hangs and never closes is left', async () => {
    const greeting = Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I')])
    let leave: () => void = () => undefined
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    const port = await listen((socket) => {
      socket.once('data', () => socket.write(greeting))
      socket.once('end', leave)
    })
    const { exitCode } = await keys(`postgres://me@127.0.0.1:${port}/app`, 'list')
    expect(exitCode).toBe(3)
    // A connection that is kept never ends, and neither does this.
    await left
  })

  test('a package that is not installed: how to install it is said', async () => {
    const name = 'gatewarden-no-such-package'
    await expect(load(name, () => import(name))).rejects.toMatchObject({
      name: 'UnavailableError',
      message: expect.stringContaining(`npm install ${name}`),
    })
  })
})

/** A server that answers as the test wants, until the test ends. */
async function listen(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    answer(socket)
  })
  server.listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A message of the PostgreSQL protocol. */
function message(type: string, content: string): Buffer {
  const body = Buffer.from(content)
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function kidOf(token: string): string {
  const header = Buffer.from(token.split('.')[0]!, 'base64url').toString()
  return (JSON.parse(header) as { kid: string }).kid
}
