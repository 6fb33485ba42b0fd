import type { Server } from 'node:http'
import request, { type Response } from 'supertest'

export const PASSWORD = 'a lock and two keys'

/**
 * What a page and its browser do: the access token is in the page's memory, the refresh token in a cookie. By hand,
 * because supertest's agent never sends a Secure cookie over http.
 */
export class Browser {
  accessToken = ''
  cookie = ''
  readonly #server: Server
  readonly #device: string

  constructor(server: Server, device = 'Firefox on Linux') {
    this.#server = server
    this.#device = device
  }

  async login(name = 'alice', password = PASSWORD): Promise<Response> {
    return this.#keep(
      await request(this.#server)
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
    return request(this.#server).post(path).set('X-Gatewarden', '1').set('Cookie', this.cookie)
  }

  /** With the access token. */
  async get(path: string): Promise<Response> {
    return request(this.#server).get(path).auth(this.accessToken, { type: 'bearer' })
  }

  async delete(path: string): Promise<Response> {
    return request(this.#server).delete(path).auth(this.accessToken, { type: 'bearer' })
  }

  /** Somebody else, or another tab, with the same tokens. */
  copy(server = this.#server): Browser {
    return Object.assign(new Browser(server, this.#device), {
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
