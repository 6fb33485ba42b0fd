import assert from 'node:assert/strict'
import { LOGIN } from './echo-issuer.ts'
import { checkAnswered, checkProblem, type RouteTests } from './route-tests.ts'

const post = (path: string) => ({ path, method: 'POST' })

/** How the answer of a route is sent. */
export function registerReplies({ exchange }: RouteTests): void {
  exchange(
    'AS-02 send each cookie in a field of its own',
    post('/auth/login'),
    'a route',
    checkLogin,
  )
  exchange(
    'send no body with 204',
    { path: '/auth/things/1', method: 'DELETE' },
    'a route',
    (answer) => {
      checkAnswered(answer, 204, {
        'cache-control': 'no-store',
        'content-type': undefined,
        'content-length': undefined,
      })
      assert.equal(answer.body, '')
    },
  )
  exchange(
    'send 200 without a body, and no type of it',
    post('/auth/revoke'),
    'a route',
    (answer) => {
      checkAnswered(answer, 200, { 'cache-control': 'no-store', 'content-type': undefined })
      assert.equal(answer.body, '')
    },
  )
  exchange('send a redirection', post('/auth/moved'), 'a route', (answer) => {
    checkAnswered(answer, 303, { location: '/auth/things' })
    assert.equal(answer.body, '')
  })
  for (const path of ['/auth/rejects', '/auth/throws']) {
    exchange(
      `answer 503 for a route that fails, and tell nothing: ${path}`,
      post(path),
      'a route',
      (answer) => {
        checkProblem(answer, 503, 'The request cannot be answered now.')
        checkAnswered(answer, 503, { 'retry-after': '5' })
      },
    )
  }
}

/** The answer to a login, byte for byte. */
export function checkLogin(answer: Parameters<typeof checkAnswered>[0]): void {
  checkAnswered(answer, 200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'set-cookie': 'a=1; Path=/; HttpOnly | b=2; Path=/',
  })
  assert.equal(answer.body, LOGIN.body)
}
