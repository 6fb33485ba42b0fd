import { mint } from '../lib/tokens.ts'
import { createKeys } from '../lib/verification-key.ts'
import { type AddedCost, measureAddedCost } from './added-cost.ts'
import { FAMILIES, type Family } from './families.ts'

/** What the process that measures a family is told. */
export interface Assignment {
  readonly family: Family
  readonly users: number
  readonly rounds: number
}

/*
 * The program of a process that measures one family. In one process, the core would get to see the requests of every
 * framework, and the compiler would prepare it for all their shapes: no application is like that.
 */
process.once('message', (assignment: Assignment) => {
  void measure(assignment).then((costs) => process.send?.(costs))
})
process.once('disconnect', () => process.exit())

async function measure({ family, users, rounds }: Assignment): Promise<AddedCost[]> {
  const { signer, key } = createKeys('HS256')
  const createContestants = await FAMILIES[family]()
  const tokens = Array.from({ length: users }, (_, user) => mint(signer, user))
  return measureAddedCost(createContestants(key), tokens, rounds)
}
