import { defineScript } from './script.ts'

/** Reads a session, or the handle that a sid stands for. */
export const READ = defineScript(`return redis.call('GET', KEYS[1])`)

/** The list of session-text.ts, up to the position of what no step changes but revoking. */
const LIST = '^%[(%d+),([^,]*),(%d+),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*),()'

const NO_SESSION = `redis.error_reply('ERR this key holds no session of Gatewarden')`

/** Takes the list apart. */
const SPLIT = `
local row = redis.call('GET', KEYS[1])
if not row then return false end
local generation, rotatedAt, replays, idleExpiresAt, lateGeneration, lateAt, expiresAt, revokedAt, rest =
  string.match(row, '${LIST}')
if not rest then return ${NO_SESSION} end`

/**
 * ARGV: generation, holder, now, idleExpiresAt. The one step of every refresh, so it takes the list apart by itself, for
 * a fifth less than the others do: no more is captured than is used, and what does not begin like a session that was not
 * revoked is looked at again only then.
 */
export const ROTATE = defineScript(`
local row = redis.call('GET', KEYS[1])
if not row then return false end
local generation, idleExpiresAt, late, expiresAt, rest =
  string.match(row, '^%[(%d+),[^,]*,%d+,([^,]*),([^,]*,[^,]*),([^,]*),null,()')
if generation ~= ARGV[1] then
  if string.match(row, '${LIST}') then return false end
  return ${NO_SESSION}
end
local holder, now, idle = ARGV[2], tonumber(ARGV[3]), ARGV[4]
local idleEnd, lastEnd, wanted = tonumber(idleExpiresAt), tonumber(expiresAt), tonumber(idle)
if not (idleEnd > now) or not (lastEnd > now)
  or string.sub(row, rest, rest + #holder - 1) ~= holder then return false end
if wanted < idleEnd then idle, wanted = idleExpiresAt, idleEnd end
if wanted > lastEnd then idle = expiresAt end
row = '[' .. generation + 1 .. ',' .. ARGV[3] .. ',0,' .. idle .. ',' .. late .. ',' .. expiresAt .. ',null,'
  .. string.sub(row, rest)
redis.call('SET', KEYS[1], row, 'KEEPTTL')
return row`)

/** ARGV: generation, now, 1 for a late one. */
export const REPLAY = defineScript(`${SPLIT}
local now = tonumber(ARGV[2])
if generation ~= ARGV[1] or revokedAt ~= 'null'
  or not (tonumber(idleExpiresAt) > now) or not (tonumber(expiresAt) > now) then return false end
if ARGV[3] == '1' and lateGeneration ~= generation then
  lateGeneration = generation
  lateAt = ARGV[2]
end
row = '[' .. generation .. ',' .. rotatedAt .. ',' .. string.format('%.0f', tonumber(replays) + 1)
  .. ',' .. idleExpiresAt .. ',' .. lateGeneration .. ',' .. lateAt .. ',' .. expiresAt
  .. ',null,' .. string.sub(row, rest)
redis.call('SET', KEYS[1], row, 'KEEPTTL')
return row`)

/**
 * ARGV: how the list must end, now, the reason as JSON. The ending is unmistakable: inside of a JSON text, a quote has a
 * backslash before it and no comma.
 */
export const REVOKE = defineScript(`${SPLIT}
if revokedAt ~= 'null' or string.sub(row, -#ARGV[1]) ~= ARGV[1] then return false end
row = '[' .. generation .. ',' .. rotatedAt .. ',' .. replays .. ',' .. idleExpiresAt
  .. ',' .. lateGeneration .. ',' .. lateAt .. ',' .. expiresAt .. ',' .. ARGV[2]
  .. ',' .. string.sub(row, rest, -1 - #'null]') .. ARGV[3] .. ']'
redis.call('SET', KEYS[1], row, 'KEEPTTL')
return 'revoked'`)

/** Drops a session that has ended, and answers what it was. ARGV: now. */
export const DROP = defineScript(`${SPLIT}
if tonumber(expiresAt) > tonumber(ARGV[1]) then return false end
redis.call('DEL', KEYS[1])
return row`)

/** Keeps a new session, unless its handle is taken. ARGV: the session, its time to live. */
export const KEEP = defineScript(`
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 'kept' end
return 'taken'`)

/** Makes a sid stand for a handle, unless it stands for another. ARGV: handle, time to live. */
export const CLAIM = defineScript(`
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
  or redis.call('GET', KEYS[1]) == ARGV[1] then return 'held' end
return 'taken'`)

/** Lets go of a sid, if it stands for this handle. ARGV: handle. */
export const RELEASE = defineScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'released'`)
