import { createGuard } from '../../src/guard.ts'
import { cognito } from '../../src/presets/cognito.ts'
import { entra, entraTenants } from '../../src/presets/entra.ts'
import { google } from '../../src/presets/google.ts'
import { okta } from '../../src/presets/okta.ts'
import { NO_TEXTS, problemOf, problemWith } from './problem-of.ts'

const pool = { region: 'eu-central-1', userPoolId: 'eu-central-1_Ab', clientId: 'web' }
const org = { domain: 'acme.okta.com', audience: 'api://default' }
const TENANT = '11111111-2222-3333-4444-555555555555'

it('adds claims that are required to those of the preset', () => {
  expect(okta({ ...org, requiredClaims: ['sub'] }).requiredClaims).toEqual(['cid', 'sub'])
  expect(cognito({ ...pool, requiredClaims: ['sub'] }).requiredClaims).toEqual(['sub'])
})

it('adds claims that must have a value to those of the preset', () => {
  expect(cognito({ ...pool, expectedClaims: { plan: ['pro', 'max'] } }).expectedClaims).toEqual({
    token_use: 'access',
    client_id: 'web',
    plan: ['pro', 'max'],
  })
  expect(okta({ ...org, expectedClaims: { ver: 1 } }).expectedClaims).toEqual({ ver: 1 })
})

it('refuses another value for a claim the preset has a say in', () => {
  for (const claim of ['token_use', 'client_id'])
    expect(problemOf(() => cognito({ ...pool, expectedClaims: { [claim]: 'x' } }))).toBe(
      `cognito.expectedClaims.${claim}: the preset says itself what this claim must be`,
    )
  expect(
    problemOf(() =>
      google({ clientId: 'a', hostedDomain: 'acme.com', expectedClaims: { hd: 'evil.com' } }),
    ),
  ).toContain('google.expectedClaims.hd: ')
})

it('puts a place of its own beside those of the preset', () => {
  expect(okta({ ...org, claimPaths: { tenant: 'org' } }).claimPaths).toEqual({
    scopes: 'scp',
    roles: 'groups',
    client: 'cid',
    tenant: 'org',
  })
})

it('says the same of every tenant', () => {
  const { resolve } = entraTenants({
    tenants: [TENANT],
    audience: 'orders',
    requiredClaims: ['sub'],
  })
  expect(resolve(`https://login.microsoftonline.com/${TENANT}/v2.0`)).toMatchObject({
    requiredClaims: ['azp', 'sub'],
  })
})

it('makes options that a guard takes', () => {
  const additions = {
    requiredClaims: ['sub'],
    expectedClaims: { plan: 'pro' },
    claimPaths: { tenant: 'org' },
  }
  createGuard(cognito({ ...pool, ...additions }))
  createGuard(entra({ tenantId: TENANT, audience: 'orders', ...additions }))
})

it.each(NO_TEXTS)('refuses %j as any of them', (value) => {
  for (const name of ['requiredClaims', 'expectedClaims', 'claimPaths']) {
    if (name !== 'requiredClaims' && value !== null && typeof value === 'object') continue
    expect(problemWith(okta, org, { [name]: value })).toMatch(new RegExp(`^okta.${name}: expected`))
  }
})

it('says what may be given', () => {
  expect(problemWith(okta, org, { clientId: 'x' })).toBe(
    'okta.clientId: okta() takes domain, authorizationServer, audience, expectedClaims, requiredClaims, claimPaths',
  )
  expect(problemWith(cognito, pool, { clientID: 'x' })).toBe('cognito.clientID: write clientId')
  expect(problemWith(cognito, pool, { user_pool_id: 'x' })).toContain('write userPoolId')
  expect(problemWith(entra, { tenantId: TENANT, audience: 'x' }, { tenant: TENANT })).toBe(
    'entra.tenant: write tenantId',
  )
  expect(problemWith(okta, org, { issuer: 'https://acme.okta.com' })).toContain('okta() takes ')
  expect(problemWith(okta, org, { clockTolerance: 5 })).toContain('write it beside')
})
