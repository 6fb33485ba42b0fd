import { ConfigError } from '@gatewarden/core/kit'
import type { RedisNode } from './redis.ts'

/** A name of Redis's: it deletes keys when its memory is full, of its own accord. */
const POLICY = 'maxmemory-policy'

const WAIVE_EVICTION = "evictionPolicy: 'unchecked'"

/**
 * Refuses a server that may delete keys which nobody told it to: an evicted session logs its user out, and an evicted
 * revocation lets a stolen token in again.
 *
 * @throws ConfigError
 */
export async function refuseEviction(node: RedisNode): Promise<void> {
  const policy = (await infoOf(node))?.maxmemory_policy ?? (await configOf(node, POLICY))
  if (policy === 'noeviction') return
  if (policy === undefined) {
    throw new ConfigError(
      'evictionPolicy',
      `neither INFO nor CONFIG GET says what ${POLICY} of the server is. Let the user of this connection call one of ` +
        `them; or make sure that it is noeviction, and write ${WAIVE_EVICTION}`,
    )
  }
  throw new ConfigError(
    'evictionPolicy',
    `${POLICY} of the server is ${policy}: with its memory full, it would delete sessions, revocations and signing ` +
      `keys. Set it to noeviction. To run with it all the same, write ${WAIVE_EVICTION}`,
  )
}

/** What a restart of the server forgets; undefined when it forgets nothing, or does not say. */
export async function describeLoss(node: RedisNode): Promise<string | undefined> {
  const aof = (await infoOf(node))?.aof_enabled ?? flag(await configOf(node, 'appendonly'))
  if (aof !== '0') return undefined
  const snapshots = await configOf(node, 'save')
  if (snapshots === '') return 'every session, every logout and the signing keys'
  return 'every logout since its last snapshot, and whoever was logged out is logged in again'
}

function flag(value: string | undefined): string | undefined {
  return value === undefined ? undefined : value === 'no' ? '0' : '1'
}

async function infoOf(node: RedisNode): Promise<Record<string, string | undefined> | undefined> {
  const info = await unlessForbidden(node.info())
  if (typeof info !== 'string') return undefined
  return Object.fromEntries(
    info.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':')
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : []
    }),
  )
}

async function configOf(node: RedisNode, parameter: string): Promise<string | undefined> {
  const reply = await unlessForbidden(node.configGet(parameter))
  // By client, protocol and options: a flat list, an object or a Map.
  const value: unknown = Array.isArray(reply)
    ? reply[1]
    : reply instanceof Map
      ? reply.get(parameter)
      : (reply as Record<string, unknown> | undefined)?.[parameter]
  return typeof value === 'string' ? value : undefined
}

/** Managed servers have their own ways to say that a command is not for everybody; all of them are a plain ERR or NOPERM. */
async function unlessForbidden(reply: Promise<unknown>): Promise<unknown> {
  try {
    return await reply
  } catch (error) {
    if (error instanceof Error && /^(ERR|NOPERM)\b/.test(error.message)) return undefined
    throw error
  }
}
