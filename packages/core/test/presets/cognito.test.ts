import { createGuard } from '../../src/guard.ts'
import { cognito } from '../../src/presets/cognito.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const good = {
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_AbCdEf123',
  clientId: '1example23456789',
}
const problem = (changes: Record<string, unknown>) => problemWith(cognito, good, changes)

it('cognito says what is trusted of a user pool', () => {
  expect(plain(cognito(good))).toEqual({
    issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123',
    audience: null,
    expectedClaims: { token_use: 'access', client_id: '1example23456789' },
    claimPaths: { scopes: 'scope', roles: [['cognito:groups']], client: 'client_id' },
  })
  createGuard(cognito(good))
})

it('cognito takes several clients, and an audience where clients ask for one', () => {
  const options = cognito({ ...good, clientId: ['web', 'app'], audience: 'https://api.acme.com' })
  expect(options.expectedClaims).toEqual({ token_use: 'access', client_id: ['web', 'app'] })
  expect(options.audience).toBe('https://api.acme.com')
})

it.each(['us-east-1', 'us-gov-west-1', 'ap-southeast-2', 'mx-central-1', 'us-east-10'])(
  'cognito takes the region %s',
  (region) => {
    const userPoolId = `${region}_AbCdEf123`
    expect(cognito({ ...good, region, userPoolId }).issuer).toBe(
      `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    )
  },
)

describe('cognito refuses', () => {
  it.each(NO_TEXTS)('%j as any of its arguments', (value) => {
    expect(problem({ region: value })).toContain(
      'cognito.region: expected a region such as eu-central-1, alone and without slashes, got ',
    )
    expect(problem({ userPoolId: value })).toContain(
      "cognito.userPoolId: expected the user pool's id, alone and without slashes, got ",
    )
    expect(problem({ clientId: value })).toContain(
      "cognito.clientId: expected an app client's id, alone and without slashes, got ",
    )
    expect(problem({ audience: value })).toContain(
      'cognito.audience: expected the API as clients ask for it, got ',
    )
  })

  it.each([
    'evil.example',
    'eu-central-1.evil.example',
    'evil.eu-central-1',
    'eu-central-1a',
    'EU-CENTRAL-1',
    'eu',
  ])('%j as region, which becomes part of a host', (region) => {
    expect(problem({ region, userPoolId: `${region}_x` })).toBe(
      `cognito.region: expected a region such as eu-central-1, got '${region}'`,
    )
  })

  it('a user pool of another region', () => {
    expect(problem({ region: 'eu-west-1' })).toBe(
      "cognito.userPoolId: expected an id of the region, eu-west-1_…, got 'eu-central-1_AbCdEf123'",
    )
  })

  it('no client at all, and other members', () => {
    expect(problem({ clientId: [] })).toContain('cognito.clientId: ')
    expect(problem({ clientId: ['web', undefined] })).toContain('cognito.clientId[1]: ')
    expect(problem({ scopes: ['a'] })).toBe('cognito.scopes: write requireScopes(…) on the routes')
  })
})
