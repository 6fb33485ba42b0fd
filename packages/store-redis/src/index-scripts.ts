import { defineScript } from './script.ts'

/**
 * The indexes are sorted sets of handles, scored by when the session is over. An entry says where to look and no more:
 * one without a session, or of a session that is somebody else's, is passed over.
 */

/** Once an index holds nothing any more that could count, it goes as a whole. */
const STAY = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 'noted'`

/**
 * Notes a session of a subject, and forgets those that were over before a time. ARGV: expiresAt, handle, time to live,
 * that time.
 */
export const NOTE_SUBJECT = defineScript(`
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[4])
redis.call('ZADD', KEYS[1], 'GT', ARGV[1], ARGV[2])${STAY}`)

/**
 * Notes when a session is over. Of a handle that is noted nothing changes: it may be taken, and what is there says when
 * that session is over. ARGV: expiresAt, handle, time to live.
 */
export const NOTE_END = defineScript(`
redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2])${STAY}`)

/** All handles of an index. */
export const MEMBERS = defineScript(`return redis.call('ZRANGE', KEYS[1], 0, -1)`)

/** Some handles of sessions that are over. ARGV: now, how many. */
export const DUE = defineScript(
  `return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])`,
)

/** Takes handles out of an index, at most a few thousand: Lua's stack has an end. ARGV: handles. */
export const REMOVE = defineScript(`return redis.call('ZREM', KEYS[1], unpack(ARGV))`)
