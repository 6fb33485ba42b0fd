import type { KeyStore } from '@gatewarden/core'
import type { KeyNames } from './key-names.ts'
import type { Redis } from './redis.ts'
import { textOf } from './replies.ts'
import { defineScript, numeral } from './script.ts'

const READ = defineScript(`return redis.call('GET', KEYS[1])`)

/** What is there is `revision:sealed`. ARGV: the revision expected, the sealed text. */
const WRITE = defineScript(`
local held = redis.call('GET', KEYS[1])
local revision = '0'
if held then revision = string.match(held, '^(%d+):') end
if not revision then return redis.error_reply('ERR this key holds no signing keys of Gatewarden') end
if revision ~= ARGV[1] then return 'stale' end
redis.call('SET', KEYS[1], string.format('%.0f', tonumber(revision) + 1) .. ':' .. ARGV[2])
return 'written'`)

/**
 * Without a time to live: lost signing keys would sign everybody out. A write that a client sends twice resolves to false
 * though it was done; whoever wrote then reads its own text.
 */
export function createSigningKeys({ run }: Redis, { keys }: KeyNames): KeyStore {
  return {
    async read() {
      const held = textOf(await run(READ, [keys], []))
      if (held === undefined) return undefined
      const colon = held.indexOf(':')
      return { revision: Number(held.slice(0, colon)), sealed: held.slice(colon + 1) }
    },

    async write(sealed, revision) {
      const reply = await run(WRITE, [keys], [numeral('revision', revision), sealed])
      return textOf(reply) === 'written'
    },
  }
}
