import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGuard, type Guard, type RevocationFeed } from '@gatewarden/core'
import {
  createIssuer,
  createMemoryStore,
  type Issuer,
  type IssuerOptions,
} from '@gatewarden/issuer'
import { authRoutes } from '@gatewarden/express-jwt-guard'
import { createAuthority, createTestClock, type TestClock } from '@gatewarden/testing'
import express from 'express'
import request from 'supertest'
import { docs, fencesOf, page } from './markdown.ts'
import { withoutTypes } from './without-types.ts'

/*
 * What the incident guide tells whoever is on call to do is done here, in one process, and has to count in another: two
 * issuers with one store.
 */

interface Guide {
  asOperator(issuer: Issuer, work: () => Promise<void>): Promise<void>
  whatHappensTo(guard: Guard, token: string): Promise<string>
  endToken(issuer: Issuer, token: string): Promise<void>
  endTokenNamed(feed: RevocationFeed, issuer: string, jti: string, exp: number): Promise<void>
  endDevice(issuer: Issuer, subject: string, sid: string): Promise<void>
  endUser(feed: RevocationFeed, issuer: string, subject: string): Promise<void>
  endKey(issuer: Issuer, kid: string): Promise<void>
  endEveryKey(issuer: Issuer): Promise<void>
  endClient(feed: RevocationFeed, issuer: string, clientId: string): Promise<void>
  endTenant(feed: RevocationFeed, issuer: string, tenant: string): Promise<void>
  endIssuer(feed: RevocationFeed, issuer: string, seconds?: number): Promise<void>
  endKeyOfProvider(feed: RevocationFeed, issuer: string, keyId: string): Promise<void>
  endEverythingOfBefore(issuer: Issuer): Promise<void>
}

const url = 'https://api.example.com'
const secrets = { old: randomBytes(32), new: randomBytes(32) }
const { log } = console
let guide: Guide
let store: ReturnType<typeof createMemoryStore>
let clock: TestClock
let opened: Issuer[]

beforeAll(async () => {
  guide = await snippetsOf('docs/incidents.md')
  console.log = () => undefined
})

afterAll(() => {
  console.log = log
})

beforeEach(() => {
  store = createMemoryStore()
  clock = createTestClock(Math.floor(Date.now() / 1000))
  opened = []
})

afterEach(() => Promise.all(opened.map((issuer) => issuer.close())))

test('an access token: it alone is refused', async () => {
  const [here, there] = [process({}), process({})]
  const [stolen, other] = [await login(here), await login(here)]
  await guide.endToken(here, stolen.accessToken)
  expect(await guide.whatHappensTo(guardOf(here), stolen.accessToken)).toBe('ERR_TOKEN_REVOKED')
  await untilRefused(there, stolen.accessToken)
  expect(await guide.whatHappensTo(guardOf(there), other.accessToken)).toBe('it passes')
  await here.refresh({ refreshToken: stolen.refreshToken })
})

test('a device: its refresh token and its access token count nowhere any more', async () => {
  const [here, there] = [process({}), process({})]
  const [stolen, other] = [await login(here), await login(here)]
  await guide.endDevice(here, 'alice', stolen.sid)
  await expect(refresh(there, stolen.refreshToken)).rejects.toThrow('the session was ended')
  await untilRefused(there, stolen.accessToken)
  expect((await there.listSessions('alice')).map(({ sid }) => sid)).toEqual([other.sid])
})

test('a refresh token: its session ends, by an old one, too', async () => {
  const [here, there] = [process({}), process({})]
  const first = await login(here)
  const second = await here.refresh({ refreshToken: first.refreshToken })
  expect(await here.revokeToken(first.refreshToken)).toBe(true)
  await expect(refresh(there, second.refreshToken)).rejects.toThrow('the session was ended')
  await untilRefused(there, second.accessToken)
})

test('a signing key: its tokens are refused, refreshes go on', async () => {
  const [here, there] = [process({}), process({})]
  const { accessToken, refreshToken } = await login(here)
  await guide.endKey(here, kidOf(accessToken))
  await untilRefused(there, accessToken)
  const { accessToken: next } = await there.refresh({ refreshToken })
  for (const issuer of [here, there])
    expect(await guide.whatHappensTo(guardOf(issuer), next)).toBe('it passes')
})

