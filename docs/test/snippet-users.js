/*
 * The module './users.js' of the guide: what is the reader's. Snippets are compiled against it, and run with it.
 */

const alice = { id: 'user-17', name: 'alice', password: 'correct horse', isBlocked: false }
const all = [alice]

export const users = {
  /**
   * @param {unknown} name
   * @param {unknown} password
   * @returns {Promise<{ id: string } | undefined>}
   */
  authenticate(name, password) {
    const user = all.find((each) => each.name === name && each.password === password)
    return Promise.resolve(user?.isBlocked === true ? undefined : user)
  },

  /**
   * @param {string} id
   * @returns {Promise<{ scope: string, roles: string[] } | null>}
   */
  grantOf(id) {
    const user = all.find((each) => each.id === id && !each.isBlocked)
    return Promise.resolve(user === undefined ? null : { scope: 'orders:read', roles: ['clerk'] })
  },

  /** @param {boolean} isBlocked */
  blockAlice(isBlocked) {
    alice.isBlocked = isBlocked
  },
}
