import { defineScript } from './script.ts'

/**
 * What is revoked is in hashes, the shards: of a key its `until` and `issuedUpTo`, ten digits each. What came last is in a
 * stream as well, one row an entry, which readers follow. A row that tells nothing new is in neither.
 */

/**
 * How far behind a reader can be, in entries, before it has to take a snapshot. They take seven megabytes; a
 * snapshot of a million takes two seconds.
 */
const RECENT = 100_000

/** Entries a script goes through: a millisecond or two, in which the server does nothing else. */
const AT_ONCE = 1_000
/** Entries it hands on as they are, in the same time. */
const HANDED_ON_AT_ONCE = 4_000

/** Until when a time counts is compared as numbers: how texts compare in Lua is up to the server's locale. */
const LATER = `
local function later(a, b)
  if tonumber(a) > tonumber(b) then return a end
  return b
end`

/**
 * What is not of this form was written by somebody else. Handed on, it would stop every reader, and whoever sweeps; how texts
 * are classed is left to nobody's locale either.
 */
const WELL_FORMED = `
local function isKey(text)
  return #text == 24 and not string.find(text, '[^a-zA-Z0-9_-]')
end
local function areTimes(text)
  return #text == 20 and not string.find(text, '[^0-9]')
end
local function isRow(text)
  return isKey(string.sub(text, 1, 24)) and areTimes(string.sub(text, 25))
end`

/**
 * Into the stream first: a step that fails between the two is done again, and not taken for done. The last entry of the
 * stream stays, whatever is trimmed: a reader knows by it that it has missed nothing. A user who must not publish can
 * revoke all the same; readers come by themselves.
 *
 * KEYS: the stream, and of each row its shard. ARGV: rows, the channel.
 */
export const APPEND = defineScript(`${LATER}${WELL_FORMED}
local isNews = false
for i = 2, #KEYS do
  local from = (i - 2) * 44
  local key = string.sub(ARGV[1], from + 1, from + 24)
  local ends = string.sub(ARGV[1], from + 25, from + 34)
  local issued = string.sub(ARGV[1], from + 35, from + 44)
  local held = redis.call('HGET', KEYS[i], key)
  if held and areTimes(held) then
    ends = later(ends, string.sub(held, 1, 10))
    issued = later(issued, string.sub(held, 11))
  end
  local times = ends .. issued
  if times ~= held then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ${RECENT}, '*', 'row', key .. times)
    redis.call('HSET', KEYS[i], key, times)
    isNews = true
  end
end
if isNews then redis.pcall('PUBLISH', ARGV[2], '') end
return 'appended'`)

/**
 * The id and the text of the stream's last entry. An empty stream is given one, which is no row, and so is one that ends with
 * something else: so there is a place to read on from. Without it, as when the user must not write, nobody can tell what came and went. KEYS: the stream. ARGV: the
 * text of such an entry, which no other has.
 */
export const LAST = defineScript(`${WELL_FORMED}
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if last and (isRow(last[2][2]) or isKey(last[2][2])) then return {last[1], last[2][2]} end
local id = redis.pcall('XADD', KEYS[1], '*', 'begin', ARGV[1])
if type(id) ~= 'string' then return false end
return {id, ARGV[1]}`)

/** Whether a stream has no entries. KEYS: the stream. */
export const IS_EMPTY = defineScript(`
return #redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1) == 0 and 'empty' or 'filled'`)

/**
 * The rows after an entry, the id of the last of them, and whether there are more; nothing unless that very entry is there,
 * and only rows come after it. KEYS: the stream. ARGV: its id, its text.
 */
export const READ_ON = defineScript(`${WELL_FORMED}
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ${AT_ONCE + 2})
local first = entries[1]
if not first or first[1] ~= ARGV[1] or first[2][2] ~= ARGV[2] then return false end
local rows, last = {}, math.min(#entries, ${AT_ONCE + 1})
for i = 2, last do
  local row = entries[i][2][2]
  if not isRow(row) then return false end
  rows[i - 1] = row
end
return {table.concat(rows), entries[last][1], last < #entries and 'more' or 'end'}`)

/** The rows of keys. KEYS: of each its shard. ARGV: keys. */
export const FIND = defineScript(`
local rows = {}
for i, shard in ipairs(KEYS) do
  local times = redis.call('HGET', shard, ARGV[i])
  if times then rows[#rows + 1] = ARGV[i] .. times end
end
return table.concat(rows)`)

/**
 * Goes through shards as far as it gets, each as a whole: no place in a shard is kept from one call to the next, which a
 * server that was restarted or took over would not know. Answers how many shards it did.
 */
const GO_THROUGH = `${WELL_FORMED}
local now, done, seen = tonumber(ARGV[1]), 0, 0
while done < #KEYS and seen < ${AT_ONCE} do
  local shard = KEYS[done + 1]
  local held = redis.call('HGETALL', shard)
  for i = 1, #held, 2 do
    local key, times = held[i], held[i + 1]
    if isKey(key) and areTimes(times) then
      visit(shard, key, times, tonumber(string.sub(times, 1, 10)) > now)
    end
  end
  done, seen = done + 1, seen + #held / 2
end`

/**
 * All that is in shards, the text of each, as far as it gets. Nothing is looked at: in a large snapshot that takes ten times
 * as long as everything else, and whoever reads has a processor of its own for it. KEYS: shards.
 */
export const WHOLE = defineScript(`
local texts, seen = {}, 0
while #texts < #KEYS and seen < ${HANDED_ON_AT_ONCE} do
  local held = redis.call('HGETALL', KEYS[#texts + 1])
  texts[#texts + 1] = table.concat(held)
  seen = seen + #held / 2
end
return texts`)

/** The rows that are live, without what else is there. KEYS: shards. ARGV: now. */
export const LIVE = defineScript(`
local texts = {}
local function visit(shard, key, times, isLive)
  if isLive then
    texts[#texts + 1] = key
    texts[#texts + 1] = times
  end
end${GO_THROUGH}
return {tostring(done), table.concat(texts)}`)

/** Drops what is over, and answers how many that were. KEYS: shards. ARGV: now. */
export const FORGET = defineScript(`
local dropped = 0
local function visit(shard, key, times, isLive)
  if not isLive then dropped = dropped + redis.call('HDEL', shard, key) end
end${GO_THROUGH}
return {tostring(done), tostring(dropped)}`)
