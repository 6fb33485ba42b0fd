import { Readable } from 'node:stream'
import { answerRoute } from '../../src/routes/answer-route.ts'
import type { Route, RouteRequest } from '../../src/routes/route.ts'

const seen: RouteRequest[] = []
const routes: Route[] = [
  {
    method: 'GET',
    path: '/things/:id',
    handle(request) {
      seen.push(request)
      return Promise.resolve({ status: 200, headers: {}, body: request.params.id! })
    },
  },
  {
    method: 'POST',
    path: '/rejects',
    handle: () => Promise.reject(new Error('redis://user:password@10.0.0.1 is down')),
  },
  {
    method: 'POST',
    path: '/throws',
    handle() {
      throw new Error('a bug in /srv/app/src/index.js')
    },
  },
]

const answer = (method: string, url: string) => answerRoute(routes, { method, url, headers: {} })

describe('answerRoute', () => {
  it('hands a request to its route, with the parameters of the path', async () => {
    const stream = Readable.from([])
    const request = { method: 'GET', url: '/things/a%20b?c', headers: { x: 'y' }, body: 1, stream }
    expect(await answerRoute(routes, request)).toMatchObject({ status: 200, body: 'a b' })
    expect(seen.at(-1)).toEqual({ ...request, params: { id: 'a b' } })
    expect(seen.at(-1)!.stream).toBe(stream)
  })

  it('leaves other paths to the application', () => {
    expect(answer('GET', '/other')).toBeUndefined()
  })

  it('leaves OPTIONS to the CORS of the application, whatever the path', () => {
    expect(answer('OPTIONS', '/things/1')).toBeUndefined()
    expect(answer('OPTIONS', '/other')).toBeUndefined()
  })

  it('answers another method of a path with those it has', async () => {
    expect(await answer('PUT', '/things/1')).toEqual({
      status: 405,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        allow: 'GET, HEAD',
      },
      body: '{"title":"Method Not Allowed","status":405,"detail":"This address answers GET, HEAD only."}',
    })
  })

  it.each(['/rejects', '/throws'])(
    'answers 503 for a route that fails, and tells nothing: %s',
    async (url) => {
      expect(await answer('POST', url)).toEqual({
        status: 503,
        headers: {
          'cache-control': 'no-store',
          'content-type': 'application/problem+json',
          'retry-after': '5',
        },
        body: '{"title":"Service Unavailable","status":503,"detail":"The request cannot be answered now."}',
      })
    },
  )
})
