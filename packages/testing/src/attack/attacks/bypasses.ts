import type { RawRequest } from '../../suite/raw-http.ts'
import { type Attack, isSameAnswer } from '../attack.ts'
import type { AttackRequest } from '../attack-options.ts'
import { requestAttacks, type RequestRow } from './request-attacks.ts'

const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']

/**
 * Without a token, by another method or by a path that one reader takes for another. Let in is what answers as it answers
 * the good token. No method that changes something: what is open would be hit.
 */
export function bypasses({ path = '/', method = 'GET' }: AttackRequest): Attack[] {
  return [
    ...requestAttacks('bypass', methods(method), { refusal: 'anyhow', isLetIn: isSameAnswer }),
    ...requestAttacks('bypass', fields(), { isLetIn: isSameAnswer }),
    ...requestAttacks('bypass', paths(path), { refusal: 'anyhow', isLetIn: isSameAnswer }),
    ...(method === 'GET' ? heads() : []),
  ]
}

/** The answer to HEAD has no body to compare; its fields say what GET would say (RFC 9110 §9.3.2). */
function heads(): Attack[] {
  return requestAttacks('bypass', [['method-head', 'HEAD', 'hole', () => ({ method: 'HEAD' })]], {
    isLetIn: ({ status }, good) => status === good.status,
  })
}

function methods(method: string): RequestRow[] {
  return [
    ['method-options', 'OPTIONS', 'hole', () => ({ method: 'OPTIONS' })],
    [
      'preflight',
      'a preflight',
      'hole',
      () => ({
        method: 'OPTIONS',
        headers: { Origin: 'https://attacker.test', 'Access-Control-Request-Method': method },
      }),
    ],
    ...OVERRIDES.map((name): RequestRow => [
      `override-${name.toLowerCase()}`,
      `OPTIONS, overridden by ${name}`,
      'hole',
      () => ({ method: 'OPTIONS', headers: { [name]: method } }),
    ]),
  ]
}

/** Fields by which a guard may be talked out of looking. */
function fields(): RequestRow[] {
  const row = (id: string, name: string, headers: Record<string, string>): RequestRow => [
    id,
    name,
    'hole',
    () => ({ headers }),
  ]
  return [
    row('preflight-look', 'a request that looks like a preflight', {
      Origin: 'https://attacker.test',
      'Access-Control-Request-Method': 'GET',
    }),
    ...OVERRIDES.map((name) =>
      row(`says-${name.toLowerCase()}`, `${name} says OPTIONS`, { [name]: 'OPTIONS' }),
    ),
    row('original-url', 'X-Original-URL and X-Rewrite-URL name a public path', {
      'X-Original-URL': '/health',
      'X-Rewrite-URL': '/health',
    }),
    row('forwarded-for', 'the server itself as sender', {
      'X-Forwarded-For': '127.0.0.1',
      'X-Real-IP': '127.0.0.1',
      Forwarded: 'for=127.0.0.1',
    }),
    row('internal', 'fields of internal requests', {
      'X-Internal': 'true',
      'X-Debug': 'true',
      'X-Service-Name': 'gateway',
    }),
    row('subrequest', 'a field that a framework skips middleware for', {
      'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
    }),
  ]
}

/** Spellings of one path (RFC 3986 §6.2.2), and paths that hold the name of a public one. */
function paths(full: string): RequestRow[] {
  const [path = '/', query] = full.split('?', 2)
  const behind = query === undefined ? '' : `?${query}`
  const last = path.slice(path.lastIndexOf('/') + 1)
  const encoded = last.replace(/^[A-Za-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
  const to = (changed: string): RawRequest => ({ path: `${changed}${behind}` })
  const row = (id: string, name: string, changed: string): RequestRow => [
    `path-${id}`,
    `${name}, without a token`,
    'hole',
    () => to(changed),
  ]
  return [
    row('double-slash', 'two slashes before the path', `/${path}`),
    row('trailing-slash', 'a slash behind the path', `${path}/`),
    row('trailing-slashes', 'two slashes behind the path', `${path}//`),
    row('upper-case', 'the path in upper case', path.toUpperCase()),
    row('encoded', 'a letter of the path percent-encoded', path.replace(last, encoded)),
    row('encoded-slash', 'an encoded slash behind the path', `${path}%2f`),
    row('encoded-blank', 'an encoded blank behind the path', `${path}%20`),
    row('encoded-nul', 'an encoded zero byte behind the path', `${path}%00`),
    row('parameter', 'a path parameter', `${path};a=b`),
    row('dot', 'a dot segment', `/.${path}`),
    row('dots', 'a way up and down again', `/x/..${path}`),
    row('encoded-dots', 'the same, percent-encoded', `/x/%2e%2e${path}`),
    row('public-prefix', 'a public path, and up again', `/health/..${path}`),
    row('extension', 'the extension of a file', `${path}.json`),
    row('backslash', 'a backslash', `/\\${path}`),
    [
      'path-public-query',
      'a public path in the query, without a token',
      'hole',
      () => ({ path: `${path}?/health${query === undefined ? '' : `&${query}`}` }),
    ],
    [
      'path-public-fragment',
      'a public path behind #, without a token',
      'hole',
      () => ({ path: `${path}#/health` }),
    ],
  ]
}
