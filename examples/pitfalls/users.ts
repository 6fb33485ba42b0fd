import { randomBytes } from 'node:crypto'

/** Everybody's, made when the tests start. How passwords are kept is another story: see examples/express-api. */
export const PASSWORD = randomBytes(12).toString('base64url')

/** Alice and Mallory, for the pitfalls that begin with a login. Yours are in a database. */
export function createUsers() {
  const rolesOf = new Map<string, readonly string[]>([
    ['alice', []],
    ['mallory', []],
  ])

  return {
    /** The user of this name, if the password is theirs. */
    authenticate(credentials: unknown): { id: string; roles: readonly string[] } | undefined {
      const { name, password } = Object(credentials) as { name?: unknown; password?: unknown }
      if (typeof name !== 'string' || password !== PASSWORD) return undefined
      const roles = rolesOf.get(name)
      return roles && { id: name, roles }
    },

    /** What the user may do now. Null for one who is not a user any more. */
    grantOf(id: string): { roles: readonly string[] } | null {
      const roles = rolesOf.get(id)
      return roles === undefined ? null : { roles }
    },

    setRoles(id: string, roles: readonly string[]): void {
      rolesOf.set(id, roles)
    },
  }
}

export type Users = ReturnType<typeof createUsers>
