import { printable, printableJson, printableLines } from '../src/printable.ts'

const evil = [
  '\u001b[2J',
  '\r',
  '\n',
  '\t',
  '\u0000',
  '\u007f',
  '\u009b',
  '\u202e',
  '\u200b',
  '\u2028',
  '\ufeff',
  '\u{e0001}',
]

test.each(evil.map((text) => [JSON.stringify(text), text]))('%s is spelled out', (_, text) => {
  expect(printable(`a${text}b`)).toMatch(/^[\x20-\x7e]+$/)
  expect(printable(`a${text}b`)).toContain('\\u')
})

test('lines stay lines', () => {
  expect(printableLines('a\r\nb\u001b')).toBe('a\\u000d\nb\\u001b')
})

test('letters of every script stay', () => {
  expect(printable('Jörg Ω 山 🙂')).toBe('Jörg Ω 山 🙂')
})

test('JSON stays the same value', () => {
  const value = { [evil.join('')]: evil, list: [1, null, 'ü'] }
  const text = printableJson(value)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
  expect(JSON.parse(text)).toEqual(value)
})
