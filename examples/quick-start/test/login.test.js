// Does with the printed lines of the login what a reader does: pastes them into a shell, one after the other.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDataFolder, freePort, startProgram } from './program.js'

const canPaste = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0)
const skip = canPaste ? false : 'needs bash and curl'

const { folder, remove } = createDataFolder()
const shell = openShell()
let port
let program

before(async () => {
  port = await freePort()
  program = await startProgram({ folder, port })
})

after(async () => {
  shell.close()
  assert.equal(await program.stop('SIGTERM'), 0, 'the program stops cleanly')
  remove()
})

test('the secret is in a file that nobody else may read, and that is said', () => {
  const file = join(folder, 'secret')
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.ok(program.output.includes(`FOR A DEMO ONLY: the secret of all sessions is in ${file}`))
})

test('"Log in" gives an access token', { skip }, async () => {
  assert.match(await paste('Log in'), /^\{"access_token":"eyJ[\w.-]+","token_type":"Bearer",/)
})

test('"Use it" answers 200', { skip }, async () => {
  assert.match(await paste('Use it'), /^HTTP\/1\.1 200 [^]*"subject":"user-1"/)
})

test('"Refresh" gives another', { skip }, async () => {
  const before = await shell.run('echo $TOKEN')
  assert.match(await paste('Refresh'), /"access_token":"eyJ/)
  assert.match(await shell.run('echo $TOKEN'), /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/)
  assert.notEqual(await shell.run('echo $TOKEN'), before)
})

for (const signal of ['SIGINT', 'SIGKILL']) {
  test(`a restart with ${signal} logs nobody out`, { skip }, async () => {
    await program.stop(signal)
    program = await startProgram({ folder, port })
    assert.match(await paste('Use it'), /^HTTP\/1\.1 200 /)
    assert.match(await paste('Refresh'), /"access_token":"eyJ/)
    assert.match(await paste('Use it'), /^HTTP\/1\.1 200 /)
  })
}

test('"Log out" answers 204', { skip }, async () => {
  assert.match(await paste('Log out'), /^HTTP\/1\.1 204 /)
})

test('"Use the old access token" answers 401, after a restart, too', { skip }, async () => {
  const refused = /^HTTP\/1\.1 401 [^]*error="invalid_token"/
  assert.match(await paste('Use the old access token'), refused)
  await program.stop('SIGKILL')
  program = await startProgram({ folder, port })
  assert.match(await paste('Use the old access token'), refused)
  assert.match(await paste('Refresh'), /"error":"invalid_grant"/)
})

test('what happened is printed, without a token', { skip }, () => {
  const { output } = program
  const afterStart = output.slice(output.indexOf('Stop with Ctrl+C'))
  assert.match(afterStart, /refused {2}ERR_TOKEN_REVOKED: /)
  assert.doesNotMatch(afterStart, /eyJ|gwr\./)
})

test('a second program in the same folder is refused, and says why', async () => {
  await assert.rejects(startProgram({ folder, port }), /is in use by process \d+ of host /)
})

/** The lines that are printed under a title. */
async function paste(title) {
  const [, rest] = program.output.split(`# ${title}`)
  assert.ok(rest, `there is "${title}"`)
  const [, ...lines] = rest.split('\n\n')[0].split('\n')
  return shell.run(lines.join('\n'))
}

/** One shell for all of it, as a reader has: its variables stay. */
function openShell() {
  const bash = spawn('bash', { stdio: ['pipe', 'pipe', 'ignore'] }).on('error', () => undefined)
  bash.stdout.setEncoding('utf8')
  return {
    run(script) {
      return new Promise((resolve) => {
        let output = ''
        bash.stdout.on('data', function listen(text) {
          output += text
          if (!output.endsWith('<done>')) return
          bash.stdout.off('data', listen)
          resolve(output.slice(0, -'<done>'.length))
        })
        bash.stdin.write(`${script}\nprintf '<done>'\n`)
      })
    },
    close: () => bash.stdin.end('rm -f "$JAR"\n'),
  }
}
