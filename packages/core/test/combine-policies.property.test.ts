import fc from 'fast-check'
import { authorize } from '../src/authorize.ts'
import { allOf, anyOf, not } from '../src/combine-policies.ts'
import type { GuardError } from '../src/errors.ts'
import { createGuard } from '../src/guard.ts'
import { requirePredicate, requireRoles, requireScopes } from '../src/policies.ts'
import { createPolicy, judgePolicy, type Policy } from '../src/policy.ts'
import type { GuardRequest } from '../src/request.ts'
import { AUDIENCE, authWith, goodClaims, ISSUER, mint, newEcKeys, NOW } from './mint.ts'

/** What a policy finds. `undecided`: it could not be judged. */
type Finding = 'yes' | 'no' | 'undecided'

/** A policy as its author wrote it down. */
type Tree =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'allOf' | 'anyOf'; readonly of: readonly Tree[] }
  | { readonly kind: 'not'; readonly of: Tree }

const claims = { scope: 'read', roles: ['user'] }
const auth = authWith(claims)

const foreign = (judge: () => unknown) => createPolicy('foreign', judge as Policy['judge'])

const DECIDED: readonly (readonly [Policy, Finding])[] = [
  [requireScopes('read'), 'yes'],
  [requirePredicate('true', () => true), 'yes'],
  [foreign(() => undefined), 'yes'],
  [requireRoles('admin'), 'no'],
  [requirePredicate('false', () => false), 'no'],
]

/** Every way not to answer: to throw anything or nothing, to answer later, to answer something else. */
const UNDECIDED: readonly (readonly [Policy, Finding])[] = [
  ...[
    () => {
      throw new Error('cannot judge')
    },
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- something can
      throw undefined
    },
    () => Promise.resolve(true),
    () => Promise.reject(new Error('cannot judge, and says so later')),
    () => ({ then: (_: unknown, reject: (reason: Error) => void) => reject(new Error('no')) }),
    () => undefined,
    () => 1,
  ].map(
    (judge) => [requirePredicate('odd', judge as unknown as () => boolean), 'undecided'] as const,
  ),
  ...[
    () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- something can
      throw null
    },
    () => Promise.resolve(undefined),
    () => Promise.reject(new Error('later')),
    () => true,
    () => null,
    () => new Error('no GuardError'),
  ].map((judge) => [foreign(judge), 'undecided'] as const),
]

const LEAVES = [...DECIDED, ...UNDECIDED]

function treesOf(first: number, last: number): fc.Arbitrary<Tree> {
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.record({
        kind: fc.constant('leaf' as const),
        leaf: fc.integer({ min: first, max: last - 1 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('tree') }),
      fc.record({
        kind: fc.constantFrom('allOf' as const, 'anyOf' as const),
        of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }),
    ),
  })).tree
}

const anyTree = treesOf(0, LEAVES.length)
const decidedTree = treesOf(0, DECIDED.length)
const undecidedTree = treesOf(DECIDED.length, LEAVES.length)

function build(tree: Tree): Policy {
  switch (tree.kind) {
    case 'leaf':
      return LEAVES[tree.leaf]![0]
    case 'not':
      return not(build(tree.of))
    case 'allOf':
      return allOf(...tree.of.map(build))
    case 'anyOf':
      return anyOf(...tree.of.map(build))
  }
}

/**
 * The reference. `allOf` goes by the first policy that does not say yes; `anyOf` says yes when one does, and no only
 * when all were judged; the opposite of what could not be judged could not be judged either.
 */
function evaluate(tree: Tree): Finding {
  switch (tree.kind) {
    case 'leaf':
      return LEAVES[tree.leaf]![1]
    case 'not':
      return opposite(evaluate(tree.of))
    case 'allOf':
      return tree.of.map(evaluate).find((finding) => finding !== 'yes') ?? 'yes'
    case 'anyOf': {
      const findings = tree.of.map(evaluate)
      if (findings.includes('yes')) return 'yes'
      return findings.includes('undecided') ? 'undecided' : 'no'
    }
  }
}

function opposite(finding: Finding): Finding {
  return finding === 'undecided' ? finding : finding === 'yes' ? 'no' : 'yes'
}

/** What is true, as far as anybody can know: the three values of Kleene's logic, in no order. */
function truth(tree: Tree): Finding {
  if (tree.kind === 'leaf') return LEAVES[tree.leaf]![1]
  if (tree.kind === 'not') return opposite(truth(tree.of))
  const [strong, weak] = tree.kind === 'allOf' ? (['no', 'yes'] as const) : (['yes', 'no'] as const)
  const truths = tree.of.map(truth)
  if (truths.includes(strong)) return strong
  return truths.includes('undecided') ? 'undecided' : weak
}

const judge = (policy: Policy): GuardError | undefined => judgePolicy(policy, auth, {})
const allows = (policy: Policy): boolean => judge(policy) === undefined
const RUNS = { numRuns: 1_000 }

/** Every list of policies backwards, at all levels. */
function backwards(tree: Tree): Tree {
  if (tree.kind === 'leaf') return tree
  if (tree.kind === 'not') return { kind: 'not', of: backwards(tree.of) }
  return { kind: tree.kind, of: tree.of.map(backwards).reverse() }
}

