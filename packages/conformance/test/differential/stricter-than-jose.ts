import { strictClaims } from './stricter/claims.ts'
import { strictHeader } from './stricter/header.ts'
import { strictKeys } from './stricter/keys.ts'
import { strictText } from './stricter/text.ts'
import { strictTimes } from './stricter/times.ts'
import type { Strictness } from './strictness.ts'

/**
 * Everything that the guard refuses and jose, told the same, accepts. A refusal that is not on this list fails the
 * differential test, and so does a token that is on it and passes.
 */
export const stricterThanJose: readonly Strictness[] = [
  ...strictText,
  ...strictHeader,
  ...strictKeys,
  ...strictClaims,
  ...strictTimes,
]
