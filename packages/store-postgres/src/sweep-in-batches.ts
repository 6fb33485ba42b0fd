import type { Database } from './database.ts'

/** So that no transaction is long, and no lock held for long. */
const batch = 1000

/** Repeats a DELETE of `$2` rows that have ended at `$1` until none is left. Resolves to how many it were. */
export async function sweepInBatches(
  database: Database,
  text: string,
  now: number,
): Promise<number> {
  let swept = 0
  for (;;) {
    const { count } = await database.query(text, [now, batch])
    swept += count
    if (count < batch) return swept
  }
}
