import type { Forge } from '../../forged/forge.ts'
import { patternOf } from '../../forged/known-issuer.ts'
import { forgeAll, type ForgedToken, type ForgedTokenGroup } from '../../forged-tokens.ts'
import { isSendable } from '../../suite/raw-http.ts'
import { type Attack, isSuccess } from '../attack.ts'
import type { AttackSeverity } from '../attack-case.ts'
import { gradeOf } from '../grade-of-token.ts'
import { pageOf } from '../groups.ts'

export interface TokenAttackOptions {
  readonly forge: Forge
  readonly strict: boolean
  /** Gives a token the signature that only the issuer can give it. Undefined when nobody here can. */
  readonly signed: (token: string) => Promise<string | undefined>
}

/** Every forged token, presented as a good one would be. */
export async function tokenAttacks(options: TokenAttackOptions): Promise<Attack[]> {
  const attacks: Attack[] = []
  const good = claimsOf(options.forge.victim.genuine())
  for (const forged of forgeAll(options.forge))
    attacks.push(await tokenAttack(forged, good, options))
  return attacks
}

async function tokenAttack(
  forged: ForgedToken,
  good: string,
  { strict, signed }: TokenAttackOptions,
): Promise<Attack> {
  const { id, group, name } = forged
  const token = await signed(forged.token)
  return {
    case: { id, group, name, severity: severityOf(forged, strict), page: pageOf(group) },
    skipped: reasonToSkip(forged, token, good),
    send: ({ send, request }) => send(request({ headers: { Authorization: `Bearer ${token}` } })),
    isLetIn: isSuccess,
    refusal: 'as-bad-token',
  }
}

function severityOf(forged: ForgedToken, strict: boolean): AttackSeverity | undefined {
  return gradeOf(forged) ?? (strict ? 'flaw' : undefined)
}

function reasonToSkip(
  { group }: ForgedToken,
  token: string | undefined,
  good: string,
): string | undefined {
  if (token === undefined) return 'only the issuer can sign it'
  if (!isSendable(token)) return 'no header can hold it'
  if (CLAIMS_ONLY.includes(group) && claimsOf(token) === good)
    return 'it says what the good token says'
  return undefined
}

/** Signed by the issuer, and with other claims: where tokens have no `iss`, one without it is as good as another. */
const CLAIMS_ONLY: readonly ForgedTokenGroup[] = ['issuer', 'audience', 'time']

function claimsOf(token: string): string {
  const { jti: _jti, ...claims } = patternOf(token).claims
  return JSON.stringify(claims)
}
