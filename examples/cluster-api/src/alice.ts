/** The only user. Yours are in a database. */
export const ALICE = { id: 'user-1', name: 'alice', roles: ['admin'] }

/** What a user may do now. Null for one who is not a user any more. */
export function grantOf(id: string) {
  return id === ALICE.id ? { roles: ALICE.roles } : null
}
