import assert from 'node:assert/strict'
import { checkAnswered, checkProblem, type RouteTests } from './route-tests.ts'

/** Paths that some frameworks take for `/auth/body`, and that are none of the routes'. */
const OTHER_PATHS = [
  '/auth/body/',
  '//auth/body',
  '/auth//body',
  '/auth/./body',
  '/auth/x/../body',
  '/AUTH/BODY',
  '/auth/b%6Fdy',
  '/auth%2Fbody',
  '/auth/body;a=b',
  '/auth/body%00',
]

/** Which requests are the routes', and which the application's. */
export function registerMatching({ exchange }: RouteTests): void {
  exchange(
    'serve a path, with its query',
    { path: '/auth/things?a=b&c=%20' },
    'a route',
    ({ status, body }) => {
      assert.equal(status, 200)
      const url = '/auth/things?a=b&c=%20'
      assert.deepEqual(JSON.parse(body), { method: 'GET', url, params: {} })
    },
  )
  exchange(
    'give a route the parameters of its path, decoded',
    { path: '/auth/things/a%20%C3%BC' },
    'a route',
    ({ body }) => {
      const { params } = JSON.parse(body) as { params: unknown }
      assert.deepEqual(params, { id: 'a ü' })
    },
  )
  exchange(
    'answer HEAD as GET, without the body',
    { path: '/.well-known/jwks.json', method: 'HEAD' },
    'a route',
    (answer) => {
      checkAnswered(answer, 200, { 'content-type': 'application/jwk-set+json', etag: '"1"' })
      assert.equal(answer.body, '')
    },
  )
  for (const [method, path, allow] of [
    ['GET', '/auth/body', 'POST'],
    ['HEAD', '/auth/body', 'POST'],
    ['PUT', '/auth/things/1', 'GET, HEAD, DELETE'],
    ['PATCH', '/.well-known/jwks.json', 'GET, HEAD'],
  ] as const) {
    exchange(`answer 405 to ${method} ${path}`, { method, path }, 'neither', (answer) => {
      checkAnswered(answer, 405, { allow })
      if (method !== 'HEAD') checkProblem(answer, 405, `This address answers ${allow} only.`)
    })
  }
  exchange(
    'leave OPTIONS to the application, whose CORS answers it',
    { path: '/auth/body', method: 'OPTIONS' },
    'the application',
    (answer) => checkAnswered(answer, 200),
  )
  exchange('leave other paths to the application', { path: '/own' }, 'the application', (answer) =>
    checkAnswered(answer, 200),
  )
  exchange(
    'leave other paths below theirs to the application',
    { path: '/auth/other' },
    'the application',
    (answer) => checkAnswered(answer, 200),
  )
  exchange(
    'leave the body to the application, too',
    { path: '/own', method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' },
    'the application',
    (answer) => checkAnswered(answer, 200),
  )
  exchange('leave what nobody has to the application', { path: '/none' }, 'neither', (answer) =>
    checkAnswered(answer, 404),
  )
  for (const path of OTHER_PATHS) {
    const headers = { 'Content-Type': 'application/json' }
    exchange(
      `take ${path} for no path of theirs`,
      { path, method: 'POST', headers, body: '{}' },
      'neither',
      ({ status }) => assert.ok([400, 404].includes(status), `status ${status}`),
    )
  }
  for (const segment of ['a%2Fb', 'a%5Cb', '%2e%2e', '%', '%ff', '%00', '']) {
    exchange(
      `take no parameter of ${segment === '' ? 'nothing' : segment}`,
      { path: `/auth/things/${segment}` },
      'neither',
      ({ status }) => assert.ok([400, 404].includes(status), `status ${status}`),
    )
  }
}
