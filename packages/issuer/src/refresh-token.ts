import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { IssuerError } from './errors.ts'
import type { DerivedKeys } from './secrets.ts'

/** What a refresh token says, once its authenticity is proven. */
export interface PresentedRefreshToken {
  readonly handle: string
  readonly generation: number
}

/**
 * `gwr.key.handle.generation.mac`. The prefix lets scanners for leaked secrets find one; `key` names the secret; `handle`
 * is the family, `generation` the number of the token in it.
 */
const FORM = /^gwr\.([\w-]{8})\.([\w-]{22})\.(0|[1-9]\d{0,9})\.([\w-]{43})$/

/**
 * Refresh tokens that are derived, not stored: whoever has the key can write down any token of a family, and nobody else
 * can, whatever they read in a store. So a forged token is refused without asking the store, a lost reply is answered
 * with the same successor, and a token of any age is known for one of ours.
 */
export class RefreshTokens {
  readonly #current: DerivedKeys
  readonly #byId: ReadonlyMap<string, DerivedKeys>

  constructor(keys: readonly DerivedKeys[]) {
    this.#current = keys[0]!
    this.#byId = new Map(keys.map((key) => [key.id, key]))
  }

  /** 128 random bits (RFC 6749 §10.10), the name of a new family. */
  newHandle(): string {
    return randomBytes(16).toString('base64url')
  }

  write(handle: string, generation: number): string {
    const { id, refresh } = this.#current
    return `gwr.${id}.${handle}.${generation}.${mac(refresh, handle, generation)}`
  }

  /** @throws IssuerError `ERR_REFRESH_TOKEN_INVALID` for anything this issuer did not write */
  read(token: unknown): PresentedRefreshToken {
    // An access token, a token of another system or no token at all: not ours, without a look into the store.
    const form = typeof token === 'string' ? FORM.exec(token) : null
    if (form === null) throw invalid('it does not have the form of one')
    const [, keyId = '', handle = '', digits = '', given = ''] = form
    const key = this.#byId.get(keyId)
    if (key === undefined) throw invalid('it was made with a secret that is not known here')
    const generation = Number(digits)
    const expected = mac(key.refresh, handle, generation)
    // As text: two spellings of one MAC in base64url would be two spellings of one token.
    if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
      throw invalid('its authentication code is wrong')
    return { handle, generation }
  }
}

function mac(key: DerivedKeys['refresh'], handle: string, generation: number): string {
  return createHmac('sha256', key).update(`${handle}.${generation}`).digest('base64url')
}

function invalid(problem: string): IssuerError {
  return new IssuerError('ERR_REFRESH_TOKEN_INVALID', `a refresh token was refused: ${problem}`)
}
