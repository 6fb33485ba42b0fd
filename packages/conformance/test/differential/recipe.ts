import type { MemberChange } from './member-changes.ts'

/** What is done to a genuine token before it is signed. Plain data: names stand for what the tables say. */
export interface SignedPart {
  /** Which of the trusted keys, counted round. */
  readonly key: number
  readonly header: readonly MemberChange[]
  readonly claims: readonly MemberChange[]
  readonly headerJson: string | undefined
  readonly payloadJson: string | undefined
  readonly headerSpelling: string | undefined
  readonly payloadSpelling: string | undefined
  readonly signer: string | undefined
}

/** A few characters of the token replaced by others. */
export interface TextEdit {
  /** Where, from 0 at the start to 1 at the end. */
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

/** How a token is made. */
export interface Recipe {
  readonly signed: SignedPart
  readonly signature: string | undefined
  readonly signatureSpelling: string | undefined
  readonly frame: string | undefined
  readonly edits: readonly TextEdit[]
}

/** Changes to a recipe, whichever part of it they belong to. */
export interface RecipeChanges extends Partial<SignedPart>, Partial<Omit<Recipe, 'signed'>> {}

export const genuinePart: SignedPart = {
  key: 0,
  header: [],
  claims: [],
  headerJson: undefined,
  payloadJson: undefined,
  headerSpelling: undefined,
  payloadSpelling: undefined,
  signer: undefined,
}

export const genuine: Recipe = {
  signed: genuinePart,
  signature: undefined,
  signatureSpelling: undefined,
  frame: undefined,
  edits: [],
}

export function withChanges({ signed, ...others }: Recipe, changes: RecipeChanges): Recipe {
  return { ...others, ...changes, signed: partWithChanges(signed, changes) }
}

export function partWithChanges(part: SignedPart, changes: RecipeChanges): SignedPart {
  const { header = [], claims = [], ...others } = changes
  return {
    ...part,
    ...others,
    header: [...part.header, ...header],
    claims: [...part.claims, ...claims],
  }
}
