import type { LoggedRevocation, RevocationLog } from '@gatewarden/core'
import { inBatches } from './in-batches.ts'
import type { KeyNames } from './key-names.ts'
import type { Redis } from './redis.ts'
import { textsOf } from './replies.ts'
import { defineScript, numeral } from './script.ts'

/** ARGV: until and entry, in turns. The later `until` counts. */
const APPEND = defineScript(`
for i = 1, #ARGV, 2 do redis.call('ZADD', KEYS[1], 'GT', ARGV[i], ARGV[i + 1]) end
return 'appended'`)

/** ARGV: now. The score of a sorted set is a double with all its digits, as JavaScript's numbers are. */
const LIVE = defineScript(
  `return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES')`,
)

/** ARGV: now. */
const FORGET = defineScript(`return redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])`)

/** One sorted set of `kind:id`, scored by `until`. */
export function createRevocationLog({ run }: Redis, { revocations }: KeyNames): RevocationLog {
  return {
    async append(entries) {
      const pairs = entries.map(({ kind, id, until }) => [numeral('until', until), `${kind}:${id}`])
      await inBatches(pairs, (batch) => run(APPEND, revocations, batch.flat()))
    },

    async live(now) {
      const flat = textsOf(await run(LIVE, revocations, [numeral('now', now)]))
      return Array.from({ length: flat.length / 2 }, (_, at) =>
        decodeEntry(flat[2 * at] ?? '', flat[2 * at + 1] ?? ''),
      )
    },

    async sweep(now) {
      return Number(await run(FORGET, revocations, [numeral('now', now)]))
    },
  }
}

function decodeEntry(entry: string, score: string): LoggedRevocation {
  const colon = entry.indexOf(':')
  const kind = entry.slice(0, colon) as LoggedRevocation['kind']
  return { kind, id: entry.slice(colon + 1), until: Number(score) }
}
