import { ConfigError, describeGiven } from '../options/config-error.ts'
import { expectTexts } from '../options/expect-option.ts'
import { isPlainObject } from '../is-record.ts'
import type { ClaimPathOptions, ExpectedClaims, GivenIssuer } from '../options/options.ts'
import { markPreset } from '../options/preset-mark.ts'

/** What every preset takes besides its own arguments. It is added to what the preset says, never put in its place. */
export interface PresetAdditions {
  /** Claims that must have a certain value, or one of a list. Not those the preset itself has a say in. */
  readonly expectedClaims?: NonNullable<ExpectedClaims['expectedClaims']>
  /** Claims that must be there. */
  readonly requiredClaims?: readonly string[]
  /** Where other claims are. Replaces the preset's place for each that is named. */
  readonly claimPaths?: ClaimPathOptions
}

/** The options a preset makes, with the application's own additions. @throws ConfigError */
export function finishPreset<O extends ExpectedClaims & Partial<GivenIssuer>>(
  preset: string,
  given: PresetAdditions,
  own: O,
): O {
  return markPreset(preset, {
    ...own,
    ...('requiredClaims' in given && {
      requiredClaims: [
        ...(own.requiredClaims ?? []),
        ...expectTexts(`${preset}.requiredClaims`, given.requiredClaims),
      ],
    }),
    ...('expectedClaims' in given && {
      expectedClaims: addExpected(`${preset}.expectedClaims`, given.expectedClaims, own),
    }),
    ...('claimPaths' in given && {
      claimPaths: { ...own.claimPaths, ...expectMembers(`${preset}.claimPaths`, given.claimPaths) },
    }),
  })
}

function addExpected(
  option: string,
  given: unknown,
  { expectedClaims: own = {} }: ExpectedClaims,
): ExpectedClaims['expectedClaims'] {
  const added = expectMembers(option, given) as NonNullable<ExpectedClaims['expectedClaims']>
  for (const claim of Object.keys(added)) {
    if (Object.hasOwn(own, claim))
      throw new ConfigError(`${option}.${claim}`, 'the preset says itself what this claim must be')
  }
  return { ...own, ...added }
}

function expectMembers(option: string, given: unknown): Record<string, unknown> {
  if (isPlainObject(given)) return given
  throw new ConfigError(option, `expected an object, ${describeGiven(given)}`)
}
