import assert from 'node:assert/strict'
import type { RawHeaders } from '../raw-http.ts'
import { checkAnswered, checkProblem, type RouteTests } from './route-tests.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const LIMIT = 16 * 1024

const post = (type: string | undefined, body: string, headers: RawHeaders = {}) => ({
  path: '/auth/body',
  method: 'POST',
  headers: { ...(type !== undefined && { 'Content-Type': type }), ...headers },
  body,
})

/** What a route reads of a body: the same whether the application's parsers read it before, or nobody. */
export function registerBodies({ exchange, parsers }: RouteTests): void {
  for (const [title, type, body, expected] of [
    ['a form', FORM, 'a=1+%C3%BC&b=%26', { form: { a: '1 ü', b: '&' } }],
    ['a form with a charset', `${FORM}; charset=UTF-8`, 'a=1', { form: { a: '1' } }],
    [
      'AS-01 a form with an empty parameter as one without it',
      FORM,
      'a=1&b=&c',
      { form: { a: '1' } },
    ],
    ['an empty form', FORM, '', { form: {} }],
    ['a JSON object', JSON_TYPE, '{"a":[1,"ü"]}', { kind: 'json', value: { a: [1, 'ü'] } }],
    ['no body', undefined, '', { kind: 'none' }],
    [
      'a form as long as may be',
      FORM,
      `a=${'x'.repeat(LIMIT - 2)}`,
      { form: { a: 'x'.repeat(LIMIT - 2) } },
    ],
  ] as const) {
    exchange(`read ${title}`, post(type, body), 'a route', (answer) => {
      checkAnswered(answer, 200)
      assert.deepEqual(JSON.parse(answer.body), expected)
    })
  }

  for (const body of ['a=1&a=1', 'a=1&a=']) {
    exchange(`AS-01 refuse a repeated parameter: ${body}`, post(FORM, body), 'a route', (answer) =>
      checkProblem(answer, 400, 'A parameter of the form is there more than once.'),
    )
  }
  for (const [title, type] of [
    ['text', 'text/plain'],
    ['a form in parts', 'multipart/form-data; boundary=x'],
    ['a type that only looks like a form', `${FORM}x`],
    ['no type', undefined],
  ] as const) {
    exchange(`refuse a body of another type: ${title}`, post(type, 'a=1'), 'a route', (answer) =>
      checkAnswered(answer, 415, { 'content-type': 'application/problem+json' }),
    )
  }
  exchange(
    'refuse a body one byte too long',
    post(FORM, `a=${'x'.repeat(LIMIT - 1)}`),
    'a route',
    (answer) => checkProblem(answer, 413, 'The body must not be longer than 16384 bytes.'),
  )

  // Parsers of the application say for themselves what becomes of these.
  if (parsers) return
  for (const [title, type, body, status, headers] of [
    ['JSON that is none', JSON_TYPE, '{"a":', 400],
    ['a JSON list', JSON_TYPE, '[1]', 400],
    ['a JSON text', JSON_TYPE, '"a"', 400],
    ['a duplicate member', JSON_TYPE, '{"a":1,"a":2}', 400],
    ['broken percent-encoding', FORM, 'a=%zz', 400],
    ['percent-encoded bytes that are not UTF-8', FORM, 'a=%ff', 400],
    ['JSON in another charset', `${JSON_TYPE}; charset=utf-16`, '{}', 415],
    ['a content coding', FORM, 'a=1', 415, { 'Content-Encoding': 'gzip' }],
  ] as [string, string, string, number, RawHeaders?][]) {
    exchange(`refuse ${title}`, post(type, body, headers), 'a route', (answer) =>
      checkAnswered(answer, status, { 'content-type': 'application/problem+json' }),
    )
  }
}
