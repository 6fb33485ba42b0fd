import { AssertionError } from 'node:assert'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAuthority, expectChallenge } from '../src/index.ts'
import '../src/jest.ts'
import { guardedServer } from './guarded-server.ts'

const challenge = 'Bearer realm="api", error="invalid_token"'
const answer = (
  status: number,
  field?: string | string[],
  cacheControl: string | undefined = 'no-store',
) => ({ status, headers: { 'www-authenticate': field, 'cache-control': cacheControl } })

const denied = answer(403, 'Bearer error="insufficient_scope", scope="b a"')

describe.each<[name: string, check: typeof expectChallenge]>([
  ['expectChallenge', expectChallenge],
  ['toChallenge', (response, ...expected) => expect(response).toChallenge(...expected)],
])('%s', (_name, check) => {
  it('is content with a refusal as it should be', () => {
    check(answer(401, challenge), 'invalid_token')
    check(answer(401, 'Bearer realm="api"'))
    check(answer(400, 'Bearer error="invalid_request"'), 'invalid_request')
    check(denied, 'insufficient_scope', { scope: 'a b' })
    check(answer(401, challenge), 'invalid_token', { realm: 'api' })
    check(answer(401, `Basic realm="x", ${challenge}`), 'invalid_token')
    check(answer(401, ['Negotiate', challenge]), 'invalid_token')
    check(answer(401, challenge, 'private, no-store'), 'invalid_token')
    check(answer(404, challenge), 'invalid_token', { status: 404 })
  })

  it.each<[problem: RegExp, ...parameters: Parameters<typeof expectChallenge>]>([
    [/the status is 200; expected 401/, answer(200), 'invalid_token'],
    [/there is no WWW-Authenticate/, answer(401), 'invalid_token'],
    [/has no Bearer challenge: Basic/, answer(401, 'Basic realm="x"'), 'invalid_token'],
    [/has 2 Bearer challenges/, answer(401, [challenge, challenge]), 'invalid_token'],
    [/expected a comma at character 12/, answer(401, 'Bearer a=b c=d'), 'invalid_token'],
    [
      /error is 'invalid_token'; expected 'invalid_request'/,
      answer(400, challenge),
      'invalid_request',
    ],
    [/error is 'invalid_token'; expected not there/, answer(401, challenge), undefined],
    [/error is not there; expected 'invalid_token'/, answer(401, 'Bearer'), 'invalid_token'],
    [/scope is 'a b'; expected 'a c'/, denied, 'insufficient_scope', { scope: 'c a' }],
    [/realm is 'api'; expected 'x'/, answer(401, challenge), 'invalid_token', { realm: 'x' }],
    [
      /Cache-Control is 'public'; expected no-store/,
      answer(401, challenge, 'public'),
      'invalid_token',
    ],
    [/Cache-Control is 'xno-store'/, answer(401, challenge, 'xno-store'), 'invalid_token'],
  ])('says %s', (problem, ...parameters) => {
    expect(() => check(...parameters)).toThrow(problem)
  })

  it('says so when there is no response', () => {
    expect(() => check(Promise.resolve() as never, 'invalid_token')).toThrow(/is an await missing/)
  })
})

it('expectChallenge throws an AssertionError that says everything', () => {
  const check = () => expectChallenge(answer(403, undefined, 'public'), 'invalid_token')
  expect(check).toThrow(AssertionError)
  expect(check).toThrow(/403.*\nthere is no WWW-Authenticate\nCache-Control/)
})

it('toChallenge can be turned round', () => {
  expect(answer(200)).not.toChallenge('invalid_token')
  expect(() => expect(answer(401, challenge)).not.toChallenge('invalid_token')).toThrow(
    /expected the response not to be the challenge invalid_token/,
  )
})

it('both take what fetch gets', async () => {
  const server = createServer(guardedServer(createAuthority())).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`
  const anonymous = await fetch(url)
  const bad = await fetch(url, { headers: { Authorization: 'Bearer x.y.z' } })
  expectChallenge(anonymous)
  expect(bad).toChallenge('invalid_token', { realm: 'api' })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
