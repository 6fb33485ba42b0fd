import assert from 'node:assert/strict'
import {
  generationOf,
  guardSays,
  type Held,
  type Instance,
  refresh,
  refusalOf,
} from './instance.ts'

/** The session goes on: its token is worth a successor, and the access token with it is accepted. */
export async function expectAlive(
  instance: Instance,
  held: Pick<Held, 'refreshToken'>,
): Promise<Held> {
  const next = await refresh(instance, held)
  assert.equal(await guardSays(instance, next), undefined)
  return next
}

/** Neither of its tokens is worth anything. */
export async function expectEnded(instance: Instance, held: Held): Promise<void> {
  assert.match((await refusalOf(instance, held)) ?? 'granted', /^ERR_(SESSION_ENDED|REFRESH_\w+)$/)
  assert.equal(await guardSays(instance, held), 'ERR_TOKEN_REVOKED')
}

/** Whether its family has ended. If so, its access tokens have: nobody could end them any more. */
export async function isEnded(instance: Instance, held: Held): Promise<boolean> {
  const row = await instance.store.sessions.findBySid(held.sid)
  assert(row !== undefined, 'a session was lost')
  if (row.revokedAt === null) return false
  assert.equal(await guardSays(instance, held), 'ERR_TOKEN_REVOKED')
  return true
}

/** It was used once, however often that was tried: the store has one more rotation than the token. */
export async function expectOneSuccessor(
  instance: Instance,
  used: Held,
  successor: Held,
): Promise<void> {
  assert.equal(successor.sid, used.sid)
  assert.equal(generationOf(successor), generationOf(used) + 1)
  const row = await instance.store.sessions.findBySid(used.sid)
  assert.equal(row?.generation, generationOf(successor))
}

/** One key signs, at least one stands by, and none is there twice. Resolves to the names, and which it is that signs. */
export async function expectSoundRing({ issuer }: Instance): Promise<{
  active: string
  kids: string[]
}> {
  const keys = await issuer.keys.list()
  const kids = keys.map(({ kid }) => kid)
  assert.equal(new Set(kids).size, kids.length)
  const [active, ...more] = keys.filter(({ state }) => state === 'active')
  assert(active !== undefined && more.length === 0)
  assert(keys.some(({ state }) => state === 'standby'))
  return { active: active.kid, kids }
}
