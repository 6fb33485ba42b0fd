import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { keptOut, passed } from '../expected.ts'
import { noToken } from '../refusals.ts'
import { bearer, type RequestRow, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

const METHODS = ['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY']

const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']

const PREFLIGHT = { Origin: 'https://app.test', 'Access-Control-Request-Method': 'GET' }

/** Paths that one parser takes for `/hello` and another does not. */
const PATHS = [
  '//hello',
  '///hello',
  '/hello/',
  '/hello//',
  '/HELLO',
  '/%68ello',
  '/hello%2f',
  '/hello%2F..',
  '/%2fhello',
  '/hello;a=b',
  '/;/hello',
  '/./hello',
  '/x/../hello',
  '/x/%2e%2e/hello',
  '/hello%00',
  '/hello%20',
  '/hello.json',
  '/hello?/public',
  '/\\hello',
  '/hello#',
  '/login/../hello',
  '/.well-known/../hello',
]

/** What is no token does not become one through the method, the path, or the look of a preflight. */
export function bypasses(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  return {
    title: 'ways round the guard',
    app: helloApp(authority.guardOptions()),
    rows: [
      row('HEAD with a token', { method: 'HEAD', headers: bearer(authority.token()) }, passed()),
      row('HEAD without a token', { method: 'HEAD' }, noToken),
      row('POST without a token', { method: 'POST' }, noToken),
      ...METHODS.map((method) => row(`${method} without a token`, { method }, keptOut)),
      ...OVERRIDES.flatMap((name): RequestRow[] => [
        row(`${name}: OPTIONS`, { headers: { [name]: 'OPTIONS' } }, noToken),
        row(`${name}: HEAD`, { method: 'POST', headers: { [name]: 'HEAD' } }, noToken),
        row(`${name}: GET`, { method: 'OPTIONS', headers: { [name]: 'GET' } }, keptOut),
      ]),
      row('an override in the query', { path: '/hello?_method=OPTIONS' }, noToken),
      row('a preflight', { method: 'OPTIONS', headers: PREFLIGHT }, keptOut),
      row('a preflight that is none', { headers: PREFLIGHT }, noToken),
      row('an upgrade', { headers: { Upgrade: 'websocket' } }, noToken),
      row('X-Original-URL', { headers: { 'X-Original-URL': '/public' } }, noToken),
      row('X-Forwarded-For', { headers: { 'X-Forwarded-For': '127.0.0.1' } }, noToken),
      ...PATHS.map((path) => row(`the path ${path} without a token`, { path }, keptOut)),
      row('an absolute URI', ({ host }) => ({ path: `http://${host}/hello` }), keptOut),
    ],
  }
}
