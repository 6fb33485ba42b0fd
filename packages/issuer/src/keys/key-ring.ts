import type { JwkSet } from '@gatewarden/core'
import { type MaybePromise, whenReady } from '@gatewarden/core/kit'
import {
  type KeyRingOptions,
  type KeyRingSettings,
  resolveKeyRingOptions,
} from './key-ring-options.ts'
import { KeysUnavailableError } from './keys-unavailable-error.ts'
import { LocalSigner } from './local-signer.ts'
import {
  broughtForward,
  type ChangeStep,
  maintained,
  planMaintenance,
  withRevoked,
} from './ring-changes.ts'
import type { RingDocument } from './ring-document.ts'
import { RingRegister } from './ring-register.ts'
import { RingSeal } from './ring-seal.ts'
import { standbysOf } from './ring-states.ts'
import { changesBetween, infoOf, type RingView, viewOf } from './ring-view.ts'
import type { ReadySigner } from './signer.ts'
import { generatePrivateKey } from './signing-algorithm.ts'
import type { KeyChange, KeyChangeCause, SigningKeyInfo, SigningKeys } from './signing-keys.ts'
import { tellListener } from './tell-listener.ts'

/** The age, in seconds, from which on the keys are read again behind the back of whoever asks for them. */
const REREAD_AFTER = 30

/**
 * The age from which on whoever asks waits for that. Only a process that nobody asked anything for a while comes so far:
 * it must not go by a key that was revoked meanwhile.
 */
const WAIT_AFTER = 60

/** Seconds between two readings that an unknown `kid` may cause, and after one that failed. Anyone can invent a `kid`. */
const COOLDOWN = 5

/**
 * Keeps the signing keys of an issuer in a store, where every process finds the same: sealed, changed in time, always
 * with the next one published ahead.
 *
 * There are no timers: whoever asks for the keys keeps them in order.
 *
 * @throws ConfigError
 */
export function createKeyRing(options: KeyRingOptions): SigningKeys {
  return new KeyRing(resolveKeyRingOptions(options))
}

/** The ring as this process last read or wrote it. */
interface Copy {
  readonly ring: RingDocument
  /** When the reading of it began. */
  readonly readAt: number
}

type Change = (ring: RingDocument, step: ChangeStep) => Promise<RingDocument>

class KeyRing implements SigningKeys {
  readonly #settings: KeyRingSettings
  readonly #register: RingRegister
  #copy: Copy | undefined
  #view: RingView | undefined
  /** True once this process made sure that the ring is as it is configured. */
  #isStarted = false
  #reading: Promise<void> | undefined
  #readingSince = -Infinity
  #maintaining: Promise<void> | undefined
  #failure: { readonly at: number; readonly error: Error } | undefined

