import type { INestApplication } from '@nestjs/common'
import { io, type Socket } from 'socket.io-client'
import { NotesService } from '../src/notes/notes.service.ts'
import { start } from './start.ts'

type Api = Awaited<ReturnType<typeof start>>

let app: INestApplication
let issuer: Api['issuer']
let clock: Api['clock']
let tokenFor: Api['tokenFor']
let url: string
const clients: Socket[] = []

beforeAll(async () => {
  ;({ app, issuer, clock, tokenFor } = await start())
  url = `${await app.getUrl()}/notes`
})

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect()
})

it('lists the notes of the user', async () => {
  app.get(NotesService, { strict: false }).add('bob', 'Oil the hinges')
  const client = connect(await tokenFor({ subject: 'bob', scope: 'notes:read' }))
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
  const client = connect(`${(await tokenFor()).slice(0, -4)}AAAA`)
  const gone = next(client, 'disconnect')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 401, error: 'invalid_token' })
  await gone
})

it('refuses a message without the scope, and stays connected', async () => {
  const client = connect(await tokenFor({ scope: 'notes:write' }))
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 403, scope: 'notes:read' })
  expect(client.connected).toBe(true)
})

it('refuses messages of a client, whose token names no user', async () => {
  const client = connect(await tokenFor({ subject: 'web', scope: 'notes:read' }))
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 403 })
})

it('refuses a message as soon as the token has expired', async () => {
  const client = connect(await tokenFor({ scope: 'notes:read' }))
  expect(await client.emitWithAck('list')).toEqual([])
  clock.advance(10 * 60 + 30)
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 401, error: 'invalid_token' })
})

it('refuses a message as soon as the user has logged out', async () => {
  const { sid, accessToken } = await issuer.openSession({ subject: 'dora', scope: 'notes:read' })
  const client = connect(accessToken)
  expect(await client.emitWithAck('list')).toEqual([])
  await issuer.revokeSession(sid)
  client.emit('list')
  expect(await next(client, 'exception')).toMatchObject({ statusCode: 401, error: 'invalid_token' })
})

it('tells users of their own new notes, and nobody else', async () => {
  const alice = connect(await tokenFor({ subject: 'alice', scope: 'notes:read' }))
  const others = [
    connect(await tokenFor({ subject: 'mallory', scope: 'notes:read' })),
    connect(await tokenFor({ subject: 'alice', scope: 'notes:write' })),
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
  const client = connect(await tokenFor({ subject: 'carol', scope: 'notes:read' }))
  const heard: unknown[] = []
  client.on('added', (note) => heard.push(note))
  await settled(client)

  clock.advance(10 * 60 + 30)
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
