import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** Argon2id with 19 MiB and two passes: what the library does by default, and OWASP asks for at least. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

/** The hash of a password that nobody knows. */
const NOBODYS = await hashPassword(randomBytes(32).toString('base64url'))

/**
 * Whether this is the password. Without a hash, because there is no such user, it takes as long: who tries out names must
 * not learn by the time of the answer which of them exist.
 */
export async function isPassword(
  password: string,
  passwordHash: string | undefined,
): Promise<boolean> {
  const isRight = await verify(passwordHash ?? NOBODYS, password)
  return isRight && passwordHash !== undefined
}
