import type { ChallengeSettings } from './challenge.ts'
import type { RegisteredClaims } from './claims.ts'
import type { GuardError } from './errors.ts'
import type { Auth } from './principal.ts'

/** What a guard decided about one request. */
export type Admission<C = RegisteredClaims> = Admitted<C> | Refused

export interface Admitted<C = RegisteredClaims> {
  /** Who the request is from; undefined where a token is optional and absent. */
  readonly auth: Auth<C> | undefined
  readonly refusal: undefined
  /** How its guard answers. Policies answer in its name. Also tells one guard from another. */
  readonly challenge: ChallengeSettings
}

export interface Refused {
  readonly auth: undefined
  /** Why not, with the headers of the answer. */
  readonly refusal: GuardError
}

/** A registered symbol, so that a policy of one copy of this package finds the guard of another. */
const ADMITTED = Symbol.for('gatewarden.admitted')

type AdmittedRequest = { [ADMITTED]?: Admitted<unknown> }

export function rememberAdmitted(request: object, admitted: Admitted<unknown>): void {
  ;(request as AdmittedRequest)[ADMITTED] = admitted
}

export function forgetAdmitted(request: object): void {
  delete (request as AdmittedRequest)[ADMITTED]
}

/** Undefined when no guard admitted the request. */
export function admittedAs(request: object): Admitted<unknown> | undefined {
  return (request as AdmittedRequest)[ADMITTED]
}
