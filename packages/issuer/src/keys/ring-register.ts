import type { Clock, KeyStore } from '@gatewarden/core'
import { ConfigError } from '@gatewarden/core/kit'
import { withinDeadline } from '../deadline.ts'
import { KeysUnavailableError } from './keys-unavailable-error.ts'
import { emptyRing, readRing, type RingDocument, writeRing } from './ring-document.ts'
import type { RingSeal } from './ring-seal.ts'

/** Each lost try is a change that another process made first. Nobody makes so many at once. */
const MOST_TRIES = 64

export interface RegisterSettings {
  readonly store: KeyStore
  readonly seal: RingSeal
  readonly clock: Clock
  /** Told of the ring whenever it was read, and of when the reading began. */
  readonly onRead: (ring: RingDocument, readAt: number) => void
}

/** The ring in the store, and the newest one seen there. */
export class RingRegister {
  readonly #settings: RegisterSettings
  #newest: { readonly ring: RingDocument; readonly sealed: string } | undefined
  #isSealCurrent = true
  /** Of one process, one call at a time: what was read before a change must not come in after it. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(settings: RegisterSettings) {
    this.#settings = settings
  }

  /** False when what was read last was sealed with a key that is on its way out. */
  get isSealCurrent(): boolean {
    return this.#isSealCurrent
  }

  /**
   * Reads the ring, and tells `onRead`; not when there is none.
   *
   * @throws ConfigError when it is sealed with an unknown key, and was when this process first looked
   * @throws KeysUnavailableError when it cannot be read, was tampered with, or is older than one that was seen
   */
  async read(): Promise<void> {
    await this.#inTurn(() => this.#read())
  }

  /**
   * Changes the ring: reads it, works out what it should be, and writes that if nobody wrote meanwhile; else once more.
   *
   * @param change returns the ring it is given to leave it as it is. Called for each try
   * @param mustSeal whether to seal it anew even so, if an older key sealed it
   * @returns the new ring; undefined when nothing was changed
   */
  change(
    change: (ring: RingDocument) => Promise<RingDocument>,
    mustSeal: boolean,
  ): Promise<RingDocument | undefined> {
    return this.#inTurn(async () => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const { ring, revision } = await this.#read()
        const changed = await change(ring)
        if (changed === ring && (this.#isSealCurrent || !mustSeal)) return undefined
        const next = { ...changed, counter: ring.counter + 1 }
        const sealed = await this.#settings.seal.seal(writeRing(next))
        if (await this.#write(sealed, revision)) {
          this.#newest = { ring: next, sealed }
          this.#isSealCurrent = true
          return next
        }
      }
      throw new KeysUnavailableError(
        `the signing keys could not be changed: ${MOST_TRIES} times in a row something else changed them first`,
      )
    })
  }

  async #read(): Promise<{ ring: RingDocument; revision: number }> {
    const { store, clock, onRead } = this.#settings
    const readAt = clock()
    const row = await asUnavailable('the key store cannot be read', () => store.read())
    // Null is what a client of a database says for nothing.
    if (row === undefined || row === null) {
      if (this.#newest !== undefined) throw rolledBack('they are gone')
      return { ring: emptyRing, revision: 0 }
    }
    const { sealed, revision } = row
    if (typeof sealed !== 'string' || typeof revision !== 'number')
      throw new KeysUnavailableError(`${UNUSABLE}: the store returned something else`)
    const ring = await this.#open(sealed)
    onRead(ring, readAt)
    return { ring, revision }
  }

  async #open(sealed: string): Promise<RingDocument> {
    const newest = this.#newest
    if (sealed === newest?.sealed) return newest.ring
    const { text, isCurrent } = await this.#openSeal(sealed)
    const ring = await asUnavailable(UNUSABLE, () => readRing(text))
    // Who can write the store can put back what was there once, and nothing else. Two with one number are two histories.
    if (newest !== undefined && ring.counter <= newest.ring.counter)
      throw rolledBack(
        `they are as of change ${ring.counter}, after ${newest.ring.counter} was seen`,
      )
    this.#newest = { ring, sealed }
    this.#isSealCurrent = isCurrent
    return ring
  }

  async #openSeal(sealed: string) {
    try {
      return await this.#settings.seal.open(sealed)
    } catch (cause) {
      // A process that has keys to go by goes on with them: the configuration at fault may be that of another.
      if (cause instanceof ConfigError && this.#newest === undefined) throw cause
      throw unusable(UNUSABLE, cause)
    }
  }

  #write(sealed: string, revision: number): Promise<boolean> {
    const { store } = this.#settings
    return asUnavailable('the key store cannot be written', () => store.write(sealed, revision))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.catch(() => undefined)
    return result
  }
}

const UNUSABLE = 'the signing keys in the store cannot be used'

async function asUnavailable<T>(what: string, call: () => T | Promise<T>): Promise<T> {
  try {
    return await withinDeadline(call)
  } catch (cause) {
    throw unusable(what, cause)
  }
}

function unusable(what: string, cause: unknown): KeysUnavailableError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new KeysUnavailableError(`${what}${why}`, { cause })
}

/** An attack, or a backup that was restored: loud, because only a person can tell. */
function rolledBack(how: string): KeysUnavailableError {
  const message =
    `the signing keys in the store were put back: ${how}. A key that was revoked may count again. When you restored a ` +
    'backup, restart every process that uses the store'
  process.emitWarning(message, { type: 'GatewardenWarning', code: 'ERR_KEYS_PUT_BACK' })
  return new KeysUnavailableError(message)
}
