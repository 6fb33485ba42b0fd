import type { SessionRow, SessionStore } from '@gatewarden/core'
import { inBatches } from './in-batches.ts'
import { DUE, MEMBERS, NOTE_END, NOTE_SUBJECT, REMOVE } from './index-scripts.ts'
import { SHARES, shareOf, type KeyNames } from './key-names.ts'
import type { Redis } from './redis.ts'
import { textOf, textsOf } from './replies.ts'
import { numeral } from './script.ts'
import { CLAIM, DROP, KEEP, READ, RELEASE, REPLAY, REVOKE, ROTATE } from './session-scripts.ts'
import { decodeSession, encodeEnding, encodeHolder, encodeSession } from './session-text.ts'
import { MARGIN, timeToLive } from './time-to-live.ts'

/**
 * A session is one key, named after its handle, and alone decides what the session is. Whatever uses it, changes it or
 * ends it is one script on that key. How else it is found, by sid, by subject and by when it is over, are keys of their
 * own, in other slots of a Cluster. So insert and sweep take several steps, and a process can die between any two. They
 * are ordered so that this leaves nothing but a pointer to nowhere: those are passed over, and go in time.
 *
 * Both clients may send a command again when the connection broke before its answer came. A rotation that is run twice
 * is a lost race: the second time the generation does not fit, and whoever asked re-reads the session and takes it from
 * there, as after any lost answer. An insert that is run twice rejects, and a revocation that is run twice resolves to
 * false: the session is there, or is ended, all the same.
 */
export function createSessions(redis: Redis, names: KeyNames): SessionStore {
  const { run } = redis

  async function find(handle: string): Promise<SessionRow | undefined> {
    return decodeSession(handle, await run(READ, [names.session(handle)], []))
  }

  async function handleOf(sid: string): Promise<string | undefined> {
    return textOf(await run(READ, [names.sid(sid)], []))
  }

  return {
    find,

    async insert(session) {
      const { handle, sid, subject, createdAt, expiresAt } = session
      const text = encodeSession(session)
      const ttl = timeToLive(createdAt, expiresAt)
      const end = numeral('expiresAt', expiresAt)
      const claim = textOf(await run(CLAIM, [names.sid(sid)], [handle, ttl]))
      if (claim !== 'held') throw new Error('There is a session with this sid.')
      // Before the session, so that none which can be used is missing in a list.
      const overBefore = numeral('createdAt', createdAt - MARGIN)
      await Promise.all([
        run(NOTE_SUBJECT, [names.subject(subject)], [end, handle, ttl, overBefore]),
        run(NOTE_END, [names.ends(shareOf(handle))], [end, handle, ttl]),
      ])
      if (textOf(await run(KEEP, [names.session(handle)], [text, ttl])) === 'kept') return
      // Lets go of the sid, unless it is that of the session which is there.
      if ((await find(handle))?.sid !== sid) await run(RELEASE, [names.sid(sid)], [handle])
      throw new Error('There is a session with this handle.')
    },

    async findBySid(sid) {
      const handle = await handleOf(sid)
      const session = handle === undefined ? undefined : await find(handle)
      // A sid whose insert failed may stand for the session that has the handle.
      return session?.sid === sid ? session : undefined
    },

    async rotate({ handle, generation, client, binding, now, idleExpiresAt }) {
      const reply = await run(
        ROTATE,
        [names.session(handle)],
        [
          numeral('generation', generation),
          encodeHolder(client, binding),
          numeral('now', now),
          numeral('idleExpiresAt', idleExpiresAt),
        ],
      )
      return decodeSession(handle, reply)
    },

    async replay({ handle, generation, now, late }) {
      const reply = await run(
        REPLAY,
        [names.session(handle)],
        [numeral('generation', generation), numeral('now', now), late ? '1' : '0'],
      )
      return decodeSession(handle, reply)
    },

    async revoke(sid, now, reason) {
      const handle = await handleOf(sid)
      if (handle === undefined) return false
      const reply = await run(
        REVOKE,
        [names.session(handle)],
        [encodeEnding(sid), numeral('now', now), JSON.stringify(reason)],
      )
      return textOf(reply) === 'revoked'
    },

    async list(subject, now) {
      numeral('now', now)
      const index = names.subject(subject)
      const handles = textsOf(await run(MEMBERS, [index], []))
      const found: SessionRow[] = []
      await inBatches(handles, async (batch) => {
        const sessions = (await Promise.all(batch.map(find))).filter((row) => row !== undefined)
        found.push(...sessions.filter((row) => row.subject === subject))
        // A session that is not there may just be on its way, and one that is idle may look alive to another clock: they
        // stay in the index. One that was revoked is so for good. A server that takes no writes can still be asked.
        const revoked = sessions.filter((row) => row.revokedAt !== null).map((row) => row.handle)
        if (revoked.length > 0) await run(REMOVE, [index], revoked).catch(() => undefined)
      })
      return found
        .filter((row) => row.revokedAt === null && row.idleExpiresAt > now && row.expiresAt > now)
        .sort((a, b) => b.createdAt - a.createdAt)
    },

    async sweep(now) {
      const time = numeral('now', now)
      let dropped = 0
      for (let share = 0; share < SHARES; share++) {
        const index = names.ends(share)
        for (;;) {
          const handles = textsOf(await run(DUE, [index], [time, '256']))
          if (handles.length === 0) break
          const ended = await Promise.all(
            handles.map(async (handle) => {
              const reply = await run(DROP, [names.session(handle)], [time])
              const session = decodeSession(handle, reply)
              if (session) await run(RELEASE, [names.sid(session.sid)], [handle])
              return session
            }),
          )
          // Last: what a process that dies before leaves to do is still noted.
          await run(REMOVE, [index], handles)
          dropped += ended.filter((session) => session !== undefined).length
        }
      }
      return dropped
    },
  }
}
