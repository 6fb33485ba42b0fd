import { createGuard } from '../../src/guard.ts'
import { google } from '../../src/presets/google.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const good = { clientId: '1234-abc.apps.googleusercontent.com' }
const problem = (changes: Record<string, unknown>) => problemWith(google, good, changes)

it('google says what is trusted of its accounts', () => {
  expect(plain(google(good))).toEqual({
    issuer: 'https://accounts.google.com',
    audience: good.clientId,
    profile: 'id-token',
    expectedClaims: {},
    claimPaths: { tenant: 'hd', client: 'azp' },
  })
  createGuard(google(good))
})

it('google takes several clients, and one organisation', () => {
  const options = google({ clientId: ['web', 'android'], hostedDomain: 'acme.com' })
  expect(options.audience).toEqual(['web', 'android'])
  expect(options.expectedClaims).toEqual({ hd: 'acme.com' })
})

describe('google refuses', () => {
  it.each(NO_TEXTS)('%j as either argument', (value) => {
    expect(problem({ clientId: value })).toContain(
      "google.clientId: expected an OAuth client's id, alone and without slashes, got ",
    )
    expect(problem({ hostedDomain: value })).toContain(
      'google.hostedDomain: expected a host such as acme.com, got ',
    )
  })

  it('a URL, an address, any organisation, and no client at all', () => {
    expect(problem({ clientId: `https://${good.clientId}` })).toContain('google.clientId: ')
    expect(problem({ clientId: [] })).toContain('google.clientId: ')
    expect(problem({ hostedDomain: 'https://acme.com' })).toContain("(write 'acme.com')")
    for (const hostedDomain of ['*', '@acme.com', []])
      expect(problem({ hostedDomain })).toContain('google.hostedDomain: ')
  })

  it('other members', () => {
    expect(problem({ audience: 'x' })).toContain('google.audience: google() takes ')
  })
})
