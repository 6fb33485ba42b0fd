import { setTimeout } from 'node:timers/promises'
import { createAuthClient } from '../src/create-auth-client.ts'
import type { AuthClient } from '../src/auth-client.ts'
import type { RefreshTokenVault } from '../src/vault.ts'
import { errorOf, eventually } from './scenarios/eventually.ts'
import { PASSWORD } from './server/api.ts'
import { LIFETIME, openTestServer, type TestServer } from './server/test-server.ts'

/** The key chain of a phone, and what it was told. */
class KeyChain implements RefreshTokenVault {
  readonly clientId = 'app'
  kept: string | undefined
  readonly saved: string[] = []
  /** What stands in the way of the next save. */
  beforeSave: () => Promise<void> = () => Promise.resolve()

  /** How long each call takes. */
  delayMs = 0

  async load(): Promise<string | undefined> {
    await setTimeout(this.delayMs)
    return this.kept
  }

  async save(refreshToken: string): Promise<void> {
    await setTimeout(this.delayMs)
    await this.beforeSave()
    this.kept = refreshToken
    this.saved.push(refreshToken)
  }

  async clear(): Promise<void> {
    await setTimeout(this.delayMs)
    this.kept = undefined
  }
}

const generationOf = (refreshToken: string | undefined) => Number(refreshToken?.split('.')[3])

let server: TestServer
let keyChain: KeyChain
let client: AuthClient
let skew: number

beforeEach(async () => {
  server = await openTestServer('same-origin')
  keyChain = new KeyChain()
  skew = 0
  client = open()
})

afterEach(async () => {
  client.close()
  await server.close()
})

function open(): AuthClient {
  return createAuthClient({
    refreshUrl: `${server.apiOrigin}/auth/refresh`,
    vault: keyChain,
    clock: () => Date.now() / 1000 + skew,
    // Node's fetch says that it is a browser's; a browser would send this.
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      headers.set('Origin', server.apiOrigin)
      return fetch(input, { ...init, headers })
    },
  })
}

const logIn = () =>
  client.login(`${server.apiOrigin}/login`, { name: 'alice', password: PASSWORD, client: 'app' })
const fetchMe = () => client.fetch(`${server.apiOrigin}/me`)

function expire(): void {
  server.expireTokens()
  skew += LIFETIME
}

