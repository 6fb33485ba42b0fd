import { ALL_TOKENS } from '../stores/revocation-log.ts'
import { type Fingerprint, firstWord, KIND_BITS, placeOf } from './fingerprint.ts'

const SHARDS = 256
/** The upper bits of a place say the shard, these where in it. */
const WITHIN = 2 ** 24
/** Fewer slots than these are not worth growing by a third. */
const FEWEST_SLOTS = 8
/** Of the slots, used at most, and after a rebuild: 32 to 43 bytes an entry. */
const MOST_USED = 3 / 4
const REBUILT_USED = 9 / 16
/** 32-bit words of a slot beside its tag: the rest of the fingerprint, `until` and `issuedUpTo`. */
const WORDS = 5

/** Stands for every time from 2106 on: what ends then does not end, and what was issued up to then is everything. */
const FOR_EVER = 0xffff_ffff

/** Seconds by which an entry is kept longer: a clock that was a little ahead must not cost what is live. */
export const KEPT_LONGER = 60

/** No entry: what {@link RevocationTable.issuedUpTo} returns where there is none at all. */
export const NONE = -1

interface Shard {
  /** The first word of each fingerprint; 0 for an empty slot. Apart: most searches end without reading more. */
  readonly tags: Int32Array
  readonly rest: Int32Array
  readonly slots: number
  readonly most: number
  used: number
}

const EMPTY: Shard = {
  tags: new Int32Array(1),
  rest: new Int32Array(WORDS),
  slots: 1,
  most: 0,
  used: 0,
}

/**
 * Groups of places whose additions are told apart: when something is revoked, few of the tokens that were found in no entry
 * have to be looked up again. 32 KB, which stay in the processor's cache, where the entries do not.
 */
const GROUPS = 4096

/**
 * What is revoked, compact: built for ten million entries in one process. 256 open-addressed tables in typed arrays, so
 * that growing, sweeping and shrinking each touch one of them at a time, and never pause the process for long.
 */
export class RevocationTable {
  /** Counts what was added: whoever was found in no entry at one version is in none while it stays. */
  version = 0
  /** The numbers of the kinds of which there are entries, as bits. */
  kinds = 0
  /** By some bits of its place, the version at which an entry was last added. */
  readonly #addedAt = new Float64Array(GROUPS)
  #size = 0
  #keptFrom = -Infinity
  #nextToSweep = 0
  readonly #shards: Shard[] = Array.from({ length: SHARDS }, () => EMPTY)
  readonly #counts = new Uint32Array(KIND_BITS + 1)

  /** Entries held, with some that are over and were not swept yet. */
  get size(): number {
    return this.#size
  }

  /** Whether any entry is of the kind with this number. */
  holdsKind(kind: number): boolean {
    return (this.kinds & (1 << kind)) !== 0
  }

  /** Whether an entry with this place may have been added since a version. */
  mayHaveAdded(place: number, version: number): boolean {
    return this.#addedAt[place & (GROUPS - 1)]! > version
  }

  /** Bytes of its arrays. */
  get bytes(): number {
    return this.#shards.reduce((sum, { slots }) => sum + slots * 4 * (WORDS + 1), 0)
  }

  /** The latest time before which entries were dropped. A clock that is before it now may miss some. */
  get sweptUntil(): number {
    return this.#keptFrom
  }

  /** To be called when everything that was live at a time was added again. */
  heldFrom(time: number): void {
    this.#keptFrom = time
  }

  /**
   * Adds an entry. Of two with one fingerprint, the latest `until` and the latest `issuedUpTo` count, unless the one held
   * is over. False for no news.
   */
  add(fingerprint: Fingerprint, until: number, issuedUpTo: number, now: number): boolean {
    const { a, b, c, d } = fingerprint
    return this.#add(fingerprint.place, a, b, c, d, until, issuedUpTo, now)
  }

  /** As {@link add}, by the words of a fingerprint, for a million in a row. */
  addWords(
    a: number,
    b: number,
    c: number,
    d: number,
    until: number,
    issuedUpTo: number,
    now: number,
  ): boolean {
    const first = firstWord(a)
    return this.#add(placeOf(first, b), first, b, c, d, until, issuedUpTo, now)
  }

  /** Whether there may be an entry with this place and first word: what a search needs to know most often. */
  mayHold(place: number, a: number): boolean {
    const { tags, slots } = this.#shards[place >>> 24]!
    let slot = Math.trunc(((place & (WITHIN - 1)) * slots) / WITHIN)
    for (;;) {
      const held = tags[slot]!
      if (held === 0) return false
      if (held === a) return true
      slot++
      if (slot === slots) slot = 0
    }
  }

  /**
   * Up to when the tokens of a fingerprint were issued that are revoked: Infinity for all, NaN when that is over, and
   * {@link NONE} without an entry.
   */
  issuedUpTo({ place, a, b, c, d }: Fingerprint, now: number): number {
    const shard = this.#shards[place >>> 24]!
    const slot = find(shard, place, a, b, c, d)
    if (slot < 0) return NONE
    const at = slot * WORDS
    if (isOver(shard.rest[at + 3]! >>> 0, now)) return NaN
    const issuedUpTo = shard.rest[at + 4]! >>> 0
    return issuedUpTo === FOR_EVER ? Infinity : issuedUpTo
  }

