import { type ForgedTokenGroup, forgedTokenGroups } from '../forged-tokens.ts'
import type { AttackGroup, RequestGroup } from './attack-case.ts'

/** What each kind of attack is, as the title of a test says it: the order in which they are tried. */
const TITLES: { readonly [group in AttackGroup]: string } = {
  'no-token': 'a request without a token',
  presentation: 'a token presented in another way than as Bearer',
  'other-place': 'a token in another place than the Authorization header',
  bypass: 'another method or path, without a token',
  'shared-state': 'a request beside a good one',
  algorithm: "a token with an algorithm of the attacker's choice",
  secret: 'a token signed with a secret that can be guessed, or with the public key as secret',
  signature: 'a token with a signature that the issuer did not make',
  'smuggled-key': 'a token that brings its key along',
  kid: "a token with a kid of the attacker's choice",
  segments: 'a token that is not three segments',
  spelling: 'another spelling of a good token',
  encryption: 'an encrypted token in place of a signed one',
  json: 'a token whose header or payload is not one JSON object',
  header: 'a token with header parameters that must be understood',
  'token-kind': 'a token of another kind',
  time: 'a token out of its time',
  issuer: 'a token of another issuer',
  audience: 'a token for somebody else',
  identifier: 'a token with an identifier that is no text',
  'sender-bound': 'a token that is bound to its sender',
}

/** Those that need tokens signed by the issuer, all of them. */
const SIGNED: readonly AttackGroup[] = [
  'json',
  'header',
  'token-kind',
  'time',
  'audience',
  'identifier',
  'sender-bound',
]

const OF_TOKENS: ReadonlySet<string> = new Set<ForgedTokenGroup>(forgedTokenGroups)

export const attackGroups = Object.keys(TITLES) as readonly AttackGroup[]

export function titleOf(group: AttackGroup): string {
  return TITLES[group]
}

/** The section of the page that explains a kind of attack. */
export function pageOf(group: AttackGroup): string {
  return `docs/attacks.md#${group}`
}

export function isOfTokens(group: AttackGroup): group is Exclude<AttackGroup, RequestGroup> {
  return OF_TOKENS.has(group)
}

export function needsSigning(group: AttackGroup): boolean {
  return SIGNED.includes(group)
}
