import type { Claims } from '../src/claims.ts'
import type { SchemaResult, StandardSchema } from '../src/standard-schema.ts'
import { validateClaims } from '../src/validate-claims.ts'
import { goodClaims, rejectionOf, refusalOf } from './mint.ts'

const claims = () => goodClaims({ nested: { list: [1] } }) as Claims
const schemaOf = (validate: (value: unknown) => unknown): StandardSchema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: validate as (value: unknown) => SchemaResult<unknown>,
  },
})
const run = (validate: (value: unknown) => unknown) => validateClaims(claims(), schemaOf(validate))

const unusable = { code: 'ERR_CHECK_UNAVAILABLE', status: 503, retryAfter: 5 }

describe('validateClaims', () => {
  it('returns the claims as they are when there is no schema', () => {
    const given = claims()
    expect(validateClaims(given, undefined)).toBe(given)
  })

  it('gives the schema the claims', () => {
    let seen: unknown
    void run((value) => {
      seen = value
      return { value }
    })
    expect(seen).toEqual(claims())
  })

  it('returns what the schema makes of them, frozen, now or later', async () => {
    const made = { user: { name: 'Alice' } }
    const now = run(() => ({ value: made }))
    expect(now).toBe(made)
    expect(Object.isFrozen(made.user)).toBe(true)
    const later = { user: { name: 'Bob' } }
    await expect(run(() => Promise.resolve({ value: later }))).resolves.toBe(later)
    expect(Object.isFrozen(later.user)).toBe(true)
  })

  it('refuses claims that the schema refuses, and names the places only, now or later', async () => {
    const issues = [
      { message: 'SECRET', path: ['org', { key: 'id' }, 0] },
      { message: 'SECRET', path: [] },
      { message: 'SECRET' },
    ]
    const now = refusalOf(() => run(() => ({ issues })))
    const later = await rejectionOf(() => run(() => Promise.resolve({ issues })))
    for (const error of [now, later]) {
      expect(error).toMatchObject({ code: 'ERR_CLAIM_INVALID', status: 401 })
      expect(error.message).toBe(
        'the schema option refuses the claims: "org.id.0", the whole set, the whole set',
      )
    }
  })

  it('refuses when the list of issues is there but empty', () => {
    expect(refusalOf(() => run(() => ({ issues: [], value: {} }))).code).toBe('ERR_CLAIM_INVALID')
  })

  it('names eight places at most', () => {
    const issues = Array.from({ length: 20 }, (_, at) => ({ message: '', path: [`p${at}`] }))
    expect(refusalOf(() => run(() => ({ issues }))).message).toMatch(/"p0", .*"p7"$/)
  })

  it('refuses with 503 when the schema throws, now or later', async () => {
    const cause = new Error('broken schema')
    const now = refusalOf(() =>
      run(() => {
        throw cause
      }),
    )
    const later = await rejectionOf(() => run(() => Promise.reject(cause)))
    for (const error of [now, later])
      expect(error).toMatchObject({
        ...unusable,
        cause,
        message: 'the schema option failed: "broken schema"',
      })
  })

  it('says nothing of what the schema throws when that is no error', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const error = await rejectionOf(() => run(() => Promise.reject('the claims')))
    expect(error).toMatchObject({ ...unusable, message: 'the schema option failed' })
  })

  it.each<[string, unknown]>([
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['an instance of a class', new (class User {})()],
    ['a function', () => 1],
    ['a ring', ring()],
  ])('refuses with 503 when the schema makes %s, which cannot be frozen', async (_, made) => {
    expect(refusalOf(() => run(() => ({ value: { made } })))).toMatchObject(unusable)
    expect(await rejectionOf(() => run(() => Promise.resolve({ value: { made } })))).toMatchObject(
      unusable,
    )
  })

  it.each([undefined, null])('refuses with 5xx when the schema answers %p', (answer) => {
    expect(() => run(() => answer)).toThrow()
  })
})

function ring() {
  const value: { self?: unknown } = {}
  value.self = value
  return value
}

it('log injection: a path with a line break, or a thrown message with one, stays on one line', () => {
  const issues = [{ message: '', path: ['a\nb\u001b[31m'] }]
  const schemaOf = (validate: () => never) =>
    ({ '~standard': { version: 1, vendor: 'test', validate } }) as StandardSchema
  const messages = [
    refusalOf(() =>
      validateClaims(
        { exp: 1 },
        schemaOf(() => ({ issues }) as never),
      ),
    ).message,
    refusalOf(() =>
      validateClaims(
        { exp: 1 },
        schemaOf(() => {
          throw new Error('a\nb')
        }),
      ),
    ).message,
  ]
  for (const message of messages) expect(message).toMatch(/^[\x20-\x7e]+$/)
})
