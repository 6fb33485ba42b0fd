import type { Cause, Evidence, FindCauses } from './cause.ts'
import { refusalCode } from './cause.ts'
import { audienceCauses } from './causes/audience.ts'
import { claimCauses } from './causes/claims.ts'
import { configurationCauses } from './causes/configuration.ts'
import { grantCauses } from './causes/grants.ts'
import { headerCauses } from './causes/header.ts'
import { issuerCauses } from './causes/issuer.ts'
import { keyCauses } from './causes/keys.ts'
import { kindCauses } from './causes/kind.ts'
import { pasteCauses } from './causes/paste.ts'
import { senderCauses } from './causes/sender.ts'
import { shapeCauses } from './causes/shape.ts'
import { signatureCauses } from './causes/signature.ts'
import { timeCauses } from './causes/times.ts'

/** In the order of the request's way. */
const FINDERS: readonly (FindCauses | ((evidence: Evidence) => Promise<readonly Cause[]>))[] = [
  configurationCauses,
  shapeCauses,
  headerCauses,
  issuerCauses,
  keyCauses,
  signatureCauses,
  kindCauses,
  claimCauses,
  audienceCauses,
  senderCauses,
  timeCauses,
  grantCauses,
  pasteCauses,
]

export interface FoundCauses {
  /** What stopped the guard, the likeliest first. Without a guard, everything that one would refuse. */
  readonly likely: readonly Cause[]
  /** What else is wrong. */
  readonly also: readonly Cause[]
}

/** Names what is wrong: first what the guard stopped at, then everything it did not come to. */
export async function findCauses(evidence: Evidence): Promise<FoundCauses> {
  const found: Cause[] = []
  for (const find of FINDERS) found.push(...(await find(evidence)))
  const code = refusalCode(evidence)
  if (code !== undefined) {
    return {
      likely: found.filter((cause) => cause.code === code),
      also: found.filter((cause) => cause.code !== code),
    }
  }
  return {
    likely: found.filter((cause) => cause.code !== undefined),
    also: found.filter((cause) => cause.code === undefined),
  }
}
