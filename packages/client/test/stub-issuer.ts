/** What was asked of a {@link createStubIssuer}. */
export interface StubRequest {
  readonly url: string
  readonly init: RequestInit
  readonly authorization: string | null
  readonly body: string
}

export interface StubIssuer {
  readonly fetch: typeof globalThis.fetch
  readonly requests: StubRequest[]
  readonly refreshes: StubRequest[]
  /** The answers to come, before those that it gives by itself: a new token to every refresh and login, 200 to the rest. */
  readonly answers: ((request: StubRequest) => Response | Promise<Response>)[]
}

export const REFRESH_URL = 'https://api.example.com/auth/refresh'
export const LOGIN_URL = 'https://api.example.com/login'

/** Where a test is about what is sent and when, and nobody needs to verify a token. */
export function createStubIssuer(): StubIssuer {
  const requests: StubRequest[] = []
  const answers: StubIssuer['answers'] = []
  let issued = 0
  return {
    requests,
    answers,
    get refreshes() {
      return requests.filter(({ url }) => url === REFRESH_URL)
    },
    fetch: async (input, init = {}) => {
      const request: StubRequest = {
        url: input instanceof Request ? input.url : String(input),
        init,
        authorization: new Headers(init.headers).get('Authorization'),
        body: typeof init.body === 'string' ? init.body : '',
      }
      requests.push(request)
      const answer = answers.shift()
      if (answer !== undefined) return answer(request)
      if (request.url === REFRESH_URL || request.url === LOGIN_URL) return grant({ id: ++issued })
      return new Response(null, { status: request.url.includes('logout') ? 204 : 200 })
    },
  }
}

/** What a token endpoint hands out. */
export function grant({
  id = 1,
  expiresIn = 600,
}: { id?: number; expiresIn?: unknown } = {}): Response {
  return Response.json({ access_token: `token-${id}`, expires_in: expiresIn, scope: 'notes' })
}

export function invalidToken(): Response {
  return new Response(null, {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}
