import type { INestApplication } from '@nestjs/common'
import { io, type Socket } from 'socket.io-client'
import { NotesService } from '../src/notes/notes.service.ts'
import { clock, start, tokenWith } from './start.ts'

let app: INestApplication
let url: string
const clients: Socket[] = []

beforeAll(async () => {
  app = await start()
  url = `${await app.getUrl()}/notes`
})

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect()
})

afterAll(() => app.close())

it('lists the notes of the user', async () => {
  app.get(NotesService, { strict: false }).add('bob', 'Oil the hinges')
  const client = connect(tokenWith({ sub: 'bob', scope: 'notes:read' }))
  expect(await client.emitWithAck('list')).toMatchObject([{ owner: 'bob', text: 'Oil the hinges' }])
})

it('disconnects who has no token, and says why', async () => {
  const client = connect(undefined)
  const gone = next(client, 'disconnect')
  expect(await next(client, 'exception')).toEqual({
    status: 'error',
    message: 'An access token is required.',
    statusCode: 401,
  })
  await gone
})

it('disconnects who brings a forged token', async () => {
  const client = connect(`${tokenWith().slice(0, -4)}AAAA`)
  const gone = next(client, 'disconnect')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 401, error: 'invalid_token' })
  await gone
})

it('refuses a message without the scope, and stays connected', async () => {
  const client = connect(tokenWith({ scope: 'notes:write' }))
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 403, scope: 'notes:read' })
  expect(client.connected).toBe(true)
})

it('refuses messages of a client that registered under the name of a user', async () => {
  const client = connect(tokenWith({ sub: 'bob', client_id: 'bob', scope: 'notes:read' }))
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 403 })
})

it('refuses a message as soon as the token has expired', async () => {
  const client = connect(tokenWith({ scope: 'notes:read', exp: clock() + 60 }))
  expect(await client.emitWithAck('list')).toEqual([])
  clock.advance(60 + 30)
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 401, error: 'invalid_token' })
})

it('tells users of their own new notes, and nobody else', async () => {
  const alice = connect(tokenWith({ sub: 'alice', scope: 'notes:read' }))
  const others = [
    connect(tokenWith({ sub: 'mallory', scope: 'notes:read' })),
    connect(tokenWith({ sub: 'alice', scope: 'notes:write' })),
    connect(tokenWith({ sub: 'alice', client_id: 'alice', scope: 'notes:read' })),
  ]
  const heard: unknown[] = []
  for (const other of others) other.on('added', (note) => heard.push(note))
  await Promise.all([alice, ...others].map(settled))

  const added = next(alice, 'added')
  app.get(NotesService, { strict: false }).add('alice', 'Buy a lock')
  expect(await added).toMatchObject({ owner: 'alice', text: 'Buy a lock' })
  await Promise.all(others.map(settled))
  expect(heard).toEqual([])
})

it('disconnects who would hear of a note with an expired token', async () => {
  const client = connect(tokenWith({ sub: 'carol', scope: 'notes:read', exp: clock() + 60 }))
  const heard: unknown[] = []
  client.on('added', (note) => heard.push(note))
  await settled(client)

  clock.advance(60 + 30)
  const gone = next(client, 'disconnect')
  app.get(NotesService, { strict: false }).add('carol', 'Buy a lock')
  await gone
  expect(heard).toEqual([])
})

function connect(token: string | undefined): Socket {
  const client = io(url, { auth: { token }, transports: ['websocket'], reconnection: false })
  clients.push(client)
  return client
}

function next(client: Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => client.once(event, resolve))
}

/** A message goes there and back, so what was sent before has arrived. */
async function settled(client: Socket): Promise<void> {
  await Promise.race([client.emitWithAck('list'), next(client, 'exception')])
}
