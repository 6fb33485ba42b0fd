import { BodyError } from '../../src/routes/body-error.ts'
import { parseForm, readParsedForm } from '../../src/routes/form-values.ts'

const REPEATED = 'A parameter of the form is there more than once.'
const UNREADABLE = 'The form cannot be read.'

function problemOf(read: () => unknown): string | undefined {
  try {
    read()
  } catch (error) {
    if (error instanceof BodyError && error.status === 400) return error.message
    throw error
  }
  return undefined
}

describe('parseForm', () => {
  it.each([
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1&&b=2&',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=1=2', [['a', '1=2']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['%61=%C3%A9', [['a', 'é']]],
    // RFC 6749 §3.2: without a value, it counts as omitted.
    ['a=&b', []],
  ] as [string, [string, string][]][])('reads %j', (text, values) => {
    expect([...parseForm(text)]).toEqual(values)
  })

  it.each(['a=1&a=1', 'a=1&%61=2', 'a&a', 'a=&a=1', 'a&a=1'])('refuses %j: twice', (text) => {
    expect(problemOf(() => parseForm(text))).toBe(REPEATED)
  })

  it.each(['a=%', 'a=%zz', 'a=%ff', '%=1', '%'])('refuses %j: cannot be decoded', (text) => {
    expect(problemOf(() => parseForm(text))).toBe(UNREADABLE)
  })
})

describe('readParsedForm', () => {
  it('takes texts, but for empty ones', () => {
    expect([...readParsedForm({ a: '1', b: '' })]).toEqual([['a', '1']])
  })

  it.each([[['1', '2']], [{ b: '1' }]])('refuses the value %j: twice', (value) => {
    expect(problemOf(() => readParsedForm({ a: value }))).toBe(REPEATED)
  })

  it.each([1, true, undefined])('refuses the value %j', (value) => {
    expect(problemOf(() => readParsedForm({ a: value }))).toBe(UNREADABLE)
  })

  it.each(['a=1', null, [], undefined])('refuses the body %j', (body) => {
    expect(problemOf(() => readParsedForm(body))).toBe(UNREADABLE)
  })
})