  constructor(settings: KeyRingSettings) {
    const { store, clock, keyEncryptionKeys } = settings
    this.#settings = settings
    this.#register = new RingRegister({
      store,
      clock,
      seal: new RingSeal(keyEncryptionKeys),
      onRead: (ring, readAt) => this.#adopt(ring, readAt, 'elsewhere'),
    })
  }

  async ready(): Promise<void> {
    await this.#current()
    // It can sign by now. What could not be written is told to onFailure, and tried again.
    await this.#maintaining?.catch(noop)
  }

  signer(): MaybePromise<ReadySigner> {
    return whenReady(
      this.#current(),
      ({ signer }) =>
        signer ?? Promise.reject(new KeysUnavailableError('no signing key is left that may sign')),
    )
  }

  jwks(): MaybePromise<JwkSet> {
    return whenReady(this.#current(), ({ jwks }) => jwks)
  }

  async refresh(): Promise<void> {
    if (this.#reading !== undefined) return this.#reading
    const failure = this.#recentFailure()
    // Whether there is such a key, nobody knows.
    if (failure !== undefined) throw failure
    if (this.#elapsedSince(this.#readingSince) >= COOLDOWN) await this.#read()
  }

  async list(): Promise<readonly SigningKeyInfo[]> {
    const { standings } = await this.#load()
    return standings.map(infoOf)
  }

  async rotate(): Promise<SigningKeyInfo> {
    let target = ''
    await this.#change('rotate', async (ring, step) => {
      const before = await maintained(ring, step)
      // The same key in every try: of many who ask at once, one brings it forward, and the others find that done.
      if (!before.keys.some(({ kid }) => kid === target))
        target = standbysOf(before, step.now)[0]!.kid
      return maintained(broughtForward(before, target, step), step)
    })
    return infoOf(this.#viewNow().standings.find(({ key }) => key.kid === target)!)
  }

  async revoke(kid: string): Promise<boolean> {
    let isKnown = false
    await this.#change('revoke', async (ring, step) => {
      const key = ring.keys.find((other) => other.kid === kid)
      isKnown = key !== undefined || ring.revoked.some((other) => other.kid === kid)
      return maintained(key === undefined ? ring : withRevoked(ring, key, step.now), step)
    })
    return isKnown
  }

  /** What the keys are now: at once while there is a copy to go by, which is brought up to date meanwhile. */
  #current(): MaybePromise<RingView> {
    const age = this.#age()
    if (age < REREAD_AFTER) return this.#viewNow()
    const isUsable = age < this.#settings.lead / 2
    const failure = this.#reading === undefined ? this.#recentFailure() : undefined
    if (failure !== undefined) return isUsable ? this.#viewNow() : Promise.reject(failure)
    if (!isUsable) return this.#load()

    const reading = this.#read()
    reading.catch(noop)
    // A store that hangs holds up those who come first, and nobody after.
    const isSlow = this.#elapsedSince(this.#readingSince) >= COOLDOWN
    const next = () => this.#viewNow()
    return age < WAIT_AFTER || isSlow ? next() : reading.then(next, next)
  }

  async #load(): Promise<RingView> {
    await this.#read()
    // The store is empty, then, and the first ring is being made.
    if (this.#copy === undefined) await this.#maintain()
    return this.#viewNow()
  }

  /** Reads the register, once for all who want that meanwhile, and sees to what is due. */
  #read(): Promise<void> {
    if (this.#reading !== undefined) return this.#reading
    this.#readingSince = this.#settings.clock()
    this.#reading = this.#register
      .read()
      .then(
        () => {
          this.#failure = undefined
          if (this.#isMaintenanceDue()) this.#maintain().catch(noop)
        },
        (error: Error) => this.#fail(error),
      )
      .finally(() => (this.#reading = undefined))
    return this.#reading
  }

  #maintain(): Promise<void> {
    this.#maintaining ??= this.#change('schedule', maintained)
      // While there is a ring to go by, reading is all that matters to those who ask.
      .catch((error: Error) => this.#fail(error, this.#copy === undefined))
      .finally(() => (this.#maintaining = undefined))
    return this.#maintaining
  }

  #isMaintenanceDue(): boolean {
    if (this.#copy === undefined) return true
    const step = {
      now: this.#settings.clock(),
      settings: this.#settings,
      isStarting: !this.#isStarted,
    }
    return (
      planMaintenance(this.#copy.ring, step) !== undefined ||
      (step.isStarting && !this.#register.isSealCurrent)
    )
  }

  async #change(cause: KeyChangeCause, change: Change): Promise<void> {
    const { clock } = this.#settings
    const isStarting = !this.#isStarted
    /** What was made for a try that was lost serves in the next. */
    const made: Promise<LocalSigner>[] = []
    let now = clock()
    const ring = await this.#register.change((current) => {
      let used = 0
      now = clock()
      const makeKey = async (activeFrom: number) => {
        const signer = await (made[used++] ??= this.#makeSigner())
        const { kid, algorithm } = signer
        return { kid, algorithm, createdAt: now, activeFrom, signer }
      }
      return change(current, { now, settings: this.#settings, isStarting, makeKey })
    }, isStarting)
    this.#isStarted = true
    if (ring !== undefined) this.#adopt(ring, now, cause)
  }

  async #makeSigner(): Promise<LocalSigner> {
    const { algorithm, modulusLength } = this.#settings
    return new LocalSigner(algorithm, await generatePrivateKey(algorithm, modulusLength))
  }

  #adopt(ring: RingDocument, readAt: number, cause: KeyChangeCause): void {
    const { clock, retain } = this.#settings
    const isNew = ring !== this.#copy?.ring
    const before = this.#copy && this.#viewNow()
    this.#copy = { ring, readAt }
    if (!isNew) return
    const view = viewOf(ring, clock(), retain, before)
    this.#view = view
    // What was there before this process first looked is no news.
    const known = before?.standings ?? (cause === 'elsewhere' ? view.standings : [])
    this.#tell(changesBetween(known, view.standings, cause))
  }

  #viewNow(): RingView {
    const { clock, retain } = this.#settings
    const now = clock()
    const before = this.#view!
    if (now >= before.from && now < before.until) return before
    const view = viewOf(this.#copy!.ring, now, retain, before)
    this.#view = view
    this.#tell(changesBetween(before.standings, view.standings, 'schedule'))
    return view
  }

  #tell(changes: readonly KeyChange[]): void {
    for (const change of changes) tellListener(this.#settings.onChange, change)
  }

  /** Throws a failure, once the operator is told of it, and those who ask will be for a while. */
  #fail(error: Error, isLasting = true): never {
    if (isLasting) this.#failure = { at: this.#settings.clock(), error }
    tellListener(this.#settings.onFailure, error)
    throw error
  }

  #recentFailure(): Error | undefined {
    const failure = this.#failure
    return failure && this.#elapsedSince(failure.at) < COOLDOWN ? failure.error : undefined
  }

  /** Seconds since the copy was read; Infinity for none. Once the clock was set back, it is due from then on. */
  #age(): number {
    if (this.#copy === undefined) return Infinity
    const now = this.#settings.clock()
    if (this.#copy.readAt > now) this.#copy = { ...this.#copy, readAt: now - REREAD_AFTER }
    return now - this.#copy.readAt
  }

  /** A clock that was set back must not stretch a wait. */
  #elapsedSince(time: number): number {
    const elapsed = this.#settings.clock() - time
    return elapsed < 0 ? Infinity : elapsed
  }
}

function noop(): void {
  // Whoever asked is told another way.
}
