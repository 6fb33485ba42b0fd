import { createGuard } from '../../src/guard.ts'
import { firebase } from '../../src/presets/firebase.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const good = { projectId: 'acme-shop' }
const problem = (changes: Record<string, unknown>) => problemWith(firebase, good, changes)

it('firebase says what is trusted of a project', () => {
  expect(plain(firebase(good))).toEqual({
    issuer: 'https://securetoken.google.com/acme-shop',
    audience: 'acme-shop',
    jwksUri:
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    profile: 'id-token',
    requiredClaims: ['auth_time'],
    expectedClaims: {},
    claimPaths: { tenant: [['firebase', 'tenant']] },
  })
  createGuard(firebase(good))
})

it('firebase takes verified addresses only, when asked', () => {
  const verified = { email_verified: true }
  expect(firebase({ ...good, requireVerifiedEmail: true }).expectedClaims).toEqual(verified)
  expect(firebase({ ...good, requireVerifiedEmail: false }).expectedClaims).toEqual({})
})

describe('firebase refuses', () => {
  it.each([...NO_TEXTS, 'https://securetoken.google.com/acme', 'acme/shop', ['acme-shop']])(
    '%j as project',
    (projectId) => {
      expect(problem({ projectId })).toContain(
        "firebase.projectId: expected the project's id, alone and without slashes, got ",
      )
    },
  )

  it.each([undefined, null, 'true', 1])('%j as requireVerifiedEmail', (requireVerifiedEmail) => {
    expect(problem({ requireVerifiedEmail })).toContain(
      'firebase.requireVerifiedEmail: expected true or false, got ',
    )
  })

  it('other members', () => {
    expect(problem({ audience: 'x' })).toContain('firebase.audience: firebase() takes ')
    expect(problem({ verifiedEmail: true })).toContain('firebase() takes ')
  })
})
