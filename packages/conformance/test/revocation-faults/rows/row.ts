import type { Deployment } from '../deployment.ts'
import type { Process, ProcessOptions } from '../process.ts'

/** One row of the table: a fault, and what comes of it beside the bounds that every row keeps. */
export interface Row {
  readonly title: string
  readonly run: (deployment: Deployment) => Promise<void>
}

/** Who revokes, who has the fault, and a third that has nothing to do with either. */
export async function three(
  deployment: Deployment,
  options: Omit<ProcessOptions, 'name'> = {},
): Promise<{ revoker: Process; faulty: Process; bystander: Process }> {
  // Where this machine is kept busy, those that have no fault are to have none.
  const patient = { maxStaleness: 30, ...options }
  const [revoker, faulty, bystander] = await Promise.all([
    deployment.process({ ...patient, name: 'revoker' }),
    deployment.process({ ...options, name: 'faulty' }),
    deployment.process({ ...patient, name: 'bystander' }),
  ])
  return { revoker, faulty, bystander }
}
