import { createGuard } from '../../src/guard.ts'
import { okta } from '../../src/presets/okta.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const good = { domain: 'acme.okta.com', audience: 'api://default' }
const problem = (changes: Record<string, unknown>) => problemWith(okta, good, changes)

it('okta says what is trusted of an authorization server', () => {
  expect(plain(okta(good))).toEqual({
    issuer: 'https://acme.okta.com/oauth2/default',
    audience: 'api://default',
    requiredClaims: ['cid'],
    claimPaths: { scopes: 'scp', roles: 'groups', client: 'cid' },
  })
  createGuard({ ...okta(good), clockTolerance: 10 })
})

it('okta takes an authorization server of your own', () => {
  const server = { authorizationServer: 'aus9o8wzkhckw9TLa0h7z', audience: ['a', 'b'] }
  expect(okta({ ...good, ...server })).toMatchObject({
    issuer: 'https://acme.okta.com/oauth2/aus9o8wzkhckw9TLa0h7z',
    audience: ['a', 'b'],
  })
})

describe('okta refuses', () => {
  it.each([null, '', 'org'])("%j as authorization server: the org's own tokens", (server) => {
    expect(problem({ authorizationServer: server })).toBe(
      "okta.authorizationServer: expected the id of a custom authorization server, such as 'default'. Access tokens of the org itself are for Okta's own API, and only Okta can validate them",
    )
  })

  it.each([undefined, ' ', 'undefined', 5, true, {}, 'oauth2/default', 'default/', '..'])(
    '%j as authorization server',
    (authorizationServer) => {
      expect(problem({ authorizationServer })).toContain(
        'okta.authorizationServer: expected the id of a custom authorization server, alone and without slashes, got ',
      )
    },
  )

  it.each(NO_TEXTS)('%j as any of the others', (value) => {
    expect(problem({ domain: value })).toContain(
      'okta.domain: expected a host such as acme.okta.com, got ',
    )
    expect(problem({ audience: value })).toContain(
      'okta.audience: expected the audience of the authorization server, got ',
    )
  })

  it('a URL as domain, and the admin console', () => {
    expect(problem({ domain: 'https://acme.okta.com/oauth2/default' })).toContain(
      "okta.domain: expected the host alone (write 'acme.okta.com'), got ",
    )
    for (const domain of ['acme.okta.com', 'acme.oktapreview.com'])
      expect(problem({ domain: domain.replace('acme', 'acme-admin') })).toContain(
        `okta.domain: expected the org's host (write '${domain}'), got 'acme-admin.okta`,
      )
    for (const domain of ['login-admin.acme.com', 'a.b-admin.okta.com'])
      expect(okta({ ...good, domain }).issuer).toContain(domain)
  })

  it('other members', () => {
    expect(problem({ clientId: 'x' })).toContain('okta() takes ')
  })
})
