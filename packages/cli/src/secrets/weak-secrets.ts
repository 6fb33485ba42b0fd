import { WEAK_WORDS } from './weak-words.ts'

/** What is put behind a word when a word alone will not do. */
const ENDINGS = [
  '123',
  '1',
  '12',
  '1234',
  '12345',
  '123456',
  '01',
  '007',
  '2020',
  '2021',
  '2022',
  '2023',
  '2024',
  '2025',
  '2026',
  '!',
  '123!',
  '-key',
  '_key',
  '-secret',
  '_secret',
  'secret',
]

/** What stands in tutorials, templates and READMEs, spelled as it does there. */
const PHRASES = [
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  'your_jwt_secret',
  'your-secret-key',
  'your_secret_key',
  'your_super_secret_key',
  'my-secret-key',
  'my_super_secret_key',
  'my-super-secret-jwt-key',
  'mysupersecretkey',
  'this-is-a-secret',
  'thisisasecret',
  'this is my secret key',
  'super-secret',
  'supersecretkey',
  'JWT_SECRET',
  'jwt_secret_key',
  'SECRET_KEY',
  'secret_key_here',
  'your-secret-here',
  'put-your-secret-here',
  'replace-me',
  'replace_this_secret',
  'change-me',
  'change_me',
  'CHANGE_THIS_SECRET',
  'changethis',
  'please-change-me',
  'do-not-use-in-production',
  'not-a-secret',
  'not so secret',
  'shhhhh',
  'shhhhhhhared-secret',
  'keyboard cat',
  'correct horse battery staple',
  'topsecret',
  'top_secret',
  'secret-key-for-development-only',
  'development-secret',
  'dev-secret',
  'test-secret',
  'local-secret',
  'hello world',
  'lorem ipsum dolor sit amet',
]

/** Rows of keyboards and the alphabet, from which runs are taken. */
const ROWS = [
  '1234567890',
  '0987654321',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  '0123456789abcdef',
]

/** Lengths that are asked for: words are repeated until they have so many characters. */
const PADDED = [32, 48, 64]

/**
 * Secrets that whoever cracks tokens tries first, made by rule and not taken from a list: what stands in tutorials, runs,
 * words, words with what people put behind them, in the usual capitals, and repeated up to the length that is asked for.
 * The likeliest come first.
 */
export function* weakSecrets(): Generator<string> {
  yield* PHRASES
  yield* runs()
  for (const spell of SPELLINGS) for (const word of WEAK_WORDS) yield spell(word)
  for (const ending of ENDINGS) {
    for (const word of WEAK_WORDS) {
      yield word + ending
      if (/^[\d!]/.test(ending)) yield capitalized(word) + ending
    }
  }
  for (const length of PADDED) for (const word of WEAK_WORDS) yield repeatTo(word, length)
}

const SPELLINGS = [
  (word: string) => word,
  capitalized,
  (word: string) => word.toUpperCase(),
  (word: string) => word + word,
]

function* runs(): Generator<string> {
  for (const row of ROWS) {
    for (let length = 3; length <= row.length; length++) yield row.slice(0, length)
    for (const length of PADDED) yield repeatTo(row, length)
  }
  for (let digit = 0; digit <= 9; digit++) {
    for (const length of [4, 6, 8, 16, ...PADDED]) yield String(digit).repeat(length)
  }
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function repeatTo(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}
