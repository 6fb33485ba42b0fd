import { GuardError } from '../src/errors.ts'
import { createPolicy, isPolicy, judgePolicy, type Policy } from '../src/policy.ts'
import { authWith } from './mint.ts'

const auth = authWith({})
const policyThat = (judge: () => unknown) => ({ requirement: 'mine', judge }) as Policy

describe('judgePolicy', () => {
  it('passes on what the policy says', () => {
    const denial = new GuardError('ERR_ROLE_INSUFFICIENT', 'no')
    expect(
      judgePolicy(
        policyThat(() => undefined),
        auth,
        {},
      ),
    ).toBeUndefined()
    expect(
      judgePolicy(
        policyThat(() => denial),
        auth,
        {},
      ),
    ).toBe(denial)
  })

  it.each([
    ['a promise of a yes', Promise.resolve(undefined)],
    ['null', null],
    ['true', true],
    ['false', false],
    ['an error of another kind', new Error('x')],
    ['a text', 'no'],
  ])('denies a policy that answers with %s', (_, answer) => {
    const denial = judgePolicy(
      policyThat(() => answer),
      auth,
      {},
    )
    expect(denial).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
    expect(denial?.cause).toBeInstanceOf(TypeError)
    expect((denial?.cause as Error).message).toBe(
      `judge returned a ${typeof answer}, not undefined or a GuardError`,
    )
  })

  it('denies a policy that throws', () => {
    const cause = new Error('x')
    const thrower = policyThat(() => {
      throw cause
    })
    const denial = judgePolicy(thrower, auth, {})
    expect(denial).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403, cause })
    expect(denial?.message).toBe('mine cannot be judged')
  })

  it.each([undefined, null])('has a cause to show when the policy throws %p', (nothing) => {
    const thrower = policyThat(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw nothing
    })
    expect(judgePolicy(thrower, auth, {})?.cause).toEqual(new TypeError('it threw nothing'))
  })
})

describe('isPolicy', () => {
  it('knows policies by their shape', () => {
    expect(isPolicy(createPolicy('x', () => undefined))).toBe(true)
    expect(isPolicy(policyThat(() => undefined))).toBe(true)
  })

  it.each([undefined, null, 'x', 5, {}, { judge: () => 1 }, { requirement: 'x' }, () => 1, []])(
    'does not take %p for one',
    (value) => {
      expect(isPolicy(value)).toBe(false)
    },
  )
})

it('createPolicy makes what cannot be changed', () => {
  expect(Object.isFrozen(createPolicy('x', () => undefined))).toBe(true)
})
