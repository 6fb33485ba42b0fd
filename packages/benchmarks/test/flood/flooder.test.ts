import { setTimeout as delay } from 'node:timers/promises'
import { listen } from '../../src/http/listen.ts'
import type { Server } from '../../src/http/server-plan.ts'
import { startProgram } from '../../src/lib/program.ts'

/** As it is built: a process of its own runs no TypeScript. */
const FLOODER = new URL('../../dist/flood/flooder.js', import.meta.url)
const FORGED = 'e30.e30.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

let seen: string[]
let server: Server

beforeEach(async () => {
  seen = []
  server = await listen((req, res) => {
    seen.push(req.headers.authorization ?? '')
    res.writeHead(401).end('no')
  })
})

afterEach(() => server.close())

test('floods as fast as it is answered, with a new token each time', async () => {
  const flooder = startProgram(FLOODER)
  await flooder.ask({ port: server.port, tokens: [FORGED] })
  // More than can be in flight: those that were answered made room for others.
  let refusals = 0
  while (refusals <= 64) refusals = await flooder.ask<number>('refusals')
  await flooder.stop()
  expect(new Set(seen).size).toBe(seen.length)
  for (const field of seen) expect(field).toMatch(/^Bearer e30\.e30\.[\w-]{43}$/)
})

test('floods at a rate when told one', async () => {
  const flooder = startProgram(FLOODER)
  await flooder.ask({ port: server.port, tokens: [FORGED], rate: 200 })
  await delay(100)
  const [start, before] = [performance.now(), await flooder.ask<number>('refusals')]
  await delay(500)
  const after = await flooder.ask<number>('refusals')
  const perSecond = ((after - before) * 1000) / (performance.now() - start)
  await flooder.stop()
  expect(perSecond).toBeGreaterThan(50)
  expect(perSecond).toBeLessThan(400)
})
