import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isIssuerError } from '@gatewarden/issuer'
import { expectAlive, expectEnded } from './checks.ts'
import { connect } from './connect.ts'
import type { Ground } from './grounds.ts'
import { generationOf, type Held, type Instance, open, refresh, startInstance } from './instance.ts'

export interface LoadReport {
  readonly clients: number
  readonly restarts: number
  readonly refreshes: number
  readonly logouts: number
  /** Calls that ended in a 503. */
  readonly outages: number
  /** Of the tokens that were presented last and not answered, those that had been used up all the same. */
  readonly usedWithoutAnswer: number
}

/** One client: its newest token, and whether it has an answer to the last one it presented. */
interface Client {
  held: Held
  isAnswered: boolean
}

/** One in so many logs out in the course of it. */
const LOGOUTS = 5

/**
 * Refreshes many sessions at once while their server is killed and started again. Clients that are told 503 present the
 * same token again; at the last restart they do not, so that it can be seen in which of two states that left them.
 */
export async function restartUnderLoad(
  ground: Ground,
  { clients: count, restarts }: { clients: number; restarts: number },
): Promise<LoadReport> {
  const name = `s${randomBytes(8).toString('hex')}`
  const secret = randomBytes(32).toString('base64url')
  const connection = await connect(ground.place)
  const instance = startInstance(connection.storeOf(name), secret)
  const counts = { refreshes: 0, outages: 0 }
  const clients: Client[] = []
  for (let number = 0; number < count; number++)
    clients.push({ held: await open(instance, `user ${number}`), isAnswered: true })
  const leaving = clients.filter((_, at) => at % LOGOUTS === 0)
  const staying = clients.filter((_, at) => at % LOGOUTS !== 0)
  let isLastRestart = false
  let isOver = false

  const present = async (client: Client): Promise<void> => {
    client.isAnswered = false
    const next = await untilAvailable(() => refresh(instance, client.held))
    if (next === undefined) return
    // Used once: never one too many, however often it was presented.
    assert.equal(generationOf(next), generationOf(client.held) + 1)
    counts.refreshes++
    client.held = next
    client.isAnswered = true
  }

  /** Undefined when the time for trying again is over. */
  const untilAvailable = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
    for (;;) {
      try {
        return await call()
      } catch (error) {
        if (!isIssuerError(error) || error.status !== 503) throw error
        counts.outages++
        if (isLastRestart) return undefined
        await delay(20)
      }
    }
  }

  const work = async (client: Client): Promise<void> => {
    while (!isOver && (client.isAnswered || !isLastRestart)) await present(client)
  }
  /** Those whose logout was confirmed. */
  const left: Client[] = []
  const workAndLeave = async (client: Client, after: number): Promise<void> => {
    while (generationOf(client.held) < after && !isOver && !isLastRestart) await present(client)
    const { sid } = client.held
    if ((await untilAvailable(() => instance.issuer.revokeSession(sid))) !== undefined)
      left.push(client)
  }

  const untilMore = async (refreshes: number) => {
    const enough = counts.refreshes + refreshes
    while (counts.refreshes < enough && !isOver) await delay(5)
  }
  const crashing = async () => {
    for (let restart = 1; restart <= restarts; restart++) {
      // Each client several times: a logout takes as long as five refreshes.
      await untilMore(7 * count)
      isLastRestart = restart === restarts
      await ground.crash!()
    }
    isOver = true
  }
  try {
    await Promise.all([
      crashing(),
      ...staying.map(work),
      ...leaving.map((client, at) => workAndLeave(client, at % 12)),
    ])
  } finally {
    isOver = true
    await connection.close()
  }

  // As another process sees it.
  const another = await connect(ground.place)
  let usedWithoutAnswer = 0
  try {
    const survivor = startInstance(another.storeOf(name), secret)
    await survivor.issuer.ready()
    for (const client of staying) usedWithoutAnswer += await lookAfter(survivor, client)
    for (const { held } of left) await expectEnded(survivor, held)
  } finally {
    await another.close()
  }
  return { clients: count, restarts, ...counts, logouts: left.length, usedWithoutAnswer }
}

/** The session is there, and as its client knows it, or one ahead where the answer was lost. */
async function lookAfter(survivor: Instance, { held, isAnswered }: Client): Promise<0 | 1> {
  const row = await survivor.store.sessions.findBySid(held.sid)
  const ahead = (row?.generation ?? NaN) - generationOf(held)
  assert(ahead === 0 || (ahead === 1 && !isAnswered), `it is ${ahead} ahead of its client`)
  const next = await expectAlive(survivor, held)
  assert.equal(generationOf(next), generationOf(held) + 1)
  return ahead
}
