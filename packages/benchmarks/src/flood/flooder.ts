import { connect, type Socket } from 'node:net'
import { setPriority } from 'node:os'

/** What the process that floods is told. */
export interface FloodOrders {
  readonly port: number
  /** Well-formed tokens with wrong signatures. Each that is sent is made different from all before. */
  readonly tokens: readonly string[]
  /** Requests a second; undefined for as many as the server answers. */
  readonly rate?: number | undefined
}

/** How many requests are under way at most. */
const CONNECTIONS = 64

/*
 * The program of a process that floods a server. It answers every message with the number of refusals it got so far,
 * and ends with the process that started it.
 */
let refusals = 0

process.once('message', (orders: FloodOrders) => {
  // On few cores, it must not take from honest clients what is theirs.
  setPriority(10)
  flood(orders)
  process.on('message', () => process.send?.(refusals))
  process.send?.(refusals)
})
process.once('disconnect', () => process.exit())

function flood({ port, tokens, rate }: FloodOrders): void {
  const requests = tokens.map((token) => forgedRequest(token))
  const idle: Socket[] = []
  let sent = 0
  const send = (socket: Socket) => {
    const { bytes, signatureAt } = requests[sent % requests.length] ?? forgedRequest('')
    const request = Buffer.from(bytes)
    request.write((sent++).toString(36).padStart(8, '0'), signatureAt, 'latin1')
    socket.write(request)
  }
  for (let at = 0; at < CONNECTIONS; at++) {
    const socket = connect(port, '127.0.0.1', () =>
      rate === undefined ? send(socket) : idle.push(socket),
    )
    socket.on('data', (chunk) => {
      // One request at a time is under way on a connection: what begins like an answer is the one to it.
      if (chunk.toString('latin1', 0, 12) !== 'HTTP/1.1 401') return
      refusals++
      if (rate === undefined) send(socket)
      else idle.push(socket)
    })
  }
  if (rate === undefined) return
  const start = performance.now()
  setInterval(() => {
    const due = ((performance.now() - start) / 1000) * rate
    for (let socket = idle.pop(); socket !== undefined; socket = idle.pop()) {
      if (sent >= due) return void idle.push(socket)
      send(socket)
    }
  }, 1)
}

/** With the place in its bytes where the signature begins. */
function forgedRequest(token: string): { bytes: Buffer; signatureAt: number } {
  const start = `GET /orders HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer ${token}`
  return {
    bytes: Buffer.from(`${start}\r\n\r\n`),
    signatureAt: start.lastIndexOf('.') + 1,
  }
}
