import type { IssuerStore } from '@gatewarden/core'
import { createTestClock } from '@gatewarden/testing'
import type { TokenSet } from '../../src/token-set.ts'
import { createTestIssuer, generationOf, NOON, type TestIssuer } from '../test-issuer.ts'
import { jitteryStore, turns } from './jittery-store.ts'
import { createRandom, type Random } from './random.ts'

/** A store as two processes see it. */
export interface OpenedStore {
  readonly store: IssuerStore
  /** Another handle on the same, with a connection of its own. Default: the same handle. */
  readonly again?: () => Promise<IssuerStore>
  readonly close: () => Promise<void>
}

export interface RoundsOptions {
  readonly rounds: number
  /** The same seed makes the same rounds; how they interleave on a real server is its own affair. */
  readonly seed: number
  /** Told after every round. */
  readonly onRound?: (tally: RoundsTally) => void
}

export interface RoundsTally {
  rounds: number
  presentations: number
  /** Rounds with a logout in the middle. */
  logouts: number
  /** Presentations in such rounds that came before it, and those that came too late. */
  grantedBeforeLogout: number
  refusedByLogout: number
}

interface Round {
  readonly processes: readonly [TestIssuer, TestIssuer]
  readonly random: Random
  readonly subject: string
  /** What everybody presents. */
  readonly token: TokenSet
  readonly tally: RoundsTally
}

/**
 * Has many callers on two processes present one token at the same time, again and again. Every round must give exactly one
 * successor; and in every third, in which the user logs out amid that, the logout must win: nothing is granted to whoever
 * comes after it, and nothing that was granted counts.
 *
 * @throws Error naming the round and the seed
 */
export async function runRounds(
  openStore: () => Promise<OpenedStore>,
  { rounds, seed, onRound }: RoundsOptions,
): Promise<RoundsTally> {
  const tally: RoundsTally = {
    rounds: 0,
    presentations: 0,
    logouts: 0,
    grantedBeforeLogout: 0,
    refusedByLogout: 0,
  }
  const { store, again, close } = await openStore()
  try {
    const clock = createTestClock(NOON)
    const random = createRandom(seed)
    const stores = [store, (await again?.()) ?? store] as const
    const processes = stores.map((each) =>
      createTestIssuer({ store: jitteryStore(each, random) }, clock),
    ) as [TestIssuer, TestIssuer]
    for (let round = 1; round <= rounds; round++) {
      try {
        await playRound(processes, random, round, tally)
      } catch (cause) {
        const problem = (cause as Error).message
        throw new Error(`round ${round} of seed ${seed} on ${store.name}: ${problem}`, { cause })
      }
      tally.rounds++
      onRound?.(tally)
    }
    return tally
  } finally {
    await close()
  }
}

async function playRound(
  processes: Round['processes'],
  random: Random,
  round: number,
  tally: RoundsTally,
): Promise<void> {
  const subject = `user-${round}`
  let token = await random.pick(processes).issuer.openSession({ subject })
  for (let before = random.between(0, 3); before > 0; before--)
    token = await random.pick(processes).refresh(token)
  const play = round % 3 === 0 ? playLogout : playRace
  await play({ processes, random, subject, token, tally })
}

async function playRace(round: Round): Promise<void> {
  const { processes, random, token } = round
  const answers = await Promise.all(present(round, random.between(2, 50)))
  const successor = successorOf(answers, token)
  same('presentations granted', successor === undefined, false)
  const row = await processes[0].store.sessions.findBySid(token.sid)
  same('the generation in the store', row?.generation, generationOf(token) + 1)
  same('the session was ended', row?.revokedAt, null)
  for (const { guardSays } of processes)
    for (const granted of sampleOf(grantedOf(answers), random))
      same('a guard says of a granted token', await guardSays(granted), undefined)
  const next = await random.pick(processes).refresh(successor!)
  same('the next generation', generationOf(next), generationOf(token) + 2)
}

async function playLogout(round: Round): Promise<void> {
  const { processes, random, token, tally } = round
  const { sid } = token
  const leaving = random.pick(processes)
  const wait = random.between(0, 12)
  const after = random.between(2, 6)
  const racing = present(round, random.between(2, 50))
  const logout = async () => {
    await turns(wait)
    // What it resolves to does not matter here: a refresh that found the end begun may have finished it.
    await logOut(leaving, round)
    // From here on, while others are still under way.
    return Promise.all(present(round, after))
  }
  const [late, ...early] = await Promise.all([logout(), ...racing])
  const successor = successorOf(early, token)
  for (const answer of late) same('after the logout', codeOf(answer), 'ERR_SESSION_ENDED')
  for (const { refusal, store } of processes) {
    for (const tokens of successor === undefined ? [token] : [token, successor])
      same('later', (await refusal(tokens)).code, 'ERR_SESSION_ENDED')
    const row = await store.sessions.findBySid(sid)
    same('the session is ended', row?.revokedFor, 'revoked')
  }
  const granted = [token, ...grantedOf(early)]
  for (const tokens of granted)
    same('the guard where it happened', await leaving.guardSays(tokens), 'ERR_TOKEN_REVOKED')
  // Half a minute later every process has to know.
  leaving.clock.advance(31)
  for (const { guardSays } of processes) {
    for (const tokens of sampleOf(granted, random))
      same('the guard of every process', await guardSays(tokens), 'ERR_TOKEN_REVOKED')
  }
  tally.logouts++
  tally.grantedBeforeLogout += grantedOf(early).length
  tally.refusedByLogout += early.length - grantedOf(early).length
}

function logOut({ issuer }: TestIssuer, { random, subject, token }: Round): Promise<unknown> {
  return random.pick<() => Promise<unknown>>([
    () => issuer.revokeSession(token.sid),
    () => issuer.revokeSession(token.sid, { subject }),
    () => issuer.revokeSessions(subject),
    () => issuer.revokeToken(token.refreshToken),
  ])()
}

type Answer = TokenSet | Error

/** Presents the token so many times, each after some turns, on one of the processes. */
function present({ processes, random, token, tally }: Round, times: number): Promise<Answer>[] {
  tally.presentations += times
  return Array.from({ length: times }, async () => {
    const { refresh } = random.pick(processes)
    await turns(random.between(0, 6))
    return refresh(token).catch((error: unknown) => error as Error)
  })
}

/** What all that were granted have in common; undefined when none was. */
function successorOf(answers: readonly Answer[], token: TokenSet): TokenSet | undefined {
  const granted = grantedOf(answers)
  for (const answer of answers)
    if (answer instanceof Error) same('a refusal', codeOf(answer), 'ERR_SESSION_ENDED')
  for (const { refreshToken, sid } of granted) {
    same('the successor', refreshToken, granted[0]!.refreshToken)
    same('the session', sid, token.sid)
    same('its generation', generationOf({ refreshToken }), generationOf(token) + 1)
  }
  return granted[0]
}

function grantedOf(answers: readonly Answer[]): TokenSet[] {
  return answers.filter((answer): answer is TokenSet => !(answer instanceof Error))
}

function codeOf(answer: Answer): string {
  return answer instanceof Error ? String((answer as { code?: string }).code ?? answer) : 'granted'
}

/** The first, the last and one in between: verifying all would take longer than the round. */
function sampleOf<T>(items: readonly T[], random: Random): T[] {
  if (items.length < 4) return [...items]
  return [items[0]!, items[random.between(1, items.length - 2)]!, items.at(-1)!]
}

function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
}
