import assert from 'node:assert/strict'
import type { Expected } from './expected.ts'
import { type RawAnswer, type RawRequest, toPairs } from './raw-http.ts'

/** What only the inside of a server knows: where its files are, and the lines of a stack. */
const INSIDE =
  /node_modules|file:\/\/|\bnode:internal|\/dist\/|\/src\/|\n\s+at |(?:\s|&nbsp;)at .{1,80}:\d+:\d+/

/**
 * Compares an answer with what it must be, and looks for what no answer may hold.
 *
 * @throws AssertionError
 */
export function checkAnswer(request: RawRequest, answer: RawAnswer, expected: Expected): void {
  assert.ok(
    expected.statuses.includes(answer.status),
    `status ${answer.status} instead of ${expected.statuses.join(' or ')}; the body is ${answer.body}`,
  )
  for (const [name, value] of Object.entries(expected.headers)) {
    const field = fieldOf(answer, name)
    if (value instanceof RegExp) assert.match(field ?? '', value, `the header ${name}`)
    else assert.equal(field, value, `the header ${name}`)
  }
  if (expected.body !== undefined && request.method !== 'HEAD') {
    assert.deepEqual(JSON.parse(answer.body), expected.body)
  }
  checkChallengeIsWellFormed(answer)
  checkNothingLeaks(request, answer)
}

/** RFC 6750 §3: one challenge of ours, each parameter once, nothing in it that ends a quoted string. */
function checkChallengeIsWellFormed(answer: RawAnswer): void {
  const value = fieldOf(answer, 'www-authenticate')
  if (value === undefined) {
    assert.notEqual(answer.status, 401, 'a 401 without WWW-Authenticate')
    return
  }
  assert.match(
    value,
    /^Bearer \w+="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(?:, \w+="[\x20-\x21\x23-\x5b\x5d-\x7e]*")*$/,
  )
  const names = [...value.matchAll(/(\w+)="/g)].map(([, name]) => name)
  assert.equal(new Set(names).size, names.length, `a parameter is there twice: ${value}`)
}

function checkNothingLeaks(request: RawRequest, answer: RawAnswer): void {
  const sent = [answer.body, ...answer.fields.flat()].join('\n')
  assert.doesNotMatch(answer.body, INSIDE)
  for (const credential of credentialsOf(request)) {
    assert.ok(!sent.includes(credential), 'the answer holds the token')
  }
  const { 'set-cookie': cookies } = answer.headers
  assert.equal(cookies, undefined, 'the answer sets a cookie')
}

/** Everything in a request that is long enough to be a token, or a segment of one. */
function credentialsOf({ path = '', headers = {}, body = '' }: RawRequest): string[] {
  return [path, body, ...toPairs(headers).map(([, value]) => value)].flatMap(
    (text) => text.match(/[\w-]{30,}/g) ?? [],
  )
}

/** The one value of a field; a media type without its parameters, which some frameworks add. */
function fieldOf({ fields }: RawAnswer, name: string): string | undefined {
  const values = fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value)
  assert.ok(values.length < 2, `the header ${name} is there ${values.length} times`)
  return name === 'content-type' ? values[0]?.replace(/ *;.*/, '') : values[0]
}
