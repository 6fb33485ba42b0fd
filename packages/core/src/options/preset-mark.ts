import { deepFreeze } from '../deep-freeze.ts'
import { ConfigError } from './config-error.ts'
import type { GivenIssuer } from './options.ts'

/** What every preset takes besides its own arguments. It is added to what the preset says, never put in its place. */
export const presetAdditionNames = ['expectedClaims', 'requiredClaims', 'claimPaths'] as const

/** What a preset says of the tokens that count. Another value for one of these would switch off a check it makes. */
const SAID_BY_PRESETS = ['issuer', 'audience', 'profile', ...presetAdditionNames] as const

/** Where the options of an issuer say that a preset wrote them. Enumerable, so that it goes along when they are spread. */
const PRESET = Symbol.for('gatewarden.preset')

interface Mark {
  readonly preset: string
  readonly written: Partial<GivenIssuer>
}

/** The options, with a note of which preset wrote them. */
export function markPreset<O extends Partial<GivenIssuer>>(preset: string, options: O): O {
  // A copy, for nothing of the caller's is frozen; and frozen, for what is in the lists counts as well.
  const written = deepFreeze(JSON.parse(JSON.stringify(options)) as O)
  return { ...written, [PRESET]: { preset, written } satisfies Mark }
}

/**
 * Refuses options that were written beside those of a preset and stand in their place: `{ ...cognito(…),
 * expectedClaims }` would take the tokens of every client.
 *
 * @throws ConfigError
 */
export function refuseReplaced(options: object, path: string): void {
  const mark = (options as { readonly [PRESET]?: Mark })[PRESET]
  if (mark === undefined) return
  const { preset, written } = mark
  for (const name of SAID_BY_PRESETS) {
    if ((options as Partial<GivenIssuer>)[name] === written[name]) continue
    const isAdded = presetAdditionNames.some((addition) => addition === name)
    throw new ConfigError(
      `${path}${name}`,
      isAdded
        ? `it would replace what ${preset}() says: give it to ${preset}(), which adds it to its own`
        : `it would replace what ${preset}() says: leave it out, or write all options yourself`,
    )
  }
}
