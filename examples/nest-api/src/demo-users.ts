import { randomBytes } from 'node:crypto'
import { UsersService } from './auth/users.service.ts'

/** Two users to try the API with. Their password is DEMO_PASSWORD, or a new one at every start, which is printed. */
export async function createDemoUsers(): Promise<UsersService> {
  const given = process.env.DEMO_PASSWORD ?? ''
  const password = given === '' ? randomBytes(12).toString('base64url') : given
  const users = new UsersService()
  const scopes = ['notes:read', 'notes:write']
  await users.add({ id: 'user-1', name: 'alice', password, scopes, roles: [] })
  await users.add({ id: 'user-2', name: 'adam', password, scopes, roles: ['admin'] })
  console.log(
    `There are two users: alice, and adam, who is an admin. Their password: ` +
      (given === '' ? password : 'as in DEMO_PASSWORD'),
  )
  return users
}