  /** Drops what is over from the next of the 256 parts, and gives back the memory. */
  sweepNext(now: number): void {
    const index = this.#nextToSweep
    this.#nextToSweep = (index + 1) % SHARDS
    const shard = this.#shards[index]!
    if (shard.used === 0) return
    const keptFrom = now - KEPT_LONGER
    let ended = 0
    for (let slot = 0; slot < shard.slots; slot++) {
      if (shard.tags[slot] !== 0 && isOver(shard.rest[slot * WORDS + 3]! >>> 0, keptFrom)) ended++
    }
    // One in sixteen: to rebuild costs as much for one as for all.
    if (ended * 16 >= shard.used) this.#rebuild(index, now, 0)
  }

  #add(
    place: number,
    a: number,
    b: number,
    c: number,
    d: number,
    until: number,
    issuedUpTo: number,
    now: number,
  ): boolean {
    const newUntil = clamp(until)
    const newUpTo = clamp(issuedUpTo)
    if (isOver(newUntil, now)) {
      this.#keptFrom = Math.max(this.#keptFrom, newUntil)
      return false
    }
    const index = place >>> 24
    let shard = this.#shards[index]!
    let slot = find(shard, place, a, b, c, d)
    if (slot >= 0) {
      const at = slot * WORDS
      const { rest } = shard
      const heldUntil = rest[at + 3]! >>> 0
      const heldUpTo = rest[at + 4]! >>> 0
      const isHeld = !isOver(heldUntil, now)
      if (isHeld && heldUntil >= newUntil && heldUpTo >= newUpTo) return false
      rest[at + 3] = isHeld ? Math.max(heldUntil, newUntil) : newUntil
      rest[at + 4] = isHeld ? Math.max(heldUpTo, newUpTo) : newUpTo
      this.#addedAt[place & (GROUPS - 1)] = ++this.version
      return true
    }
    if (shard.used >= shard.most) {
      shard = this.#rebuild(index, now, 1)
      slot = find(shard, place, a, b, c, d)
    }
    put(shard, ~slot, a, b, c, d, newUntil, newUpTo)
    this.#counts[d & KIND_BITS]!++
    this.kinds |= 1 << (d & KIND_BITS)
    this.#size++
    this.#addedAt[place & (GROUPS - 1)] = ++this.version
    return true
  }

  #forgetOne(kind: number): void {
    const left = this.#counts[kind]! - 1
    this.#counts[kind] = left
    if (left === 0) this.kinds &= ~(1 << kind)
  }

  /** Makes one part anew, of what is live, with room for some more: it grows, shrinks and is swept by this alone. */
  #rebuild(index: number, now: number, more: number): Shard {
    const old = this.#shards[index]!
    const keptFrom = now - KEPT_LONGER
    this.#keptFrom = Math.max(this.#keptFrom, keptFrom)
    let live = 0
    for (let slot = 0; slot < old.slots; slot++) {
      if (old.tags[slot] !== 0 && !isOver(old.rest[slot * WORDS + 3]! >>> 0, keptFrom)) live++
    }
    const shard = live + more === 0 ? EMPTY : createShard(live + more)
    this.#shards[index] = shard
    for (let slot = 0; slot < old.slots; slot++) {
      const a = old.tags[slot]!
      if (a === 0) continue
      const at = slot * WORDS
      const { rest } = old
      const b = rest[at]!
      const c = rest[at + 1]!
      const d = rest[at + 2]!
      const until = rest[at + 3]! >>> 0
      if (isOver(until, keptFrom)) {
        this.#forgetOne(d & KIND_BITS)
        this.#size--
        continue
      }
      const place = placeOf(a, b)
      put(shard, ~find(shard, place, a, b, c, d), a, b, c, d, until, rest[at + 4]! >>> 0)
    }
    return shard
  }
}

function createShard(entries: number): Shard {
  const slots = Math.max(FEWEST_SLOTS, Math.ceil(entries / REBUILT_USED))
  return {
    tags: new Int32Array(slots),
    rest: new Int32Array(slots * WORDS),
    slots,
    most: Math.floor(slots * MOST_USED),
    used: 0,
  }
}

/** The slot that holds it, or else, negative (`~slot`), the one where it belongs. */
function find(
  { tags, rest, slots }: Shard,
  place: number,
  a: number,
  b: number,
  c: number,
  d: number,
): number {
  let slot = Math.trunc(((place & (WITHIN - 1)) * slots) / WITHIN)
  for (;;) {
    const held = tags[slot]!
    if (held === 0) return ~slot
    if (held === a) {
      const at = slot * WORDS
      if (rest[at] === b && rest[at + 1] === c && rest[at + 2] === d) return slot
    }
    slot++
    if (slot === slots) slot = 0
  }
}

function put(
  shard: Shard,
  slot: number,
  a: number,
  b: number,
  c: number,
  d: number,
  until: number,
  issuedUpTo: number,
): void {
  const { tags, rest } = shard
  const at = slot * WORDS
  tags[slot] = a
  rest[at] = b
  rest[at + 1] = c
  rest[at + 2] = d
  rest[at + 3] = until
  rest[at + 4] = issuedUpTo
  shard.used++
}

function clamp(seconds: number): number {
  return seconds >= FOR_EVER || seconds >= ALL_TOKENS ? FOR_EVER : Math.ceil(seconds)
}

function isOver(until: number, now: number): boolean {
  return until !== FOR_EVER && now >= until
}
