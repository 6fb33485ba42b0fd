import type { IssuerStore } from '@gatewarden/core'
import { aroundStore } from '../around-store.ts'
import type { Random } from './random.ts'

/** A store whose calls arrive, and are answered, after some turns of the event loop: steps of many callers interleave. */
export function jitteryStore(store: IssuerStore, random: Random): IssuerStore {
  return aroundStore(store, async (_, run) => {
    await turns(random.between(0, 3))
    const answer = await run()
    await turns(random.between(0, 3))
    return answer
  })
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
