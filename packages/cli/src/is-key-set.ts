import type { JwkSet } from '@gatewarden/core'
import { isRecord } from '@gatewarden/core/kit'

/** RFC 7517 §5. What the members are worth is for the guard to judge. */
export function isKeySet(value: unknown): value is JwkSet {
  return isRecord(value) && Array.isArray(value.keys)
}
