import { isScope } from '../src/scope.ts'

it.each(['read', 'orders:read', 'https://api.example/read', '!', '~'])(
  '%j is one scope',
  (text) => {
    expect(isScope(text)).toBe(true)
  },
)

it.each(['', 'a b', 'a\tb', 'a"', 'a\\b', 'a\u00a0b', 'ä', 'a\r\nb', 'a\n'])(
  '%j is none',
  (text) => {
    expect(isScope(text)).toBe(false)
  },
)
