import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import { sendSteadily } from '../../src/flood/steady-traffic.ts'

let server: Server

async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

test('a server that stops for a while makes all wait who came in the meantime', async () => {
  let isAwake: Promise<number> | undefined
  let waiting = 0
  const port = await serve((_req, res) => {
    waiting++
    isAwake ??= delay(200).then(() => waiting)
    void isAwake.then(() => res.end())
  })
  const traffic = { port, tokens: ['a'], rate: 100, seconds: 0.3 }
  const milliseconds = await sendSteadily(traffic)
  expect(milliseconds).toHaveLength(30)
  expect(await isAwake).toBeGreaterThan(5)
  const [first = NaN, tenth = NaN, last = NaN] = [0, 10, 29].map((at) => milliseconds[at])
  expect(first).toBeGreaterThan(190)
  expect(tenth).toBeGreaterThan(60)
  expect(tenth).toBeLessThan(first)
  expect(last).toBeLessThan(tenth)
})

test('a good token that is refused is no measurement', async () => {
  const port = await serve((_req, res) => res.writeHead(401).end())
  const traffic = { port, tokens: ['a'], rate: 100, seconds: 0.02 }
  await expect(sendSteadily(traffic)).rejects.toThrow('answered with 401')
})
