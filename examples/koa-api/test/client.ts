import { randomBytes } from 'node:crypto'
import { createTestClock } from '@gatewarden/testing'
import type Koa from 'koa'
import request, { type Response } from 'supertest'
import { createApp } from '../src/app.ts'
import { type ApiIssuerOptions, createApiIssuer } from '../src/issuer.ts'
import { createUsers } from '../src/users.ts'

type App = ReturnType<Koa['callback']>

export const PASSWORD = 'a lock and two keys'

/** The API with two users, sessions in memory, and a clock that stands still: no network, no waiting. */
export async function startApi({
  secret = randomBytes(32),
  store,
}: Partial<Pick<ApiIssuerOptions, 'secret' | 'store'>> = {}) {
  const clock = createTestClock()
  const users = createUsers()
  const scopes = ['notes:read', 'notes:write']
  await users.add({ id: 'user-1', name: 'alice', password: PASSWORD, scopes, roles: [] })
  await users.add({ id: 'user-2', name: 'adam', password: PASSWORD, scopes, roles: ['admin'] })
  const issuer = createApiIssuer({
    url: 'https://api.example.com',
    users,
    secret,
    store,
    clock,
  })
  const app = createApp({ issuer, users }).callback()
  return { app, issuer, users, clock, browser: (device?: string) => new Browser(app, device) }
}

/**
 * What a page and its browser do: the access token is in the page's memory, the refresh token in a cookie. By hand,
 * because supertest's agent never sends a Secure cookie over http.
 */
export class Browser {
  accessToken = ''
  cookie = ''
  readonly #app: App
  readonly #device: string

  constructor(app: App, device = 'Firefox on Linux') {
    this.#app = app
    this.#device = device
  }

  async login(name = 'alice', password = PASSWORD): Promise<Response> {
    return this.#keep(
      await request(this.#app)
        .post('/login')
        .set('X-Gatewarden', '1')
        .set('User-Agent', this.#device)
        .send({ name, password }),
    )
  }

  /** What the page does when its access token has expired, without anybody noticing. */
  async refresh(): Promise<Response> {
    return this.#keep(await this.post('/auth/refresh'))
  }

  async logout(): Promise<Response> {
    return this.#keep(await this.post('/auth/logout'))
  }

  /** With the cookie, and the header that no foreign page can send. */
  async post(path: string): Promise<Response> {
    return request(this.#app).post(path).set('X-Gatewarden', '1').set('Cookie', this.cookie)
  }

  /** With the access token. */
  async get(path: string): Promise<Response> {
    return request(this.#app).get(path).auth(this.accessToken, { type: 'bearer' })
  }

  async delete(path: string): Promise<Response> {
    return request(this.#app).delete(path).auth(this.accessToken, { type: 'bearer' })
  }

  /** Somebody else, or another tab, with the same tokens. */
  copy(app = this.#app): Browser {
    return Object.assign(new Browser(app, this.#device), {
      accessToken: this.accessToken,
      cookie: this.cookie,
    })
  }

  #keep(response: Response): Response {
    const { access_token: accessToken } = response.body as { access_token?: string }
    if (accessToken !== undefined) this.accessToken = accessToken
    for (const field of response.get('Set-Cookie') ?? []) {
      this.cookie = field.includes('Max-Age=0;') ? '' : (field.split(';')[0] ?? '')
    }
    return response
  }
}
