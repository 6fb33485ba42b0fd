import { ConfigError, describeGiven } from './options/config-error.ts'
import { GuardError } from './errors.ts'
import { createPolicy, isPolicy, judgePolicy, type Policy } from './policy.ts'

/** Every one of these policies; denies for the first that does. */
export function allOf(...policies: Policy[]): Policy {
  checkPolicies('allOf', policies)
  return createPolicy(join('allOf', policies), (auth, request) => {
    for (const each of policies) {
      const denial = judgePolicy(each, auth, request)
      if (denial !== undefined) return denial
    }
    return undefined
  })
}

/** At least one of these policies; denies for the first when none allows, or for one that could not be judged. */
export function anyOf(...policies: Policy[]): Policy {
  checkPolicies('anyOf', policies)
  return createPolicy(join('anyOf', policies), (auth, request) => {
    let shown: GuardError | undefined
    for (const each of policies) {
      const denial = judgePolicy(each, auth, request)
      if (denial === undefined) return undefined
      if (shown === undefined || denial.cause !== undefined) shown = denial
    }
    return shown
  })
}

/** Denies what the policy allows. */
export function not(denied: Policy): Policy {
  checkPolicies('not', [denied])
  const requirement = join('not', [denied])
  return createPolicy(requirement, (auth, request) => {
    const denial = judgePolicy(denied, auth, request)
    // What could not be judged has found nothing: its opposite is not proven either.
    if (denial?.cause !== undefined) return denial
    return denial === undefined
      ? new GuardError('ERR_POLICY_DENIED', `${requirement} does not hold`)
      : undefined
  })
}

function checkPolicies(name: string, policies: readonly unknown[]): void {
  if (policies.length === 0) throw new ConfigError(name, 'expected at least one policy, got none')
  for (const each of policies) {
    if (isPolicy(each)) continue
    const hint = Array.isArray(each) ? `; spread the list: ${name}(...policies)` : ''
    throw new ConfigError(name, `expected policies, ${describeGiven(each)}${hint}`)
  }
}

function join(name: string, policies: readonly Policy[]): string {
  return `${name}(${policies.map(({ requirement }) => requirement).join(', ')})`
}
