import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  authorize,
  createGuard,
  GuardError,
  type GuardOptions,
  type Policy,
  requireClaim,
  requirePredicate,
  requireScopes,
} from '@gatewarden/core'
import { createAuthority, createTestClock } from '@gatewarden/testing'

// What the application gives a guard may throw, reject, lie or be frozen. None of that lets a request pass, and none
// of it ends the process.

const clock = createTestClock()
const authority = createAuthority({ clock })
const token = authority.token({ org: 'acme' })
const request = () => ({ method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } })

async function admitted(options: Partial<GuardOptions> = {}) {
  const guard = createGuard({ ...authority.guardOptions(), ...options } as GuardOptions)
  const subject = request()
  return { guard, subject, admission: await guard.admit(subject) }
}

describe('an error of the application’s own making', () => {
  const frozen = Object.freeze(new GuardError('ERR_CHECK_FAILED', 'not today'))
  const foreign = Object.assign(new Error('of another copy'), {
    name: 'GuardError',
    code: 'ERR_TOKEN_REVOKED',
    scopes: 'no list',
  })

  it.each<[string, Error, string]>([
    ['a frozen GuardError', frozen, 'ERR_CHECK_FAILED'],
    ['a GuardError of another copy of the package', foreign, 'ERR_TOKEN_REVOKED'],
  ])('%s, thrown by check, is answered, time after time', async (_what, error, code) => {
    for (let time = 0; time < 2; time++) {
      const { admission } = await admitted({
        check() {
          throw error
        },
      })
      expect(admission.refusal).toMatchObject({ code, status: 401 })
      expect(admission.refusal?.headers['www-authenticate']).toMatch(/error="invalid_token"/)
    }
  })

  it('a frozen GuardError, returned by a policy, is answered', async () => {
    const { subject } = await admitted()
    const policy: Policy = { requirement: 'mine', judge: () => frozen }
    expect(authorize(subject, policy)).toMatchObject({ code: 'ERR_CHECK_FAILED', status: 401 })
  })
})

describe('a promise where an answer belongs', () => {
  const rejecting = (): never => Promise.reject(new Error('the database is down')) as never
  const policies: Record<string, string> = {
    predicate: "requirePredicate('own', rejecting)",
    claim: "requireClaim('org', rejecting)",
    policy: "({ requirement: 'mine', judge: rejecting })",
  }

  it.each([
    requirePredicate('own', rejecting),
    requireClaim('org', rejecting),
    { requirement: 'mine', judge: rejecting },
  ])('denies, case %#', async (policy) => {
    const { subject } = await admitted()
    expect(authorize(subject, policy)).toMatchObject({ code: 'ERR_POLICY_DENIED', status: 403 })
  })

  // Jest catches unhandled rejections before Node ends the process: so this is asked of Node itself.
  it.each(Object.keys(policies))('a rejecting %s does not end the process', async (name) => {
    const program = `
      import { authorize, createGuard, requireClaim, requirePredicate } from '@gatewarden/core'
      import { createAuthority } from '@gatewarden/testing'
      const authority = createAuthority()
      const request = { headers: { authorization: 'Bearer ' + authority.token({ org: 'acme' }) } }
      await createGuard(authority.guardOptions()).admit(request)
      const rejecting = () => Promise.reject(new Error('the database is down'))
      console.log(authorize(request, ${policies[name]}).code)
      setTimeout(() => console.log('alive'), 10)
    `
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', program],
      {
        cwd: import.meta.dirname,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    )
    expect(stdout).toBe('ERR_POLICY_DENIED\nalive\n')
  })
})

it('a request that one guard admitted and the next refused is admitted by none', async () => {
  const { subject, admission } = await admitted()
  expect(admission.refusal).toBeUndefined()
  const stricter = createGuard({
    ...authority.guardOptions(),
    audience: 'https://other.test',
  })
  expect((await stricter.admit(subject)).refusal?.code).toBe('ERR_AUDIENCE_MISMATCH')
  expect(authorize(subject, requireScopes('read'))?.code).toBe('ERR_GUARD_MISSING')
})

describe('a clock that is set back', () => {
  it('does not make a token that was refused for its age pass for longer than the clock says', async () => {
    const guard = createGuard(authority.guardOptions())
    const own = authority.token({ exp: clock() + 10 })
    await guard.verify(own)
    clock.advance(40)
    await expect(guard.verify(own)).rejects.toMatchObject({ code: 'ERR_TOKEN_EXPIRED' })
    clock.advance(-1)
    expect((await guard.verify(own)).subject).toBe('alice')
  })
})
