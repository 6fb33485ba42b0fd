import { createUsers, type Users } from '@gatewarden-examples/express-api/users'

const scopes = ['notes:read', 'notes:write']

/** Who can log in. The page shows it: this is a demo, and forgets everything when it ends. */
export const demoUsers = [
  { id: 'user-1', name: 'alice', about: 'reads and writes notes', scopes, roles: [] },
  { id: 'user-2', name: 'adam', about: 'the same, and is an admin', scopes, roles: ['admin'] },
  { id: 'user-3', name: 'rita', about: 'only reads', scopes: ['notes:read'], roles: [] },
] as const

export const DEMO_PASSWORD = 'a lock and two keys'

export async function createDemoUsers(): Promise<Users> {
  const users = createUsers()
  await Promise.all(
    demoUsers.map(({ id, name, scopes, roles }) =>
      users.add({ id, name, scopes, roles, password: DEMO_PASSWORD }),
    ),
  )
  return users
}