/** The opposite by De Morgan: no `not` but before a leaf. */
function negated(tree: Tree): Tree {
  if (tree.kind === 'leaf') return { kind: 'not', of: tree }
  if (tree.kind === 'not') return tree.of
  return { kind: tree.kind === 'allOf' ? 'anyOf' : 'allOf', of: tree.of.map(negated) }
}

describe('combined policies', () => {
  it('find what the reference finds, and say why not', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const denial = judge(build(tree))
        const finding = evaluate(tree)
        expect(denial === undefined).toBe(finding === 'yes')
        // The cause tells what could not be judged from what was judged and denied.
        expect(denial?.cause !== undefined).toBe(finding === 'undecided')
        if (denial !== undefined) expect(denial.status).toBe(403)
      }),
      { numRuns: 3_000 },
    )
  })

  it('never allow what is not known to be true', () => {
    fc.assert(
      fc.property(anyTree, (tree) => !allows(build(tree)) || truth(tree) === 'yes'),
      RUNS,
    )
  })

  it('allow what is true, where everything can be judged', () => {
    fc.assert(
      fc.property(decidedTree, (tree) => allows(build(tree)) === (truth(tree) === 'yes')),
      RUNS,
    )
  })

  it('never allow where nothing can be judged, and leave no rejection behind', async () => {
    fc.assert(
      fc.property(undecidedTree, (tree) => !allows(build(tree))),
      RUNS,
    )
    // One that nobody handles ends the process, and this test with it.
    await new Promise((turn) => setImmediate(turn))
  })

  it('decide alike in any order (commutativity)', () => {
    fc.assert(
      fc.property(fc.array(anyTree, { minLength: 1, maxLength: 4 }), fc.boolean(), (of, all) => {
        const combine = all ? allOf : anyOf
        const policies = of.map(build)
        return allows(combine(...policies)) === allows(combine(...policies.reverse()))
      }),
      RUNS,
    )
    fc.assert(
      fc.property(decidedTree, (tree) => allows(build(tree)) === allows(build(backwards(tree)))),
      RUNS,
    )
  })

  it('decide alike however they are grouped (associativity)', () => {
    fc.assert(
      fc.property(anyTree, anyTree, anyTree, fc.constantFrom(allOf, anyOf), (x, y, z, combine) => {
        const [a, b, c] = [x, y, z].map(build) as [Policy, Policy, Policy]
        const flat = judge(combine(a, b, c))?.code
        expect(judge(combine(combine(a, b), c))?.code).toBe(flat)
        expect(judge(combine(a, combine(b, c)))?.code).toBe(flat)
      }),
      RUNS,
    )
  })

  it('decide alike when one stands twice, and when two are absorbed by one (idempotence)', () => {
    fc.assert(
      fc.property(anyTree, anyTree, (x, y) => {
        const [a, b] = [build(x), build(y)]
        for (const combined of [
          allOf(a),
          anyOf(a),
          allOf(a, a),
          anyOf(a, a),
          not(not(a)),
          allOf(a, anyOf(a, b)),
          anyOf(a, allOf(a, b)),
        ])
          expect(allows(combined)).toBe(allows(a))
      }),
      RUNS,
    )
  })

  it('never allow a policy and its opposite (contradiction)', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const policy = build(tree)
        expect(allows(allOf(policy, not(policy)))).toBe(false)
        expect(allows(policy) && allows(not(policy))).toBe(false)
        // One of the two holds only where it can be judged.
        expect(allows(anyOf(policy, not(policy)))).toBe(evaluate(tree) !== 'undecided')
      }),
      RUNS,
    )
  })

  it('keep De Morgan’s laws', () => {
    fc.assert(
      fc.property(fc.array(anyTree, { minLength: 1, maxLength: 3 }), (of) => {
        const policies = of.map(build)
        expect(allows(not(anyOf(...policies)))).toBe(allows(allOf(...policies.map(not))))
        // Where something could not be judged before the one that denies, not(allOf()) says no: it knows less.
        if (allows(not(allOf(...policies)))) expect(allows(anyOf(...policies.map(not)))).toBe(true)
      }),
      RUNS,
    )
    fc.assert(
      fc.property(decidedTree, (tree) => allows(not(build(tree))) === allows(build(negated(tree)))),
      RUNS,
    )
  })

  it('are judged for a request as they are for its token', async () => {
    const { publicKey, privateKey } = newEcKeys()
    const guard = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      publicKey,
      clock: () => NOW,
    })
    const token = mint({ alg: 'ES256' }, goodClaims(claims), privateKey)
    const request: GuardRequest = { headers: { authorization: `Bearer ${token}` } }
    await guard.admit(request)
    fc.assert(
      fc.property(anyTree, (tree) => {
        const policy = build(tree)
        const denial = authorize(request, policy)
        expect(denial?.code).toBe(judge(policy)?.code)
        if (denial !== undefined) expect(denial.headers['www-authenticate']).toMatch(/^Bearer /)
      }),
      RUNS,
    )
  })
})
