import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

type Direction = 'requests' | 'answers'

/** The network between one process and its server, on the loopback interface. */
export interface Proxy {
  readonly port: number
  /** Ends every connection, and refuses new ones. */
  cut(): Promise<void>
  /** Ends the connections that listen for wake-ups, and every one that is about to. The others go on. */
  cutListening(): void
  /** Nothing arrives, in one direction or both, and nobody is told. What was sent arrives when it is healed, as TCP has it. */
  hold(...directions: Direction[]): void
  /**
   * The same for new connections; those that are open have lost what was sent for good, and never work again, as when a
   * router forgot them.
   */
  forget(): void
  /** Everything arrives so much later, each way. */
  slow(milliseconds: number): void
  heal(): Promise<void>
  close(): Promise<void>
}

interface Connection {
  readonly near: Socket
  readonly far: Socket
  isForgotten: boolean
  isListening: boolean
  /** Each direction in its order, however slow it is. */
  readonly queues: Record<Direction, Promise<void>>
}

/** How a client says that it wants to listen, to Redis and to PostgreSQL. */
const LISTENS = /subscribe|LISTEN /i

export async function startProxy(serverPort: number): Promise<Proxy> {
  const connections = new Set<Connection>()
  const held = new Set<Direction>()
  let isListeningCut = false
  let latency = 0
  let released = createGate()

  const server = createServer((near) => {
    const connection: Connection = {
      near,
      far: connect(serverPort, '127.0.0.1'),
      isForgotten: false,
      isListening: false,
      queues: { requests: Promise.resolve(), answers: Promise.resolve() },
    }
    connections.add(connection)
    near.on('data', (chunk) => {
      connection.isListening ||= LISTENS.test(chunk.toString('latin1'))
      if (isListeningCut && connection.isListening) return end(connection)
      pass(connection, 'requests', chunk, connection.far)
    })
    connection.far.on('data', (chunk) => pass(connection, 'answers', chunk, near))
    for (const socket of [near, connection.far]) {
      socket.setNoDelay(true)
      socket.on('error', () => end(connection))
      socket.on('close', () => end(connection))
    }
  })

  function pass(connection: Connection, direction: Direction, chunk: Buffer, to: Socket): void {
    const arrival = latency === 0 ? undefined : delay(latency)
    const before = connection.queues[direction]
    connection.queues[direction] = (async () => {
      await before
      await arrival
      while (held.has(direction) && connections.has(connection)) await released.opened
      if (connection.isForgotten || to.destroyed) return
      to.write(chunk)
    })()
  }

  function end(connection: Connection): void {
    // Who is not to notice is not told that the other end is gone either.
    if (connection.isForgotten && !connection.near.destroyed) return
    connections.delete(connection)
    connection.near.destroy()
    connection.far.destroy()
  }

  async function listen(port: number): Promise<void> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }

  async function stopListening(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const connection of connections) {
      connection.near.destroy()
      connection.far.destroy()
    }
    connections.clear()
    await closed
  }

  function release(): void {
    held.clear()
    released.open()
    released = createGate()
  }

  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    cut: stopListening,
    cutListening() {
      isListeningCut = true
      for (const connection of connections) if (connection.isListening) end(connection)
    },
    hold(...directions) {
      for (const direction of directions) held.add(direction)
    },
    forget() {
      for (const connection of connections) {
        connection.isForgotten = true
        connection.far.destroy()
      }
      held.add('requests').add('answers')
    },
    slow(milliseconds) {
      latency = milliseconds
    },
    async heal() {
      isListeningCut = false
      latency = 0
      release()
      if (!server.listening) await listen(port)
    },
    async close() {
      await stopListening()
      release()
    },
  }
}

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open!: () => void
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}
