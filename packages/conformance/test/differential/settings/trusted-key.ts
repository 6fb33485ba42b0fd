import type { Algorithm, Jwk } from '@gatewarden/core'
import type { TrustedKey } from '../setting.ts'
import type { KeyHalves } from '../signing-key.ts'

/** A key given directly: without a `kid`, tokens may name any. */
export function trusted(
  halves: KeyHalves,
  algorithms: readonly [Algorithm, ...Algorithm[]],
  kid?: string,
): TrustedKey {
  return {
    ...halves,
    algorithms,
    servesAnyKid: kid === undefined,
    ...(kid !== undefined && { kid }),
  }
}

/** A member of a key set: it answers to its own `kid`, or to tokens that name none. */
export function memberOfSet(
  halves: KeyHalves,
  algorithms: readonly [Algorithm, ...Algorithm[]],
  kid?: string,
): TrustedKey {
  return { ...trusted(halves, algorithms, kid), servesAnyKid: false }
}

export function jwkOf({ verifying }: KeyHalves, members: Partial<Jwk> = {}): Jwk {
  return { ...verifying.export({ format: 'jwk' }), ...members }
}

export function pemOf({ verifying }: KeyHalves): string {
  return verifying.export({ type: 'spki', format: 'pem' }).toString()
}
