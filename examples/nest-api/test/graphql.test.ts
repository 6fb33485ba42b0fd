import type { INestApplication } from '@nestjs/common'
import type { Server } from 'node:http'
import request from 'supertest'
import { NotesService } from '../src/notes/notes.service.ts'
import { start } from './start.ts'

let app: INestApplication<Server>
let bearer: Awaited<ReturnType<typeof start>>['bearer']

beforeAll(async () => {
  ;({ app, bearer } = await start())
  app.get(NotesService, { strict: false }).add('user-1', 'Buy a lock')
})

it('tells callers about themselves', async () => {
  const { data } = await ask(
    '{ me { subject scopes roles } }',
    await bearer({ scope: 'notes:read' }),
  )
  expect(data).toEqual({ me: { subject: 'user-1', scopes: ['notes:read'], roles: [] } })
})

it('lists the notes of the user', async () => {
  const query = '{ notes { owner text } }'
  const alice = await ask(query, await bearer({ scope: 'notes:read' }))
  expect(alice.data).toEqual({ notes: [{ owner: 'user-1', text: 'Buy a lock' }] })
  const adam = await ask(query, await bearer({ subject: 'user-2', scope: 'notes:read' }))
  expect(adam.data).toEqual({ notes: [] })
})

it('asks for a token when there is none', async () => {
  const { data, errors } = await ask('{ notes { text } }')
  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', status: 401 } }])
})

it('refuses a client, whose token names no user', async () => {
  const client = await bearer({ subject: 'web', scope: 'notes:read' })
  const { errors } = await ask('{ notes { text } }', client)
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

it('names the missing scope', async () => {
  const { errors } = await ask('{ notes { text } }', await bearer())
  expect(errors).toMatchObject([
    { path: ['notes'], extensions: { code: 'FORBIDDEN', scope: 'notes:read' } },
  ])
})

interface Answer {
  readonly data?: unknown
  readonly errors?: unknown
}

async function ask(query: string, authorization?: string): Promise<Answer> {
  const asked = request(app.getHttpServer()).post('/graphql').send({ query })
  if (authorization !== undefined) asked.set('Authorization', authorization)
  return (await asked.expect(200)).body as Answer
}