test('every key: the next one signs at once', async () => {
  const here = process({})
  const { accessToken, refreshToken } = await login(here)
  const before = await here.keys.list()
  await guide.endEveryKey(here)
  const after = await here.keys.list()
  for (const { kid } of before)
    expect(after.find((key) => key.kid === kid)).toMatchObject({ state: 'revoked' })
  expect(await guide.whatHappensTo(guardOf(here), accessToken)).toMatch(/^ERR_(TOKEN_REVOKED|KEY)/)
  const { accessToken: next } = await here.refresh({ refreshToken })
  expect(await guide.whatHappensTo(guardOf(here), next)).toBe('it passes')
  expect(before.map(({ kid }) => kid)).not.toContain(kidOf(next))
})

test('the secret alone: nobody is logged out who refreshes on the way', async () => {
  const first = await login(process({ secret: secrets.old }))
  const late = await login(process({ secret: secrets.old }))
  await process({ secret: [secrets.old, secrets.new] }).ready()
  const { refreshToken } = await refresh(
    process({ secret: [secrets.new, secrets.old] }),
    first.refreshToken,
  )
  const last = process({ secret: secrets.new })
  await last.ready()
  await refresh(last, refreshToken)
  await expect(refresh(last, late.refreshToken)).rejects.toMatchObject({
    code: 'ERR_REFRESH_TOKEN_INVALID',
  })
  expect(await guide.whatHappensTo(guardOf(last), late.accessToken)).toBe('it passes')
})

test('the secret and the store: no token of before is good for anything', async () => {
  const before = process({ secret: secrets.old })
  const { accessToken, refreshToken } = await login(before)
  const kids = (await before.keys.list()).map(({ kid }) => kid)
  await before.close()

  await expect(process({ secret: secrets.new }).ready()).rejects.toMatchObject({
    code: 'ERR_CONFIG',
  })
  const script = process({ secret: [secrets.new, secrets.old] })
  await guide.asOperator(script, () => guide.endEveryKey(script))
  const after = process({ secret: secrets.new })
  await after.ready()
  await expect(refresh(after, refreshToken)).rejects.toMatchObject({
    code: 'ERR_REFRESH_TOKEN_INVALID',
  })
  expect(await guide.whatHappensTo(guardOf(after), accessToken)).toMatch(
    /^ERR_(TOKEN_REVOKED|KEY_UNKNOWN)$/,
  )
  for (const { kid, state } of await after.keys.list())
    if (kids.includes(kid)) expect(state).toBe('revoked')
  const fresh = await login(after)
  expect(await guide.whatHappensTo(guardOf(after), fresh.accessToken)).toBe('it passes')
})

describe('a client', () => {
  const app = 'ios'
  const withSecret = (secret: string) =>
    ({ [app]: { secret }, web: { transport: 'cookie' } }) as const

  test('with another secret, or out of the list, it refreshes no more', async () => {
    const old = 'old-Zr1vT0pWq3xY5nB7mD9fG2hJ4kL6s8'
    const { refreshToken } = await login(process({ clients: withSecret(old) }), app)
    const changed = withSecret('new-Zr1vT0pWq3xY5nB7mD9fG2hJ4kL6s8')
    await post(process({ clients: changed }), refreshToken, old).expect(401)
    await post(process({ clients: { web: {} } }), refreshToken, old).expect(401)
    await post(process({ clients: withSecret(old) }), refreshToken, old).expect(200)
  })

  test('its access tokens are refused, those of others are not, and its next ones are after a while', async () => {
    const [here, there] = [
      process({ clients: { ios: {}, web: {} } }),
      process({ clients: { ios: {}, web: {} } }),
    ]
    const [its, other] = [await login(here, 'ios'), await login(here, 'web')]
    await guide.endClient(here.revocations, here.issuer, 'ios')
    await untilRefused(there, its.accessToken)
    expect(await guide.whatHappensTo(guardOf(there), other.accessToken)).toBe('it passes')
    clock.advance(40)
    const { accessToken } = await there.refresh({ refreshToken: its.refreshToken, client: 'ios' })
    expect(await guide.whatHappensTo(guardOf(here), accessToken)).toBe('it passes')
  })

  function post(issuer: Issuer, refreshToken: string, secret: string) {
    return request(express().use(authRoutes(issuer)))
      .post('/auth/refresh')
      .auth(app, secret)
      .type('form')
      .send({ grant_type: 'refresh_token', refresh_token: refreshToken })
  }
})

test('a tenant: by guards that know it, and its refreshes end', async () => {
  let isBlocked = false
  const onRefresh = () => (isBlocked ? null : {})
  const here = process({ onRefresh })
  const claims = { org: 'acme' }
  const tokens = await here.openSession({ subject: 'alice', claims })
  const knows = createGuard({ ...here.trust(), claimPaths: { tenant: 'org' } })
  isBlocked = true
  await guide.endTenant(here.revocations, here.issuer, 'acme')
  expect(await guide.whatHappensTo(knows, tokens.accessToken)).toBe('ERR_TOKEN_REVOKED')
  expect(await guide.whatHappensTo(guardOf(here), tokens.accessToken)).toBe('it passes')
  await expect(refresh(here, tokens.refreshToken)).rejects.toMatchObject({
    code: 'ERR_REFRESH_DENIED',
  })
})

