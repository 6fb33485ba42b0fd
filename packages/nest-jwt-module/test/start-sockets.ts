import { once } from 'node:events'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'

/** What a client hears: the name of an event, and what came with it. */
export type Heard = readonly [event: string, ...data: unknown[]]

/** The client's end of a connection. */
export interface Connection {
  send(event: string, data?: unknown): void
  /** What the client hears next, or heard already and nobody asked for. */
  next(): Promise<Heard>
  /** Sends a message, and says what comes next. */
  ask(event: string, data?: unknown): Promise<Heard>
  close(): void
}

export interface ConnectOptions {
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly auth?: object
  readonly transport?: 'websocket' | 'polling'
}

export function connectSocketIo(address: string, options: ConnectOptions = {}): Connection {
  const { headers = {}, auth = {}, transport = 'websocket' } = options
  const socket = io(`http://${address}`, {
    transports: [transport],
    extraHeaders: headers as Record<string, string>,
    auth,
    forceNew: true,
    reconnection: false,
  })
  const { hear, next } = createQueue()
  socket.onAny((event: string, data: unknown) => hear([event, data]))
  socket.on('connect_error', ({ message }) => hear(['connect_error', message]))
  socket.on('disconnect', () => hear(['disconnect']))
  const send = (event: string, data: unknown) => void socket.emit(event, data)
  return connection(send, next, () => socket.close())
}

export function connectWs(address: string, { headers = {} }: ConnectOptions = {}): Connection {
  const socket = new WebSocket(`ws://${address}`, { headers })
  const isOpen = once(socket, 'open')
  const { hear, next } = createQueue()
  socket.on('message', (message: Buffer) => {
    const { event, data } = JSON.parse(message.toString()) as { event: string; data?: unknown }
    hear([event, data])
  })
  socket.on('close', (code, reason) => hear(['close', code, reason.toString()]))
  const send = (event: string, data: unknown) =>
    void isOpen.then(() => socket.send(JSON.stringify({ event, data })))
  return connection(send, next, () => socket.close())
}

function connection(
  send: (event: string, data?: unknown) => void,
  next: () => Promise<Heard>,
  close: () => void,
): Connection {
  const ask = (event: string, data?: unknown) => {
    send(event, data)
    return next()
  }
  return { send, next, ask, close }
}

function createQueue() {
  const heard: Heard[] = []
  const waiting: ((heard: Heard) => void)[] = []
  return {
    hear(each: Heard) {
      const hand = waiting.shift()
      if (hand === undefined) heard.push(each)
      else hand(each)
    },
    async next() {
      return heard.shift() ?? new Promise<Heard>((resolve) => waiting.push(resolve))
    },
  }
}
