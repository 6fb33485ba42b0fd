import { admittedAs, type Admitted } from './admission.ts'
import { withHeaders } from './challenge.ts'
import { GuardError } from './errors.ts'
import { publishAuthorized, publishDenied } from './events.ts'
import { judgePolicy, type Policy } from './policy.ts'

const NO_GUARD = { challenge: { realm: 'api', resourceMetadata: undefined } }

/**
 * Judges a request that a guard admitted. Undefined when the policy allows it, else the refusal, ready to be sent.
 * Never throws.
 *
 * `request` is what it was admitted as. A predicate gets `context`, where a framework has more to say than that.
 *
 * A request no guard has seen is refused with 500 `ERR_GUARD_MISSING`: the route is mounted before its guard, and
 * every token in the world would be refused.
 */
export function authorize(
  request: object,
  policy: Policy,
  context: object = request,
): GuardError | undefined {
  return authorizeAdmitted(admittedAs(request), policy, context)
}

/** As {@link authorize}, for what a guard decided just now: what it remembers may be about another by then. */
export function authorizeAdmitted(
  admitted: Admitted<unknown> | undefined,
  policy: Policy,
  context: object,
): GuardError | undefined {
  const denial = denialOf(admitted, context, policy)
  if (denial === undefined) {
    publishAuthorized(policy.requirement)
    return undefined
  }
  const answer = withHeaders(denial, (admitted ?? NO_GUARD).challenge)
  publishDenied(answer, policy.requirement)
  return answer
}

function denialOf(
  admitted: Admitted<unknown> | undefined,
  context: object,
  policy: Policy,
): GuardError | undefined {
  if (admitted === undefined) {
    const message = `${policy.requirement} stands on a route that no guard covers: mount jwtGuard(…) before it`
    warnOnce(policy, message)
    return new GuardError('ERR_GUARD_MISSING', message)
  }
  if (admitted.auth === undefined) {
    return new GuardError(
      'ERR_TOKEN_MISSING',
      `${policy.requirement} needs a token; the request carries none`,
    )
  }
  return judgePolicy(policy, admitted.auth, context)
}

const warned = new WeakSet<Policy>()

/** Loud, but not once a request: the answer is a 500 every time. */
function warnOnce(policy: Policy, message: string): void {
  if (warned.has(policy)) return
  warned.add(policy)
  process.emitWarning(message, { type: 'GatewardenWarning', code: 'ERR_GUARD_MISSING' })
}
