import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { asReceived, ISSUER } from '../lib/tokens.ts'
import { type Timed, timed } from './block-probe.ts'
import { growth, type MemoryUse, memoryUse } from './memory-growth.ts'

/*
 * What anybody would write first: a Map of texts. `node --expose-gc measure-map.js <entries> <checks>`, in a process of its
 * own.
 */

export interface MapHeld {
  readonly grown: MemoryUse
  readonly loading: Timed
  readonly sweeping: Timed
  readonly checkNanoseconds: number
}

const [entries = NaN, checks = NaN] = process.argv.slice(2).map(Number)
const LEVELS = ['jti', 'sid', 'sub', 'client', 'tenant', 'kid', 'iss'] as const
const AT_ONCE = 4096

const keyOf = (level: string, id: string) => asReceived(`${level}:${ISSUER}:${id}`)

const revoked = new Map<string, number>()
const before = await memoryUse()
const loading = await timed(async () => {
  for (let at = 0; at < entries; at++) {
    revoked.set(keyOf(LEVELS[at % 3]!, randomUUID()), at % 10)
    if (at % AT_ONCE === 0) await turn()
  }
})
const after = await memoryUse()
const checkNanoseconds = measureChecks()
const sweeping = await timed(async () => {
  for (const [key, tenth] of revoked) if (tenth === 0) revoked.delete(key)
  await turn()
})
if (revoked.size !== entries - Math.ceil(entries / 10)) throw new Error('not a tenth was over')

process.stdout.write(
  `${JSON.stringify({
    grown: growth(before, after),
    loading,
    sweeping,
    checkNanoseconds,
  } satisfies MapHeld)}\n`,
)

/** Of a token's seven identifiers, each under a key that is put together for the check. */
function measureChecks(): number {
  const tokens = Array.from({ length: checks }, (_, at) => [
    ...[randomUUID(), randomUUID(), `user-${String(at)}`],
    ...['web-shop', 'acme', 'key-1', ''],
  ])
  const check = (ids: readonly string[]) => {
    for (let level = 0; level < LEVELS.length; level++)
      if (revoked.has(`${LEVELS[level]!}:${ISSUER}:${ids[level]!}`)) return true
    return false
  }
  let found = 0
  const checkAll = () => {
    for (const ids of tokens) if (check(ids)) found++
  }
  checkAll()
  const start = process.hrtime.bigint()
  checkAll()
  const nanoseconds = Number(process.hrtime.bigint() - start) / checks
  if (found > 0) throw new Error('found what is not there')
  return nanoseconds
}
