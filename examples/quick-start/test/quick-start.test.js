// Starts the program as `npm start` does and runs the printed requests against it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDataFolder, startProgram } from './program.js'

const { folder, remove } = createDataFolder()
let program
let lines

before(async () => {
  program = await startProgram({ folder })
  lines = new Map(
    [
      ...program.output.matchAll(/^# ([\w ]+).*\ncurl -i (\S+)(?: -H 'Authorization: (.+)')?$/gm),
    ].map(([, title, url, authorization]) => [title, { url, authorization }]),
  )
})

after(async () => {
  assert.equal(await program.stop('SIGINT'), 0, 'the program stops cleanly')
  remove()
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
  const { output } = program
  assert.match(output, /refused {2}ERR_TOKEN_MISSING: /)
  assert.match(output, /refused {2}ERR_TOKEN_EXPIRED: /)
  assert.match(output, /denied {3}ERR_SCOPE_INSUFFICIENT: /)
  assert.match(output, /refused {2}ERR_SIGNATURE_INVALID: /)
  const afterStart = output.slice(output.indexOf('Stop with Ctrl+C'))
  assert.doesNotMatch(afterStart, /eyJ/)
})
