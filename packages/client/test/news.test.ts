import { createAuthClient } from '../src/create-auth-client.ts'
import type { AuthClient } from '../src/auth-client.ts'
import { eventually } from './scenarios/eventually.ts'
import { createStubIssuer, LOGIN_URL, REFRESH_URL, type StubIssuer } from './stub-issuer.ts'

/* What clients of one browser tell each other, where that goes wrong. */

let issuer: StubIssuer
const clients: AuthClient[] = []
const unhandled: unknown[] = []
const notice = (reason: unknown) => unhandled.push(reason)

beforeEach(() => {
  issuer = createStubIssuer()
  process.on('unhandledRejection', notice)
  process.on('uncaughtException', notice)
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  // An unhandled rejection is noticed when the work at hand is done.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', notice)
  process.off('uncaughtException', notice)
  expect(unhandled.splice(0)).toEqual([])
})

function open(): AuthClient {
  const client = createAuthClient({ refreshUrl: REFRESH_URL, fetch: issuer.fetch, tabs: true })
  clients.push(client)
  return client
}

const logIn = (client: AuthClient) => client.login(LOGIN_URL, { name: 'alice' })

it('is told by a client that was closed to nobody, and that is no error', async () => {
  const client = open()
  await logIn(client)
  client.close()
  await client.logout()
  expect((await logIn(client)).status).toBe(200)
})

it('is not a login that a listener has undone already', async () => {
  const [client, other] = [open(), open()]
  await other.start()
  client.on('signed-in', () => void client.logout())
  await logIn(client)
  await eventually(() => other.state.status === 'signed-out')
  // Whatever else was told has arrived when this has.
  await heardByAll()
  expect(client.state).toMatchObject({ status: 'signed-out', reason: 'logout' })
  expect(other.state).toMatchObject({ status: 'signed-out' })
})

it('is believed only if it is news', async () => {
  const [client, other] = [open(), open()]
  await client.start()
  await eventually(() => other.state.status === 'signed-in')
  const channel = await channelOf(client)
  const { state } = other
  for (const odd of [
    'logout',
    5,
    null,
    undefined,
    {},
    [],
    true,
    { held: {} },
    { held: null },
    { held: 'x' },
  ])
    channel.postMessage(odd)
  await heardByAll()
  expect(other.state).toBe(state)
  channel.close()
})

it('is not needed: where a channel may not be made, there is a client all the same', async () => {
  const { BroadcastChannel } = globalThis
  globalThis.BroadcastChannel = class {
    constructor() {
      throw new DOMException('Denied', 'SecurityError')
    }
  } as unknown as typeof BroadcastChannel
  try {
    const client = open()
    expect(await client.start()).toMatchObject({ status: 'signed-in' })
  } finally {
    globalThis.BroadcastChannel = BroadcastChannel
  }
})

it('reaches a listener once, even one that ends and begins again when it is called', async () => {
  const client = open()
  let calls = 0
  let end = client.subscribe(again)
  function again() {
    if (++calls > 100) return
    end()
    end = client.subscribe(again)
  }
  await client.start()
  expect(calls).toBe(1)
})

/** The channel on which a client tells its news, found by making it tell some. */
async function channelOf(client: AuthClient): Promise<BroadcastChannel> {
  const { BroadcastChannel } = globalThis
  const names: string[] = []
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name)
      names.push(name)
    }
  }
  try {
    await client.refresh()
  } finally {
    globalThis.BroadcastChannel = BroadcastChannel
  }
  return new BroadcastChannel(names[0]!)
}

/** A message of one channel after those of another: Node delivers them in order. */
async function heardByAll(): Promise<void> {
  const [sender, receiver] = [new BroadcastChannel('heard'), new BroadcastChannel('heard')]
  const heard = new Promise((resolve) => (receiver.onmessage = resolve))
  sender.postMessage('')
  await heard
  sender.close()
  receiver.close()
  await new Promise((resolve) => setImmediate(resolve))
}
