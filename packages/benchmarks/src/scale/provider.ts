import { createSigner, mint, type Signer } from '../lib/tokens.ts'
import { type Misdeed, misdeedOf, type Plan, withdrawsKey } from './plan.ts'

/*
 * All times here are of the guard's clock, in seconds.
 */

/** Between two rotations. Of four keys one retires, one signs, and two are published: an hour before they sign. */
export const ROTATION = 1_800

/** A provider that misbehaves answers so long, and then does not. */
export const UP = 1_200
export const OUT = 600

/** For how long a token is valid, and for how long its user keeps it. */
export const LIFETIME = 900
export const USED_FOR = 300

/** From the withdrawal of a key, when nothing is signed with it any more, to its disappearance from the set. */
export const DROPPED_AFTER = 120

interface Key {
  readonly kid: string
  readonly signer: Signer
  readonly jwk: object
}

interface Stolen {
  readonly key: Key
  readonly token: string
  readonly withdrawnAt: number
}

/** An identity provider with one user. What is due happens when somebody looks. */
export class Provider {
  readonly issuer: string
  readonly #misdeed: Misdeed | undefined
  /** The one that retires, the one that signs, and those that will. */
  #keys: Key[]
  #rotations = 0
  #rotatesAt: number
  readonly #goesOutAt: number
  #withdrawsAt: number
  #stolen: Stolen | undefined
  #token: { readonly text: string; readonly madeAt: number } | undefined

  constructor(issuer: string, at: number, plan: Plan) {
    const start = plan.startedAtMs / 1000
    this.issuer = issuer
    this.#misdeed = misdeedOf(at)
    this.#keys = Array.from({ length: 4 }, createKey)
    this.#rotatesAt = start + Math.random() * ROTATION
    this.#goesOutAt = start + plan.warmUp + Math.random() * Math.min(UP, plan.troubles)
    this.#withdrawsAt = withdrawsKey(at)
      ? start + plan.warmUp + Math.random() * plan.troubles
      : Infinity
  }

  get rotations(): number {
    return this.#rotations
  }

  /** What it does at a time instead of answering. */
  misdeedAt(now: number): Misdeed | undefined {
    const sinceOut = now - this.#goesOutAt
    return sinceOut >= 0 && sinceOut % (OUT + UP) < OUT ? this.#misdeed : undefined
  }

  /** With a name of that state, for `ETag`. */
  keySetAt(now: number): { readonly etag: string; readonly text: string } {
    this.#catchUp(now)
    const stolen = this.#stolen
    const isListed = stolen !== undefined && now < stolen.withdrawnAt + DROPPED_AFTER
    const keys = isListed ? [...this.#keys, stolen.key] : this.#keys
    return {
      etag: `"${keys.map(({ kid }) => kid).join('.')}"`,
      text: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }),
    }
  }

  /** The user's token: the same as before, for a while. */
  tokenAt(now: number): string {
    this.#catchUp(now)
    if (this.#token === undefined || now > this.#token.madeAt + USED_FOR) {
      this.#token = { text: this.#mint(now, LIFETIME), madeAt: now }
    }
    return this.#token.text
  }

  /** A token signed with a key that was withdrawn, when there is one. */
  stolenAt(now: number): Stolen | undefined {
    this.#catchUp(now)
    return this.#stolen
  }

  #catchUp(now: number): void {
    while (now >= this.#rotatesAt) {
      this.#keys = [...this.#keys.slice(1), createKey()]
      this.#rotatesAt += ROTATION
      this.#rotations++
    }
    if (now >= this.#withdrawsAt) {
      this.#withdrawsAt = Infinity
      const [retiring, key, ...next] = this.#keys
      const token = this.#mint(now, 86_400)
      this.#stolen = { key: key!, token, withdrawnAt: now }
      this.#keys = [retiring!, ...next, createKey()]
      this.#token = undefined
    }
  }

  #mint(now: number, lifetime: number): string {
    const { signer, kid } = this.#keys[1]!
    const iat = Math.floor(now)
    return mint(signer, 1, { iss: this.issuer, iat, exp: iat + lifetime }, { kid })
  }
}

let keysMade = 0

function createKey(): Key {
  const signer = createSigner('ES256')
  const kid = `key-${String(++keysMade)}`
  return {
    kid,
    signer,
    jwk: { ...signer.publicKey?.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
  }
}