describe('a vault in place of the cookie', () => {
  it('is asked first: with nothing in it, nobody is logged in and nobody is asked', async () => {
    expect(await client.start()).toMatchObject({ status: 'signed-out', reason: 'nobody' })
    expect(server.log.records).toEqual([])
  })

  it('keeps what a login and every refresh hand out', async () => {
    await logIn()
    await client.refresh()
    expect(keyChain.saved.map(generationOf)).toEqual([0, 1])
    expect(server.log.refreshes).toMatchObject([
      {
        generation: undefined,
        contentType: expect.stringMatching(/^application\/x-www-form-urlencoded/),
      },
    ])
    expect((await fetchMe()).status).toBe(200)
  })

  it('is where an application that was started again finds its user', async () => {
    await logIn()
    client.close()
    client = open()
    expect(await client.start()).toMatchObject({ status: 'signed-in', scopes: ['notes'] })
    expect((await fetchMe()).status).toBe(200)
  })

  it('has the new refresh token before the new access token is used', async () => {
    await logIn()
    expire()
    let save!: () => void
    keyChain.beforeSave = () => new Promise((resolve) => (save = resolve))
    const answer = fetchMe()
    await eventually(() => server.log.refreshes[0]?.status === 200 && save !== undefined)
    expect(server.log.of('GET /me')).toEqual([])
    save()
    expect((await answer).status).toBe(200)
    expect(keyChain.saved.map(generationOf)).toEqual([0, 1])
  })

  it('that cannot keep it costs a refresh and no session', async () => {
    await logIn()
    expire()
    keyChain.beforeSave = () => Promise.reject(new Error('the device is locked'))
    expect(await errorOf(fetchMe())).toBeInstanceOf(Error)
    expect(client.state).toMatchObject({ status: 'signed-in', trouble: expect.anything() })
    expect(server.log.of('GET /me')).toEqual([])
    keyChain.beforeSave = () => Promise.resolve()
    expect((await fetchMe()).status).toBe(200)
    expect(keyChain.saved.map(generationOf)).toEqual([0, 1])
  })

  it('AS-24: is empty after a logout, and the session is over', async () => {
    await logIn()
    await client.logout()
    expect(keyChain.kept).toBeUndefined()
    expect(await server.issuer.listSessions('alice')).toEqual([])
    expect(client.state).toEqual({ status: 'signed-out', reason: 'logout', isPending: false })
  })

  it('is empty at once when a logout does not arrive, and the server is told later', async () => {
    await logIn()
    server.faults.answer('POST /auth/logout', { status: 503 })
    expect(await errorOf(client.logout())).toMatchObject({ code: 'ERR_UNAVAILABLE', status: 503 })
    expect(keyChain.kept).toBeUndefined()
    await eventually(() => client.state.status === 'signed-out' && !client.state.isPending)
    expect(await server.issuer.listSessions('alice')).toEqual([])
  })

  it('is empty when the issuer has ended the session', async () => {
    await logIn()
    await server.issuer.revokeSessions('alice')
    expect((await fetchMe()).status).toBe(401)
    expect(client.state).toMatchObject({ status: 'signed-out', reason: 'ended' })
    expect(keyChain.kept).toBeUndefined()
  })

  it('keeps nothing of a refresh that is answered after a logout', async () => {
    await logIn()
    const held = server.faults.holdReply('POST /auth/refresh')
    const refreshed = client.refresh()
    await held.processed
    await client.logout()
    held.release()
    expect(await refreshed).toMatchObject({ status: 'signed-out' })
    expect(keyChain.kept).toBeUndefined()
    expect(await server.issuer.listSessions('alice')).toEqual([])
  })

  it('keeps the session of who logs in while a refresh of the one before is on its way', async () => {
    await logIn()
    const held = server.faults.holdReply('POST /auth/refresh')
    const refreshed = client.refresh()
    await held.processed
    const loggedIn = logIn()
    held.release()
    await Promise.all([refreshed, loggedIn])
    client.close()
    client = open()
    await client.start()
    expect((await fetchMe()).status).toBe(200)
    // That of the session that is now, not of the one before.
    const [newest] = await server.issuer.listSessions('alice')
    const token = (await client.token())!.split('.')[1]!
    expect(JSON.parse(Buffer.from(token, 'base64url').toString())).toMatchObject({
      sid: newest!.sid,
    })
  })

  it('that is slow does not mix up who logged out and who logged in', async () => {
    await logIn()
    keyChain.delayMs = 30
    const loggedOut = client.logout()
    const loggedIn = client.login(`${server.apiOrigin}/login`, {
      name: 'bob',
      password: PASSWORD,
      client: 'app',
    })
    await Promise.all([loggedOut, loggedIn])
    expect(await server.issuer.listSessions('alice')).toEqual([])
    expect(client.state).toMatchObject({ status: 'signed-in' })
    expect(await client.refresh()).toMatchObject({ status: 'signed-in' })
    expect(await (await fetchMe()).json()).toEqual({ subject: 'bob' })
  })

  it('that cannot be cleared does not keep the server from ending the session', async () => {
    await logIn()
    keyChain.clear = () => Promise.reject(new Error('the device is locked'))
    await client.logout().catch(() => undefined)
    await eventually(async () => (await server.issuer.listSessions('alice')).length === 0)
    expect(client.state).toMatchObject({ status: 'signed-out', reason: 'logout' })
  })

  it('still ends the session when there was a second logout', async () => {
    await logIn()
    server.faults.answer('POST /auth/logout', { status: 503 })
    await errorOf(client.logout())
    await client.logout()
    expect(await server.issuer.listSessions('alice')).toEqual([])
  })
})
