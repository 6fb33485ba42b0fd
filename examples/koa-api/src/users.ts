import { hashPassword, isPassword } from './passwords.ts'

export interface User {
  /** `sub` of the tokens. It never changes and is never given to another; a name may be both. */
  readonly id: string
  readonly name: string
  readonly passwordHash: string
  /** What the user may let an application do. */
  readonly scopes: readonly string[]
  /** What the user is. */
  readonly roles: readonly string[]
}

export type NewUser = Omit<User, 'passwordHash'> & { readonly password: string }

/** Users, in memory. Yours are in a database. */
export function createUsers() {
  const users = new Map<string, User>()

  return {
    async add({ password, ...user }: NewUser): Promise<void> {
      users.set(user.id, { ...user, passwordHash: await hashPassword(password) })
    },

    /** The user of this name, if the password is theirs. */
    async authenticate(name: string, password: string): Promise<User | undefined> {
      const user = [...users.values()].find((each) => each.name === name)
      return (await isPassword(password, user?.passwordHash)) ? user : undefined
    },

    /** What the user may do now. Null for one who is not a user any more. */
    grantOf(id: string): { scope: readonly string[]; roles: readonly string[] } | null {
      const user = users.get(id)
      return user === undefined ? null : { scope: user.scopes, roles: user.roles }
    },

    setRoles(id: string, roles: readonly string[]): void {
      const user = users.get(id)
      if (user !== undefined) users.set(id, { ...user, roles })
    },

    remove(id: string): void {
      users.delete(id)
    },
  }
}

export type Users = ReturnType<typeof createUsers>
