import type { GuardErrorCode } from '@gatewarden/core'
import type { Reading } from './reading.ts'
import type { RecipeChanges } from './recipe.ts'
import type { NamedSetting, Setting } from './setting.ts'

/** One thing that the guard refuses and jose accepts. docs/strictness.md has a line for each. */
export interface Strictness {
  readonly id: string
  /** What is refused, as the line in docs/strictness.md begins. */
  readonly title: string
  /** The clause that demands it, or the attack that it ends. */
  readonly why: string
  readonly code: GuardErrorCode
  /** What the guard says in the log. */
  readonly reason: RegExp
  /** Tells from the token alone, and not from the guard's answer. */
  readonly recognises: (reading: Reading, setting: Setting) => boolean
  /** What makes it of a genuine token. */
  readonly example: RecipeChanges
  /** Where the example shows it, if the plain setting does not: HS256 with one secret. */
  readonly setting?: Pick<NamedSetting, 'create'>
}
