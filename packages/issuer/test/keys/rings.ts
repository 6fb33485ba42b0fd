import { randomBytes } from 'node:crypto'
import type { JwkSet, KeyStore } from '@gatewarden/core'
import { createTestClock, type TestClock } from '@gatewarden/testing'
import { compactVerify, createLocalJWKSet } from 'jose'
import type { KeyRingOptions } from '../../src/keys/key-ring-options.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import type { KeyChange, KeyState, SigningKeys } from '../../src/keys/signing-keys.ts'

export const NOW = 1_800_000_000
export const MINUTE = 60
export const HOUR = 3_600
export const DAY = 86_400

export const kek = (id = 'one') => ({ id, key: randomBytes(32) })
export const KEK = kek()

/** A register in memory that can fail, hang and be tampered with. Every step takes a turn of the event loop. */
export class TestRegister implements KeyStore {
  row: { revision: number; sealed: string } | undefined
  reads = 0
  writes = 0
  failsToRead = false
  failsToWrite = false
  /** What every call waits for. */
  pause: () => Promise<unknown> = () => turn()
  /** What an answer is held up by that may be out of date by then. */
  pauseAfterReading: () => Promise<unknown> = () => turn()

  async read() {
    this.reads++
    await this.pause()
    if (this.failsToRead) throw new Error('connection refused')
    const { row } = this
    await this.pauseAfterReading()
    return row && { ...row }
  }

  async write(sealed: string, revision: number) {
    await this.pause()
    if (this.failsToWrite) throw new Error('read-only')
    if ((this.row?.revision ?? 0) !== revision) return false
    this.writes++
    this.row = { revision: revision + 1, sealed }
    await turn()
    return true
  }

  /** Puts a text in the place of what is there, as somebody could who can write the store. */
  plant(sealed: string) {
    this.row = { revision: (this.row?.revision ?? 0) + 1, sealed }
  }
}

export const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Lets everything begin that was set going: enough to count the calls of a store. */
export async function settle() {
  for (let turns = 0; turns < 10; turns++) await turn()
}

export interface TestRing {
  readonly keys: SigningKeys
  readonly clock: TestClock
  readonly register: TestRegister
  readonly changes: KeyChange[]
  readonly failures: Error[]
}

export function createRing(
  options: Partial<KeyRingOptions> & { register?: TestRegister; clock?: TestClock } = {},
): TestRing {
  const { register = new TestRegister(), clock = createTestClock(NOW), ...others } = options
  const changes: KeyChange[] = []
  const failures: Error[] = []
  const keys = createKeyRing({
    store: register,
    clock,
    keyEncryptionKeys: [KEK],
    maxTokenLifetime: 900,
    onChange: (change) => changes.push(change),
    onFailure: (error) => failures.push(error),
    ...others,
  })
  return { keys, clock, register, changes, failures }
}

/** Another process on the same store, by the same clock unless it has its own. */
export function anotherOn(
  { register, clock }: TestRing,
  options: Partial<KeyRingOptions> & { clock?: TestClock } = {},
): TestRing {
  return createRing({ register, clock, ...options })
}

export async function readyRing(...options: Parameters<typeof createRing>): Promise<TestRing> {
  const ring = createRing(...options)
  await ring.keys.ready()
  return ring
}

/** The kids of a ring's keys by their state. */
export async function kidsOf({ keys }: TestRing, state: KeyState): Promise<string[]> {
  return (await keys.list()).filter((key) => key.state === state).map(({ kid }) => kid)
}

export async function statesOf({ keys }: TestRing): Promise<KeyState[]> {
  return (await keys.list()).map(({ state }) => state)
}

export const publishedKids = async ({ keys }: Pick<TestRing, 'keys'>) =>
  (await keys.jwks()).keys.map(({ kid }) => kid!)

export const signingKid = async ({ keys }: Pick<TestRing, 'keys'>) => (await keys.signer()).kid

/** Asks for the key that signs, and waits for what that sets going. */
export async function ask(ring: TestRing): Promise<string> {
  const { reads } = ring.register
  const kid = await signingKid(ring)
  await settle()
  // It joins what is under way, and begins nothing in the second in which it began.
  if (ring.register.reads > reads) await ring.keys.refresh().catch(() => undefined)
  await ring.keys.ready()
  return kid
}

/** A compact JWS of the key that signs now. */
export async function mint({ keys }: Pick<TestRing, 'keys'>, payload: object = { sub: 'alice' }) {
  const signer = await keys.signer()
  const input = [{ alg: signer.algorithm, kid: signer.kid }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = await signer.sign(Buffer.from(input))
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

/** Whether jose verifies a token with a key set. */
export async function verifies(token: string, jwks: JwkSet): Promise<boolean> {
  try {
    await compactVerify(token, createLocalJWKSet(jwks))
    return true
  } catch {
    return false
  }
}

export async function errorOf(promise: PromiseLike<unknown> | (() => unknown)): Promise<Error> {
  try {
    await (typeof promise === 'function' ? promise() : promise)
  } catch (error) {
    return error as Error
  }
  throw new Error('expected it to fail')
}
