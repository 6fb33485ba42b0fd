import { type AttackGroup, type Authority, runAttacks } from '../src/index.ts'
import { guardedServer } from './guarded-server.ts'

/** Tells which kind an attack is of: to try that one only. */
export async function groupsById(authority: Authority): Promise<(id: string) => AttackGroup> {
  const options = { authority, path: '/orders' }
  const { results } = await runAttacks(guardedServer(authority), options)
  const groups = new Map(results.map(({ case: { id, group } }) => [id, group]))
  return (id) => {
    const group = groups.get(id)
    if (group === undefined) throw new Error(`there is no attack ${id}`)
    return group
  }
}
