import { randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPostgresStore } from '../src/index.ts'
import { openPGlite } from '../src/pglite.ts'
import { keyOf, liveKeys } from './revocations.ts'
import { sampleSession } from './sessions.ts'
import { startProcess } from './start-process.ts'

/** To make a database takes PGlite seconds, to open one hardly any: what is not about the making opens a copy. */
let made: { readonly byOpenPGlite: string; readonly byPGlite: string }

beforeAll(async () => {
  const root = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
  made = { byOpenPGlite: join(root, 'ours'), byPGlite: join(root, 'theirs') }
  await (await openPGlite(made.byOpenPGlite)).close()
  await (await PGlite.create(made.byPGlite)).close()
})

afterAll(() => {
  rmSync(dirname(made.byPGlite), { recursive: true })
})

describe('openPGlite', () => {
  let root: string
  let folder: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
    folder = join(root, 'not', 'there yet')
  })

  afterEach(() => {
    rmSync(root, { recursive: true })
  })

  it('makes the folder, keeps what is written, and unlocks it at close', async () => {
    const row = sampleSession()
    const first = await openPGlite(folder)
    const store = createPostgresStore(first)
    await store.ready()
    await store.sessions.insert(row)
    await store.close()
    expect(store.isDurable).toBe(true)
    await expect(openPGlite(folder)).rejects.toThrow(`${folder} is in use by this process`)
    await first.close()
    expect(readdirSync(folder).filter((name) => name.startsWith('gatewarden.'))).toEqual([])

    const second = await openPGlite(folder)
    expect(await createPostgresStore(second).sessions.find(row.handle)).toEqual(row)
    await second.close()
  })

  it('is refused where another process has the folder, until that one has ended', async () => {
    cpSync(made.byOpenPGlite, folder, { recursive: true })
    const owner = startProcess('hold-folder', folder)
    expect(await owner.next()).toBe('open')
    await expect(openPGlite(folder)).rejects.toThrow(`${folder} is in use by process ${owner.pid}`)
    const rival = startProcess('hold-folder', folder)
    expect(await rival.next()).toContain(`${folder} is in use by process ${owner.pid}`)
    await owner.kill()
    await rival.end()
    await (await openPGlite(folder)).close()
  })

  it('has on the disk what has resolved: kill -9 loses nothing, three times over', async () => {
    cpSync(made.byOpenPGlite, folder, { recursive: true })
    const row = sampleSession()
    const first = await openPGlite(folder)
    await createPostgresStore(first).ready()
    await createPostgresStore(first).sessions.insert(row)
    await first.close()
    let generation = 0
    for (let round = 0; round < 3; round++) {
      const prefix = randomBytes(4).toString('hex')
      const writer = startProcess('write-until-killed', folder, row.handle, prefix)
      while (writer.lines.length < 150 + 37 * round) await writer.next()
      await writer.kill()

      const client = await openPGlite(folder)
      const { sessions, revocations } = createPostgresStore(client)
      const said = (start: string) =>
        writer.lines
          .filter((line) => line.startsWith(start))
          .map((line) => line.slice(start.length))
      const acknowledged = Number(said('generation ').at(-1))
      expect(acknowledged).toBeGreaterThan(generation)
      generation = (await sessions.find(row.handle))!.generation
      // One more may have been done, and not said.
      expect([acknowledged, acknowledged + 1]).toContain(generation)
      const live = await liveKeys(revocations)
      const revoked = said('revoked ')
      expect(revoked.length).toBeGreaterThan(50)
      for (const id of revoked) {
        expect(live.has(keyOf(id))).toBe(true)
        expect(await sessions.findBySid(id)).toMatchObject({ revokedFor: 'logout' })
      }
      await client.close()
    }
  })

  it('waits for the disk at every commit', async () => {
    cpSync(made.byOpenPGlite, folder, { recursive: true })
    const client = await openPGlite(folder)
    const { rows } = await client.query<{ setting: string }>(
      `SELECT setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')`,
    )
    expect(rows.map(({ setting }) => setting)).toEqual(['on', 'on', 'on'])
    // It asks for it, and this is what answers.
    const { NODEFS } = client.Module as unknown as {
      NODEFS: { stream_ops: { fsync: (stream: { nfd?: number }) => number } }
    }
    const { fsync } = NODEFS.stream_ops
    let count = 0
    NODEFS.stream_ops.fsync = (stream) => {
      count++
      return fsync(stream)
    }
    await client.exec('CREATE TABLE written (number integer)')
    const before = count
    for (let number = 0; number < 10; number++)
      await client.query('INSERT INTO written VALUES ($1)', [number])
    expect(count - before).toBe(10)
    expect(() => fsync({ nfd: 999_999 })).toThrow('EBADF')
    await client.close()
  })

  it('starts over where its first opening was interrupted', async () => {
    cpSync(made.byOpenPGlite, folder, { recursive: true })
    writeFileSync(join(folder, 'gatewarden.unfinished'), '')
    rmSync(join(folder, 'global'), { recursive: true })
    const client = await openPGlite(folder)
    await createPostgresStore(client).ready()
    await client.close()
    expect(existsSync(join(folder, 'gatewarden.unfinished'))).toBe(false)
  })

  it('opens a folder that PGlite has made', async () => {
    cpSync(made.byPGlite, folder, { recursive: true })
    const plain = await PGlite.create(folder)
    await plain.exec('CREATE TABLE mine (number integer)')
    await plain.close()
    const client = await openPGlite(folder)
    expect((await client.query('SELECT * FROM mine')).rows).toEqual([])
    await client.close()
  })

  it('refuses a folder with something else in it, and lets it be', async () => {
    writeFileSync(join(root, 'package.json'), '{}')
    await expect(openPGlite(root)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: `folder: ${root} is not empty, and what is in it is no database`,
    })
    expect(readdirSync(root)).toEqual(['package.json'])
  })

  it('unlocks the folder when PGlite cannot open it', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'PG_VERSION'), '9.6')
    await expect(openPGlite(folder)).rejects.toThrow()
    expect(readdirSync(folder)).not.toContain('gatewarden.lock')
  })

  it.each([undefined, '', ' '])('refuses %j for a folder', async (given) => {
    await expect(openPGlite(given!)).rejects.toThrow('folder: expected a text')
  })
})

describe('a PGlite that openPGlite has not opened', () => {
  it('is refused when it has a folder, which is named', async () => {
    const root = mkdtempSync(join(tmpdir(), 'gatewarden-pglite-'))
    const folder = join(root, 'data')
    cpSync(made.byPGlite, folder, { recursive: true })
    for (const dataDir of [folder, `file://${folder}`]) {
      const client = await PGlite.create(dataDir)
      expect(() => createPostgresStore(client)).toThrow(
        `client: the folder ${folder} is not locked`,
      )
      await client.close()
    }
    rmSync(root, { recursive: true })
  })

  it('is fine in memory, and said to end with the process', async () => {
    const client = await PGlite.create('memory://name')
    const store = createPostgresStore(client)
    await store.ready()
    expect(store.isDurable).toBe(false)
    await client.close()
  })
})
