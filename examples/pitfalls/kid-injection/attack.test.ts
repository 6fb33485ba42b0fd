import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import request from 'supertest'
import initSqlJs from 'sql.js'
import * as guarded from './guarded.ts'
import * as naive from './naive.ts'

const { createApp: createGuarded } = guarded
const { createApp: createNaive } = naive

const kid = '2026-11'
const secret = randomBytes(32).toString('base64url')

/** The same key in three places where servers keep keys. */
const home = mkdtempSync(join(tmpdir(), 'kid-injection-'))
const folder = join(home, 'keys')
mkdirSync(folder)
writeFileSync(join(folder, kid), secret)
mkdirSync(join(home, 'public'))
writeFileSync(join(home, 'public', 'robots.txt'), 'User-agent: *\nAllow: /\n')
afterAll(() => rmSync(home, { recursive: true }))

const { Database } = await initSqlJs()
const database = new Database()
database.run('CREATE TABLE keys (kid TEXT, secret TEXT)')
database.run('INSERT INTO keys VALUES (?, ?)', [kid, secret])
afterAll(() => database.close())

const table = { [kid]: secret }

/** What the kid makes a server take for the secret, and everybody knows it. */
const places = [
  {
    place: 'a path that leads to a public file',
    naiveApp: createNaive(naive.fromFolder(folder)),
    guardedApp: createGuarded(guarded.fromFolder(folder)),
    kid: '../public/robots.txt',
    secret: 'User-agent: *\nAllow: /\n',
  },
  {
    place: 'a piece of SQL that brings its own row',
    naiveApp: createNaive(naive.fromDatabase(database)),
    guardedApp: createGuarded(guarded.fromDatabase(database)),
    kid: "x' UNION SELECT 'chosen by Mallory",
    secret: 'chosen by Mallory',
  },
  {
    place: 'the name of something that every object has',
    naiveApp: createNaive(naive.fromTable(table)),
    guardedApp: createGuarded(guarded.fromTable(table)),
    kid: 'constructor',
    secret: 'function Object() { [native code] }',
  },
]

const sign = (header: { kid: string }, sub: string, key: string) =>
  new SignJWT({ iss: 'https://login.example', aud: 'https://api.example', sub })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(key))

const admin = (app: ReturnType<typeof createNaive>, token: string) =>
  request(app).get('/admin').auth(token, { type: 'bearer' })

describe('naive', () => {
  it.each(places)('lets Mallory in whose kid is $place', async ({ naiveApp, ...forged }) => {
    await admin(naiveApp, await sign({ kid }, 'alice', secret)).expect(200, { welcome: 'alice' })

    const token = await sign({ kid: forged.kid }, 'root', forged.secret)
    await admin(naiveApp, token).expect(200, { welcome: 'root' })
  })
})

describe('guarded', () => {
  it.each(places)('refuses her: $place', async ({ guardedApp, ...forged }) => {
    await admin(guardedApp, await sign({ kid }, 'alice', secret)).expect(200, { welcome: 'alice' })

    const token = await sign({ kid: forged.kid }, 'root', forged.secret)
    const { body } = await admin(guardedApp, token)
      .expect(401)
      .expect('WWW-Authenticate', /^Bearer realm="api", error="invalid_token"/)
    expect(body).not.toHaveProperty('welcome')
  })
})
