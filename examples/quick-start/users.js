// Stands in for your users: alice, with a new password at every start.
import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

export async function createDemoUsers() {
  const password = randomBytes(12).toString('base64url')
  const alice = { id: 'user-1', name: 'alice', passwordHash: await hash(password) }

  return {
    password,

    // The password is looked at whatever the name is: the time of the answer tells nobody who has an account.
    async authenticate(name, given) {
      if (typeof name !== 'string' || typeof given !== 'string') return undefined
      const isRight = await verify(alice.passwordHash, given)
      return isRight && name === alice.name ? alice : undefined
    },

    grantOf(id) {
      return id === alice.id ? { scope: 'orders:read' } : null
    },
  }
}
