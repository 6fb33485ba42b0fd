import { requireUser } from '../src/policies.ts'
import fc from 'fast-check'
import { allOf, anyOf, not } from '../src/combine-policies.ts'
import { ConfigError } from '../src/options/config-error.ts'
import { GuardError } from '../src/errors.ts'
import { requirePredicate, requireRoles, requireScopes } from '../src/policies.ts'
import { judgePolicy, type Policy } from '../src/policy.ts'
import { authWith, thrownBy } from './mint.ts'

const auth = authWith({ scope: 'read', roles: ['user'] })
const judge = (policy: Policy) => judgePolicy(policy, auth, {})
const allows = (policy: Policy) => judge(policy) === undefined

const yes = requireScopes('read')
const no = requireRoles('admin')
const throwing = requirePredicate('throwing', () => {
  throw new Error('cannot judge')
})
const throwingUndefined = requirePredicate('throwing undefined', () => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  throw undefined
})
const promising = requirePredicate('promising', () => Promise.resolve(false) as unknown as boolean)
const silent = requirePredicate('silent', () => undefined as unknown as boolean)
/** Policies that found nothing, neither yes nor no. */
const undecided = [throwing, throwingUndefined, promising, silent]

describe('allOf', () => {
  it('allows what every policy allows', () => {
    expect(allows(allOf(yes))).toBe(true)
    expect(allows(allOf(yes, yes))).toBe(true)
    expect(allows(allOf(yes, no))).toBe(false)
    expect(allows(allOf(no, yes))).toBe(false)
  })

  it('denies for the first policy that does', () => {
    expect(judge(allOf(yes, no, requireScopes('write')))?.code).toBe('ERR_ROLE_INSUFFICIENT')
    expect(judge(allOf(requireScopes('write'), no))).toMatchObject({
      code: 'ERR_SCOPE_INSUFFICIENT',
      scopes: ['write'],
    })
  })

  it('denies what cannot be judged', () => {
    for (const policy of undecided) expect(allows(allOf(yes, policy))).toBe(false)
  })
})

describe('anyOf', () => {
  it('allows what one policy allows', () => {
    expect(allows(anyOf(yes, no))).toBe(true)
    expect(allows(anyOf(no, yes))).toBe(true)
    expect(allows(anyOf(no, no))).toBe(false)
    for (const policy of undecided) expect(allows(anyOf(policy, yes))).toBe(true)
  })

  it('denies for the first policy when none allows', () => {
    expect(judge(anyOf(requireScopes('write'), no))?.code).toBe('ERR_SCOPE_INSUFFICIENT')
  })

  it('denies what cannot be judged', () => {
    for (const policy of undecided) {
      expect(allows(anyOf(no, policy))).toBe(false)
      expect(allows(anyOf(policy, no))).toBe(false)
    }
  })
})

describe('not', () => {
  it('denies what the policy allows, and allows what it denies', () => {
    expect(judge(not(yes))).toMatchObject({
      code: 'ERR_POLICY_DENIED',
      message: 'not(requireScopes(read)) does not hold',
    })
    expect(allows(not(no))).toBe(true)
    expect(allows(not(not(yes)))).toBe(true)
    expect(allows(not(not(no)))).toBe(false)
  })

  it('denies what cannot be judged, however it is wrapped', () => {
    for (const policy of undecided) {
      for (const wrapped of [
        policy,
        not(policy),
        allOf(policy),
        allOf(yes, policy),
        anyOf(policy),
        anyOf(no, policy),
        anyOf(policy, no),
        anyOf(no, policy, no),
        allOf(yes, anyOf(no, policy)),
      ])
        expect(judge(not(wrapped))?.code).toBe('ERR_POLICY_DENIED')
    }
  })

  it('is right by the rules of logic, whatever is combined', () => {
    // Kleene's three values: undefined is "cannot be judged". Short circuits may know more, never less.
    type Case = readonly [policy: Policy, truth: boolean | undefined]
    const { tree } = fc.letrec<{ tree: Case; leaf: Case }>((tie) => ({
      leaf: fc.constantFrom<Case[]>([yes, true], [no, false], [throwing, undefined]),
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        tie('tree').map(([policy, truth]): Case => [
          not(policy),
          truth === undefined ? undefined : !truth,
        ]),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((cases): Case => {
          const truths = cases.map(([, truth]) => truth)
          const all = truths.includes(false) ? false : truths.includes(undefined) ? undefined : true
          return [allOf(...cases.map(([policy]) => policy)), all]
        }),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((cases): Case => {
          const truths = cases.map(([, truth]) => truth)
          const any = truths.includes(true) ? true : truths.includes(undefined) ? undefined : false
          return [anyOf(...cases.map(([policy]) => policy)), any]
        }),
      ),
    }))
    fc.assert(
      fc.property(tree, ([policy, truth]) => !allows(policy) || truth === true),
      { numRuns: 1000 },
    )
  })
})

describe('combined policies', () => {
  it('name everything they require', () => {
    expect(allOf(yes, anyOf(no, not(yes))).requirement).toBe(
      'allOf(requireScopes(read), anyOf(requireRoles(admin), not(requireScopes(read))))',
    )
  })

  it('give the request to each', () => {
    const request = { a: 1 }
    const seen: unknown[] = []
    const spy = requirePredicate('spy', (_, given) => {
      seen.push(given)
      return true
    })
    judgePolicy(allOf(spy, anyOf(spy), not(spy)), auth, request)
    expect(seen).toEqual([request, request, request])
  })

  it('do not start without a policy, or with something else (empty requirement)', () => {
    for (const [name, combine] of Object.entries({ allOf, anyOf })) {
      const error = thrownBy(() => combine())
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toBe(`${name}: expected at least one policy, got none`)
    }
    for (const given of [undefined, null, 'admin', [yes], {}, { requirement: 'x' }, () => true]) {
      for (const combine of [allOf, anyOf, not])
        expect(thrownBy(() => combine(given as unknown as Policy))).toBeInstanceOf(ConfigError)
    }
  })

  it('take an adapter’s function that is a policy too', () => {
    const lifted = Object.assign(() => undefined, {
      requirement: 'lifted',
      judge: () => new GuardError('ERR_POLICY_DENIED', 'x'),
    })
    expect(judge(allOf(lifted))?.message).toBe('x')
  })
})

it.each(Object.entries({ allOf, anyOf, not }))(
  '%s says what it was given instead of policies, and of a list to spread it',
  (name, combine) => {
    const message = (given: unknown) => thrownBy(() => combine(given as Policy)).message
    expect(message('admin')).toBe(`${name}: expected policies, got "admin"`)
    expect(message([requireUser()])).toBe(
      `${name}: expected policies, got a list; spread the list: ${name}(...policies)`,
    )
  },
)
