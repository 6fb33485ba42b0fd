import { quoteForLog } from '@gatewarden/core/kit'
import { createForge } from '../forged/forge.ts'
import { type KnownIssuer, knownIssuerOf } from '../forged/known-issuer.ts'
import { rogueJwk } from '../forged/smuggled-keys.ts'
import type { Attack } from './attack.ts'
import type { AttackCase } from './attack-case.ts'
import type { AttackOptions, AttackTarget } from './attack-options.ts'
import { AttackRun } from './attack-run.ts'
import { besideAcceptedToken } from './attacks/beside-accepted-token.ts'
import { bypasses } from './attacks/bypasses.ts'
import { otherPlaces } from './attacks/other-places.ts'
import { presentations } from './attacks/presentation.ts'
import { sharedState } from './attacks/shared-state.ts'
import { tokenAttacks } from './attacks/token-attacks.ts'
import { withoutToken } from './attacks/without-token.ts'
import { attackGroups } from './groups.ts'
import { type Lure, openLure } from './lure.ts'
import { openTarget } from './open-target.ts'
import { signForged, victimOfToken } from './victim-of-token.ts'
import { withUsual } from './with-usual.ts'

/** RFC 6761 §6.4: a name that resolves nowhere, for servers that cannot reach this machine. */
const NOWHERE = 'https://attacker.invalid'

/** Opens the server, and works out what to send to it. */
export async function openAttackRun(
  target: AttackTarget,
  options: AttackOptions,
): Promise<AttackRun> {
  const open = await openTarget(target)
  let lure: Lure | undefined
  try {
    const victim = await victimOf(options)
    lure = open.isLocal ? await openLure() : undefined
    const attacks = chosenFrom(await attacksOn(victim, lure, options), options)
    return new AttackRun({ options, open, lure, victim, attacks })
  } catch (error) {
    await lure?.close()
    await open.close()
    throw error
  }
}

/** What there is to be tried with these options: the cases of a run, without a server. */
export async function attackCases(options: AttackOptions): Promise<AttackCase[]> {
  const attacks = await attacksOn(await victimOf(options), undefined, options)
  return attacks.map((attack) => attack.case)
}

async function attacksOn(
  victim: KnownIssuer,
  lure: Lure | undefined,
  options: AttackOptions,
): Promise<Attack[]> {
  const forge = createForge(victim, lure?.origin ?? NOWHERE)
  lure?.offer({ ...rogueJwk(forge), kid: victim.kid })
  const signed = (token: string) => signForged(token, options.sign)
  return [
    ...withoutToken(),
    ...presentations(),
    ...otherPlaces(options),
    ...bypasses(options),
    ...sharedState(),
    ...besideAcceptedToken(forge),
    ...(await tokenAttacks({ forge, strict: options.strict ?? false, signed })),
  ]
}

/** @throws TypeError for an exception that is none: a slip of the pen, or a list that has grown old unseen */
function chosenFrom(
  attacks: readonly Attack[],
  { except = [], groups = attackGroups }: AttackOptions,
): Attack[] {
  const unknown = except.find((id) => !attacks.some((attack) => attack.case.id === id))
  if (unknown !== undefined) {
    throw new TypeError(
      `except: there is no attack ${quoteForLog(unknown)}; attackCases() lists them`,
    )
  }
  return attacks.filter(({ case: { id, group } }) => groups.includes(group) && !except.includes(id))
}

async function victimOf(options: AttackOptions): Promise<KnownIssuer> {
  if (options.authority !== undefined) return knownIssuerOf(withUsual(options))
  const { token } = options
  return victimOfToken(typeof token === 'function' ? await token() : token, options)
}
