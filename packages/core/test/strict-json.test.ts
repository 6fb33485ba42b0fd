import fc from 'fast-check'
import { parseStrictJson } from '../src/strict-json.ts'
import { whilePolluted } from './pollute.ts'
import { thrownBy } from './mint.ts'

const problem = (text: string) => {
  const error = thrownBy(() => parseStrictJson(text))
  expect(error).toBeInstanceOf(SyntaxError)
  return error.message
}

/** Depth of nesting as the reader counts it: every brace and bracket. */
const depthOf = (value: unknown): number =>
  value === null || typeof value !== 'object'
    ? 0
    : 1 + Math.max(0, ...Object.values(value).map(depthOf))

describe('parseStrictJson', () => {
  it('freezes what it read, all the way down', () => {
    const value = parseStrictJson('{"a":{"b":[{"c":{}},[]]}}') as {
      a: { b: [{ c: object }, object] }
    }
    const { a } = value
    for (const part of [value, a, a.b, a.b[0], a.b[0].c, a.b[1]])
      expect(Object.isFrozen(part)).toBe(true)
  })

  it.each([
    '{}',
    ' { } ',
    '{"a":1}',
    '{"a":{"a":{"a":[]}}}',
    '{"a":[{"a":1},{"a":1}]}',
    '{"a:b":"c:d"}',
    '{"a\\"b":"c\\"d:"}',
    '{"a\\\\":"\\\\"}',
    '{"a":"\\\\\\":\\""}',
    '{"{":"}","[":"]"}',
    '{"a":"\\u0022:"}',
    '{"":1}',
    '{"\\ud800":1}',
    '{"1":1,"01":2}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it('reads whatever JSON.stringify writes of an object, down to 32 levels', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 20 }))
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1, 2), (value, indent) => {
        fc.pre(depthOf(value) <= 32)
        const text = JSON.stringify(value, null, indent)
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"\\u0061":2}',
    '{"x":{"a":1,"a":2}}',
    '{"x":[{"a":1,"a":2}]}',
    '{"x":[[[{"a":[],"a":{}}]]]}',
    '{"a":{"b":1},"a":{}}',
    '{"a":{},"a":{"b":1}}',
    '{"":1,"":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"__proto__":{"a":1,"a":2}}',
    '{"a:":1,"a:":2}',
    '{"a\\"":1,"a\\"":2}',
    '{"1":1,"1":2}',
    // With white space before one of the colons, and not the other.
    '{"a" :1,"a":2}',
    '{"a":1,"a" :2}',
    '{"a"\t:1,"a":2}',
    '{"a":1,"a"\n:2}',
    '{"a"\r\n :1,"a":2}',
    '{"a" :1,"a" :2}',
    '{"x":{"a" :1,"a":2},"b:":"c:"}',
  ])('RS-28 refuses %s (duplicate members)', (text) => {
    expect(problem(text)).toBe('has a duplicate member')
  })

  it('RS-28 refuses a duplicate member wherever it is put', () => {
    // Writes JSON with one member written twice, at a place of fast-check's choosing.
    const name = fc.string({ unit: 'binary', maxLength: 4 })
    const wrap = fc.array(fc.oneof(fc.constant<string | null>(null), name), { maxLength: 12 })
    fc.assert(
      fc.property(
        name,
        fc.jsonValue({ maxDepth: 3 }),
        fc.jsonValue({ maxDepth: 3 }),
        wrap,
        (member, first, second, path) => {
          const key = JSON.stringify(member)
          let text = `{${key}:${JSON.stringify(first)},${key}:${JSON.stringify(second)}}`
          for (const step of path)
            text = step === null ? `[${text}]` : `{${JSON.stringify(step)}:${text}}`
          expect(problem(`{"x":${text}}`)).toBe('has a duplicate member')
        },
      ),
      { numRuns: 300 },
    )
  })

  it('takes 32 levels and refuses 33, of lists and of objects', () => {
    const lists = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
    const objects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
    for (const nested of [lists, objects]) {
      expect(depthOf(parseStrictJson(nested(32)))).toBe(32)
      expect(problem(nested(33))).toBe('is nested deeper than 32 levels')
      expect(problem(nested(4_000))).toBe('is nested deeper than 32 levels')
    }
  })

  it.each(['"', '\\"', '\\', ''])(
    'comes to an end in a long text that does not close: %j',
    (end) => {
      expect(problem(`{"a":"${'x'.repeat(4_000)}${end === '"' ? '\\"' : end}`)).toBe('is not JSON')
      expect(problem(`{"a":"","${'x'.repeat(4_000)}`)).toBe('is not JSON')
    },
  )

  it('refuses a long text that is too deep before it parses it', () => {
    // It is no JSON either. What is told is what was found first.
    expect(problem(`{"a":${'['.repeat(4_000)}`)).toBe('is nested deeper than 32 levels')
    expect(problem(`{"${'a'.repeat(3_000)}":${'['.repeat(31)}`)).toBe('is not JSON')
    const closed = `{"a":[${Array(1_000).fill('{}').join()}],"b":"\\"${'['.repeat(100)}"}`
    expect(parseStrictJson(closed)).toEqual(JSON.parse(closed))
  })

  it('does not count brackets in strings, nor levels that were closed', () => {
    expect(parseStrictJson(`{"a":"${'[{'.repeat(100)}"}`)).toEqual({ a: '[{'.repeat(100) })
    expect(parseStrictJson(`{"a":[${Array(100).fill('[]').join()}]}`)).toBeDefined()
  })

  it('takes wide objects in little time', () => {
    const members = Array.from({ length: 5_000 }, (_, at) => [`m${at}`, at])
    const wide = Object.fromEntries(members) as Record<string, number>
    expect(parseStrictJson(JSON.stringify(wide))).toEqual(wide)
  })

  it('refuses a byte order mark', () => {
    expect(problem('\ufeff{}')).toBe('is not JSON')
  })

  it.each([
    '',
    ' ',
    '{',
    '}',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '{"a":1,}',
    '{}x',
    '{"a":01}',
  ])('refuses %j, which is not JSON', (text) => {
    expect(problem(text)).toBe('is not JSON')
  })

  it.each(['[]', '[{"a":1}]', '"a:b"', '1', 'true', 'null'])(
    'refuses %s, which is not an object',
    (text) => {
      expect(problem(text)).toBe('is not a JSON object')
    },
  )

  it('keeps __proto__ as a member like any other', () => {
    const value = parseStrictJson('{"__proto__":{"admin":true},"a":{"__proto__":[]}}')
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
    expect((value as { admin?: boolean }).admin).toBeUndefined()
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it('neither counts nor freezes what a polluted Object.prototype has', () => {
    const polluted = { list: ['x'], other: { y: 1 } }
    const texts = ['{}', '{"a":{"list":1}}', '{"a":1,"a":1}']
    const [empty, nested, duplicate] = whilePolluted(polluted, () =>
      texts.map((text) => {
        try {
          return parseStrictJson(text)
        } catch (error) {
          return (error as Error).message
        }
      }),
    )
    expect(empty).toEqual({})
    expect(nested).toEqual({ a: { list: 1 } })
    expect(duplicate).toBe('has a duplicate member')
    expect(Object.isFrozen(polluted.list) || Object.isFrozen(polluted.other)).toBe(false)
  })

  it('never repeats the text in its message', () => {
    expect(problem('{"password":hunter2}')).not.toContain('hunter2')
  })

  it('throws nothing but SyntaxErrors, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          return typeof parseStrictJson(text) === 'object'
        } catch (error) {
          return error instanceof SyntaxError
        }
      }),
      { numRuns: 500 },
    )
  })
})
