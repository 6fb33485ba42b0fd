import type { INestApplication } from '@nestjs/common'
import type { Server } from 'node:http'
import request from 'supertest'
import { NotesService } from '../src/notes/notes.service.ts'
import { bearer, start } from './start.ts'

let app: INestApplication<Server>

beforeAll(async () => {
  app = await start()
  app.get(NotesService, { strict: false }).add('alice', 'Buy a lock')
})

afterAll(() => app.close())

it('tells callers about themselves', async () => {
  const { data } = await ask('{ me { subject scopes roles } }', bearer({ scope: 'notes:read' }))
  expect(data).toEqual({ me: { subject: 'alice', scopes: ['notes:read'], roles: [] } })
})

it('lists the notes of the user', async () => {
  const query = '{ notes { owner text } }'
  const alice = await ask(query, bearer({ sub: 'alice', scope: 'notes:read' }))
  expect(alice.data).toEqual({ notes: [{ owner: 'alice', text: 'Buy a lock' }] })
  const mallory = await ask(query, bearer({ sub: 'mallory', scope: 'notes:read' }))
  expect(mallory.data).toEqual({ notes: [] })
})

it('asks for a token when there is none', async () => {
  const { data, errors } = await ask('{ notes { text } }')
  expect(data).toBeNull()
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', status: 401 } }])
})

it('refuses a client that registered under the name of a user', async () => {
  const client = bearer({ sub: 'alice', client_id: 'alice', scope: 'notes:read' })
  const { errors } = await ask('{ notes { text } }', client)
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

it('names the missing scope', async () => {
  const { errors } = await ask('{ notes { text } }', bearer())
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
