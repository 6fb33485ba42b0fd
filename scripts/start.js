// `npm start`: the API with lines to paste into a terminal, and the page that shows a login at work.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

// A process of its own: what the page is refused is not explained among the API's lines.
const program = fileURLToPath(new URL('../examples/spa/dist/server/server.js', import.meta.url))
const { PAGE_PORT = '4000' } = process.env
const page = spawn(process.execPath, [program], {
  env: { ...process.env, PORT: PAGE_PORT },
  stdio: ['ignore', 'pipe', 'pipe'],
})
page.stdout.on('data', (text) => process.stdout.write(text))
let complaint = ''
page.stderr.on('data', (text) => (complaint += text))

// Its address stands above the lines of the API, which are many. The API goes on without it.
const [code] = await Promise.race([once(page.stdout, 'data').then(() => []), once(page, 'close')])
if (code !== undefined) {
  const [why = 'it ended'] = /^Error: .*$/m.exec(complaint) ?? []
  console.error(`No page: ${why}. Another port: PAGE_PORT=5000 npm start`)
}
console.log()

await import('../examples/quick-start/server.js')

process.once('exit', () => page.kill())
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => page.kill())
