import fc from 'fast-check'
import { frames } from './frames.ts'
import { jsonQuirks } from './json-quirks.ts'
import { ALGORITHMS, claimChanges, headerChanges } from './member-changes.ts'
import {
  genuinePart,
  partWithChanges,
  type Recipe,
  type RecipeChanges,
  type SignedPart,
  type TextEdit,
} from './recipe.ts'
import { signatureQuirks } from './signature-quirks.ts'
import { signers } from './signers.ts'
import { spellings } from './spellings.ts'

/** A name of a table once in so many times, else none. */
function oneIn(times: number, table: object): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(table)) },
  )
}

/** None in so many times, else up to so many. */
function someIn<T>(
  times: number,
  each: fc.Arbitrary<T>,
  maxLength: number,
): fc.Arbitrary<readonly T[]> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: times - 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(each, { minLength: 1, maxLength, size: 'max' }) },
  )
}

/** Attacks that take two changes at once, and are too rare to be left to chance. */
const confusions: readonly RecipeChanges[] = [
  ...ALGORITHMS.map((alg) => ({ header: alg, signer: 'the right key, as alg says' })),
  ...ALGORITHMS.filter((alg) => alg.startsWith('HS')).flatMap((alg) =>
    ['the PEM as secret', 'the DER as secret', 'the JWK as secret', 'an empty secret'].map(
      (signer) => ({ header: alg, signer }),
    ),
  ),
].map(({ header, signer }) => ({ header: [['alg', JSON.stringify(header)]], signer }))

const independentChanges: fc.Arbitrary<SignedPart> = fc.record({
  key: fc.nat(11),
  header: someIn(2, fc.constantFrom(...headerChanges), 2).map((changes) => changes.flat()),
  claims: someIn(2, fc.constantFrom(...claimChanges), 3).map((changes) => changes.flat()),
  headerJson: oneIn(8, jsonQuirks),
  payloadJson: oneIn(8, jsonQuirks),
  headerSpelling: oneIn(24, spellings),
  payloadSpelling: oneIn(24, spellings),
  signer: oneIn(8, signers),
})

const signedParts: fc.Arbitrary<SignedPart> = fc
  .record({
    part: independentChanges,
    confusion: fc.oneof(
      { withCrossShrink: true },
      { weight: 14, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constantFrom(...confusions) },
    ),
  })
  .map(({ part, confusion }) => partWithChanges(part, confusion))

const textEdit: fc.Arbitrary<TextEdit> = fc.record({
  at: fc.nat(9_999).map((at) => at / 10_000),
  removed: fc.nat(3),
  inserted: fc.constantFrom(
    ...['', 'A', 'Q', 'g', 'w', '0', '_', '-', 'AAAA', 'eyJ', '.', '..', '=', '==', '+', '/'],
    ...[' ', '\n', '\t', '\0', '\u00a0', '%', 'é', '\ud800', '"', '{', ','],
  ),
})

const textChanges = fc.record({
  // Most signatures have no leading zeros, and stay as they are.
  signature: fc.oneof(
    { withCrossShrink: true },
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant('leading zeros missing') },
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(signatureQuirks)) },
  ),
  signatureSpelling: oneIn(12, spellings),
  frame: oneIn(24, frames),
  edits: someIn(4, textEdit, 3),
})

/**
 * Recipes of every kind. About every fifth makes a token that both sides accept.
 *
 * @param around changes that all of them have, beside their own
 * @param signings how many different texts are signed at most, each then to be changed many times
 * @param seed of which these are
 */
export function anyRecipe(
  around: RecipeChanges,
  signings: number,
  seed: number,
): fc.Arbitrary<Recipe> {
  const anyPart = signedParts.map((part) => partWithChanges(part, around))
  const signed = Number.isFinite(signings)
    ? fc.constantFrom(
        partWithChanges(genuinePart, around),
        ...fc.sample(anyPart, { seed, numRuns: Math.ceil(signings) }),
      )
    : anyPart
  return fc.record({ signed, text: textChanges }).map(({ signed, text }) => {
    const { signature = text.signature, signatureSpelling = text.signatureSpelling } = around
    return { ...text, signature, signatureSpelling, signed }
  })
}
