import { createAuthority } from '@gatewarden/testing'
import { readPaste } from '../../src/explain/read-paste.ts'

const token = createAuthority().token()

test.each([
  ['the token', token, []],
  ['blanks around it', `  \n${token}\r\n`, []],
  ['a header line', `Authorization: Bearer ${token}`, ['header-line']],
  ['a header line in small letters', `authorization:bearer ${token}`, ['header-line']],
  ['an option of curl', `-H "Authorization: Bearer ${token}"`, ['header-line', 'quotes']],
  [
    'a command',
    `curl https://a.test -H 'Authorization: Bearer ${token}'`,
    ['header-line', 'quotes'],
  ],
  ['the scheme', `Bearer ${token}`, ['bearer-prefix']],
  ['the scheme, twice', `bearer Bearer ${token}`, ['bearer-twice']],
  ['single quotes', `'${token}'`, ['quotes']],
  ['quotes of a word processor', `“${token}”`, ['quotes']],
  ['quotes of a JSON text in a JSON text', `\\"${token}\\"`, ['quotes']],
  ['a closing quote', `${token}"`, ['quotes']],
  ['a cookie', `access_token=${token}; Path=/; HttpOnly`, ['url']],
  ['a variable of a shell', `export TOKEN=${token}`, ['url']],
  ['an ID token in a fragment', `https://a.test/cb#id_token=${token}&state=x`, ['url']],
  ['a reply', JSON.stringify({ access_token: token, id_token: 'x' }), ['json-reply']],
  ['a line of a reply', `"accessToken": "${token}",`, ['json-reply', 'quotes']],
  ['lines of 76', token.replace(/(.{76})/g, '$1\n'), ['line-breaks']],
  [
    'percent-encoding',
    encodeURIComponent(`Bearer ${token}`),
    ['percent-encoding', 'bearer-prefix'],
  ],
  ['a comma', `${token},`, ['trailing-text']],
])('finds it in: %s', (_, pasted, removed) => {
  const paste = readPaste(pasted)
  expect(paste.token).toBe(token)
  expect(paste.removed.map(({ id }) => id)).toEqual(removed)
})

test.each(['undefined', '[object Object]', '{{token}}', '', 'Bearer', '%', '{"a":1}'])(
  'leaves alone what holds none: %j',
  (text) => {
    expect(readPaste(text)).toEqual({ token: text, removed: [] })
  },
)

test('a parameter inside another is found', () => {
  expect(readPaste(`url=https://a.test?token=${token}&x=1`).token).toBe(token)
})

test('beyond 64 KB it looks for nothing', () => {
  const text = `"${'a'.repeat(70_000)}"`
  expect(readPaste(text)).toEqual({ token: text, removed: [] })
})

test('stops after some rounds', () => {
  const text = '"'.repeat(200)
  expect(readPaste(text).token.length).toBeGreaterThan(150)
})

test('of a whole page it takes no time', () => {
  const started = performance.now()
  for (const text of [
    'a '.repeat(50_000),
    '"'.repeat(2_000),
    'Bearer '.repeat(20_000),
    '%25'.repeat(300),
    `x${','.repeat(60_000)}x`,
    'a.'.repeat(32_000),
    'token'.repeat(13_000),
    '&token='.repeat(9_000),
    'token='.repeat(10_000),
    `"${'%25'.repeat(20_000)}`,
  ])
    readPaste(text)
  expect(performance.now() - started).toBeLessThan(2_000)
})