describe('an identity provider', () => {
  const authority = createAuthority({ issuer: 'https://login.example.com/', clock: () => clock() })
  const { issuer } = authority
  const guard = () =>
    createGuard({ ...authority.guardOptions(), clock, revocation: process({}).revocations })

  test('everything of it: new tokens, too, until it is over', async () => {
    await guide.endIssuer(process({}).revocations, issuer)
    clock.advance(60)
    expect(await guide.whatHappensTo(guard(), authority.token())).toBe('ERR_TOKEN_REVOKED')
    clock.advance(3_700)
    expect(await guide.whatHappensTo(guard(), authority.token())).toBe('it passes')
  })

  test('one key of it', async () => {
    await guide.endKeyOfProvider(process({}).revocations, issuer, authority.kid)
    expect(await guide.whatHappensTo(guard(), authority.token())).toBe('ERR_TOKEN_REVOKED')
    authority.rotate()
    expect(await guide.whatHappensTo(guard(), authority.token())).toBe('it passes')
  })

  test('one token by its name, and one user up to now', async () => {
    const jti = 'a'
    const token = authority.token({ sub: 'alice', jti })
    await guide.endTokenNamed(process({}).revocations, issuer, jti, clock() + 300)
    expect(await guide.whatHappensTo(guard(), token)).toBe('ERR_TOKEN_REVOKED')
    expect(await guide.whatHappensTo(guard(), authority.token({ sub: 'alice' }))).toBe('it passes')
    await guide.endUser(process({}).revocations, issuer, 'alice')
    expect(await guide.whatHappensTo(guard(), authority.token({ sub: 'alice' }))).toBe(
      'ERR_TOKEN_REVOKED',
    )
    clock.advance(40)
    expect(await guide.whatHappensTo(guard(), authority.token({ sub: 'alice' }))).toBe('it passes')
  })
})

test('a store that came back empty: what was before is refused, by whoever starts anew and by who does not', async () => {
  const before = process({})
  const { accessToken } = await login(before)
  const service = guardOf(before)
  store = createMemoryStore()
  const after = process({})
  await after.ready()
  expect(await guide.whatHappensTo(guardOf(after), accessToken)).toBe('ERR_KEY_UNKNOWN')
  await guide.endEverythingOfBefore(before)
  expect(await guide.whatHappensTo(service, accessToken)).toBe('ERR_TOKEN_REVOKED')
})

/** A process of the issuer, on the store that all share. */
function process(options: Partial<IssuerOptions>): Issuer {
  const issuer = createIssuer({
    issuer: url,
    audience: url,
    secret: secrets.old,
    onRefresh: null,
    store,
    clock,
    ...options,
    revocation: { readEvery: 0.05 },
  })
  opened.push(issuer)
  return issuer
}

function login(issuer: Issuer, client?: string) {
  return issuer.openSession({ subject: 'alice', ...(client === undefined ? {} : { client }) })
}

function refresh(issuer: Issuer, refreshToken: string) {
  return issuer.refresh({ refreshToken })
}

function guardOf(issuer: Issuer): Guard {
  return createGuard(issuer.trust())
}

async function untilRefused(issuer: Issuer, token: string): Promise<void> {
  const guard = guardOf(issuer)
  const deadline = Date.now() + 5_000
  while ((await guide.whatHappensTo(guard, token)) === 'it passes') {
    if (Date.now() > deadline) throw new Error('it still passes')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(await guide.whatHappensTo(guard, token)).toBe('ERR_TOKEN_REVOKED')
}

function kidOf(token: string): string {
  const [header = ''] = token.split('.')
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
}

/** Every function that the code blocks of a page export, in one module. */
async function snippetsOf(path: string): Promise<Guide> {
  const folder = join(docs, '.snippets', 'incidents')
  mkdirSync(folder, { recursive: true })
  const code = fencesOf(page(path)).filter(({ info }) => info === 'ts')
  const modules = await Promise.all(
    code.map(({ code: text, line }) => {
      const outputText = withoutTypes(text)
      writeFileSync(join(folder, `line-${line}.js`), outputText)
      return import(`../.snippets/incidents/line-${line}.js`) as Promise<object>
    }),
  )
  return Object.assign({}, ...modules) as Guide
}
