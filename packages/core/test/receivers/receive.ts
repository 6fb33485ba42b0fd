import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Receiver } from '../../src/receivers/create-receiver.ts'
import type { ReceivedEvent } from '../../src/receivers/received-event.ts'
import type { Revoker } from '../../src/receivers/revoker.ts'
import type { Revocation } from '../../src/revocations/expect-revocation.ts'
import { createMemoryRevocations } from '../../src/revocations/memory-revocations.ts'
import type { RouteReply, RouteRequest } from '../../src/routes/route.ts'
import { clock, createClock } from '../mint.ts'

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
export const SET = { 'content-type': 'application/secevent+jwt' }

/** What a receiver answers to a body, as it comes over the network, in two pieces. */
export function post(
  receiver: Receiver,
  text: string,
  headers: RouteRequest['headers'],
  rest: Partial<RouteRequest> = {},
): Promise<RouteReply> {
  const [route] = receiver.routes
  const bytes = Buffer.from(text)
  const half = bytes.length >> 1
  async function* pieces() {
    yield bytes.subarray(0, half)
    yield bytes.subarray(half)
  }
  const url = route!.path
  return route!.handle({ method: 'POST', url, headers, params: {}, stream: pieces(), ...rest })
}

/** The same, with what was published of it. */
export async function heardOf(
  answer: () => Promise<RouteReply>,
): Promise<{ reply: RouteReply; event: ReceivedEvent }> {
  const heard: ReceivedEvent[] = []
  const listener = (event: unknown) => void heard.push(event as ReceivedEvent)
  subscribe('gatewarden:received', listener)
  const reply = await answer()
  unsubscribe('gatewarden:received', listener)
  expect(heard).toHaveLength(1)
  return { reply, event: heard[0]! }
}

/** Revocations of this process that tell what they were given, and fail as long as `down` is set. */
export function createRevocations(now = createClock()) {
  const memory = createMemoryRevocations({ clock: now })
  const told: Revocation[] = []
  const spy = {
    told,
    down: undefined as Error | undefined,
    /** What was revoked, without the marks of used tokens. */
    get revoked() {
      return told.filter((each) => !('tokenId' in each && each.tokenId.startsWith('used ')))
    },
    get marks() {
      return told.filter((each) => 'tokenId' in each && each.tokenId.startsWith('used '))
    },
    async revoke(revocation: Revocation) {
      await new Promise((next) => setImmediate(next))
      if (spy.down !== undefined) throw spy.down
      told.push(revocation)
      memory.revoke(revocation)
    },
    isRevoked: memory.isRevoked.bind(memory),
  } satisfies Revoker & Record<string, unknown>
  return spy
}

export { clock }
