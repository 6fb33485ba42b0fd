import { createGuard } from '../../src/guard.ts'
import { auth0 } from '../../src/presets/auth0.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const good = { domain: 'acme.eu.auth0.com', audience: 'https://api.acme.com' }
const problem = (changes: Record<string, unknown>) => problemWith(auth0, good, changes)

it('auth0 says what is trusted of a tenant', () => {
  expect(plain(auth0(good))).toEqual({
    issuer: 'https://acme.eu.auth0.com/',
    audience: 'https://api.acme.com',
    claimPaths: {
      scopes: 'scope',
      roles: [],
      permissions: 'permissions',
      tenant: 'org_id',
      client: ['azp', 'client_id'],
    },
  })
})

it('auth0 takes several audiences, and a custom domain', () => {
  expect(auth0({ ...good, audience: ['a', 'b'] }).audience).toEqual(['a', 'b'])
  expect(auth0({ ...good, domain: 'login.acme.com' }).issuer).toBe('https://login.acme.com/')
})

it.each(['https://acme.com/roles', 'acme.roles', 'roles'])(
  'auth0 takes %j as the name of one claim',
  (rolesClaim) => {
    expect(auth0({ ...good, rolesClaim }).claimPaths?.roles).toEqual([[rolesClaim]])
  },
)

it('auth0 is what a guard takes, alone, spread and among others', () => {
  createGuard(auth0(good))
  createGuard({ ...auth0(good), clockTolerance: 10 })
  createGuard({ issuers: [auth0(good), auth0({ ...good, domain: 'other.eu.auth0.com' })] })
})

describe('auth0 refuses', () => {
  it.each(NO_TEXTS)('%j as any of its arguments', (value) => {
    expect(problem({ domain: value })).toContain(
      'auth0.domain: expected a host such as acme.eu.auth0.com, got ',
    )
    expect(problem({ audience: value })).toContain(
      'auth0.audience: expected the identifier of the API at Auth0, got ',
    )
    expect(problem({ rolesClaim: value })).toContain(
      'auth0.rolesClaim: expected the name of a claim, got ',
    )
  })

  it('a URL as domain, and an empty list of audiences', () => {
    expect(problem({ domain: 'https://acme.eu.auth0.com/' })).toBe(
      'auth0.domain: expected the host alone (write \'acme.eu.auth0.com\'), got "https://acme.eu.auth0.com/"',
    )
    expect(problem({ audience: [] })).toContain('auth0.audience: ')
  })

  it('other members', () => {
    expect(problem({ issuer: 'x' })).toContain('auth0.issuer: ')
    expect(problem({ client: 'x' })).toContain('auth0() takes ')
  })
})
