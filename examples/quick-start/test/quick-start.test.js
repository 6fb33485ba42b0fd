// Starts the program as `npm start` does and runs the printed curl lines' requests against it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

let program
let output = ''
let lines

before(async () => {
  program = spawn(process.execPath, [fileURLToPath(new URL('../server.js', import.meta.url))], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  program.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  while (!output.includes('Stop with Ctrl+C')) await once(program.stdout, 'data')
  lines = new Map(
    [...output.matchAll(/^# ([\w ]+).*\ncurl -i (\S+)(?: -H 'Authorization: (.+)')?$/gm)].map(
      ([, title, url, authorization]) => [title, { url, authorization }],
    ),
  )
})

after(async () => {
  program.kill('SIGINT')
  const [code] = await once(program, 'exit')
  assert.equal(code, 0, 'the program stops cleanly')
})

const expected = [
  ['Allowed', 200, null],
  ['No token', 401, 'Bearer realm="api"'],
  [
    'Expired',
    401,
    'Bearer realm="api", error="invalid_token", error_description="The access token expired."',
  ],
  [
    'Wrong scope',
    403,
    'Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a required scope.", scope="orders:read"',
  ],
  [
    'Forged with another key',
    401,
    'Bearer realm="api", error="invalid_token", error_description="The access token is not valid."',
  ],
]

for (const [title, status, challenge] of expected) {
  test(`the printed line "${title}" answers ${status}`, async () => {
    const { url, authorization } = lines.get(title)
    const response = await fetch(url, { headers: authorization ? { authorization } : {} })
    assert.equal(response.status, status)
    assert.equal(response.headers.get('www-authenticate'), challenge)
    if (status === 200) assert.equal((await response.json()).customer, 'alice')
  })
}

test('the reason of each refusal is printed, without the token', () => {
  assert.match(output, /refused {2}ERR_TOKEN_MISSING: /)
  assert.match(output, /refused {2}ERR_TOKEN_EXPIRED: /)
  assert.match(output, /denied {3}ERR_SCOPE_INSUFFICIENT: /)
  assert.match(output, /refused {2}ERR_SIGNATURE_INVALID: /)
  const afterStart = output.slice(output.indexOf('Stop with Ctrl+C'))
  assert.doesNotMatch(afterStart, /eyJ/)
})
