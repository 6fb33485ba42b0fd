import { createGuard } from '../../src/guard.ts'
import { keycloak } from '../../src/presets/keycloak.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const good = { url: 'https://id.acme.com', realm: 'shop', audience: 'orders-api' }
const problem = (changes: Record<string, unknown>) => problemWith(keycloak, good, changes)

it('keycloak says what is trusted of a realm', () => {
  expect(plain(keycloak(good))).toEqual({
    issuer: 'https://id.acme.com/realms/shop',
    audience: 'orders-api',
    expectedClaims: { typ: ['Bearer', 'bearer'] },
    claimPaths: {
      scopes: 'scope',
      roles: [['realm_access', 'roles']],
      client: ['azp', 'client_id'],
    },
  })
})

it('keycloak reads the roles of a client, whatever its id holds', () => {
  for (const client of ['orders-api', 'my.api', 'https://api.acme.com/'])
    expect(keycloak({ ...good, client }).claimPaths?.roles).toEqual([
      ['realm_access', 'roles'],
      ['resource_access', client, 'roles'],
    ])
})

it.each([
  'https://id.acme.com',
  'https://id.acme.com/auth',
  'http://localhost:8080',
  'https://a.b:8443',
  'https://id.acme.com/realms-of-acme',
  'https://id.acme.com/auth/administration',
])('keycloak takes the URL %j', (url) => {
  const options = keycloak({ ...good, url })
  expect(options.issuer).toBe(`${url}/realms/shop`)
  createGuard(options)
})

it('keycloak takes several audiences, and none in writing', () => {
  expect(keycloak({ ...good, audience: ['a', 'b'] }).audience).toEqual(['a', 'b'])
  expect(keycloak({ ...good, audience: null }).audience).toBeNull()
})

it('keycloak leaves plain http between hosts to the guard, which refuses it', () => {
  const options = keycloak({ ...good, url: 'http://keycloak:8080' })
  expect(() => createGuard(options)).toThrow(TypeError)
  createGuard({ ...options, allowInsecureHttp: true })
})

describe('keycloak refuses', () => {
  it.each(NO_TEXTS)('%j as any of its arguments, but for null as audience', (value) => {
    expect(problem({ url: value })).toContain(
      'keycloak.url: expected a URL such as https://id.acme.com, got ',
    )
    expect(problem({ realm: value })).toContain(
      "keycloak.realm: expected the realm's name, alone and without slashes, got ",
    )
    expect(problem({ client: value })).toContain("keycloak.client: expected a client's id, got ")
    if (value === null) return
    expect(problem({ audience: value })).toContain(
      'keycloak.audience: expected what an audience mapper adds to aud, or null to accept every token of the realm, got ',
    )
  })

  it.each(['account', ['account'], ['orders-api', 'account']])(
    'the audience %j, which every token of the realm has',
    (audience) => {
      expect(problem({ audience })).toBe(
        'keycloak.audience: nearly every token of the realm is for account: add an audience mapper, or write null to accept them all',
      )
    },
  )

  it.each([
    ['https://id.acme.com/', 'https://id.acme.com'],
    ['https://id.acme.com/auth/', 'https://id.acme.com/auth'],
    ['https://id.acme.com//', 'https://id.acme.com'],
    ['https://id.acme.com/realms', 'https://id.acme.com'],
    ['https://id.acme.com/realms/shop', 'https://id.acme.com'],
    ['https://id.acme.com/auth/realms/shop/', 'https://id.acme.com/auth'],
    ['https://id.acme.com/admin/master/console', 'https://id.acme.com'],
    ['https://ID.acme.com:443?x#y', 'https://id.acme.com'],
  ])('the URL %j, and says what to write', (url, base) => {
    expect(problem({ url })).toContain(
      `keycloak.url: expected what stands before /realms (write '${base}'), got `,
    )
  })

  it.each([
    'id.acme.com',
    'ftp://id.acme.com',
    'https://me:secret@id.acme.com',
    'https://undefined',
  ])('the URL %j', (url) => {
    expect(problem({ url })).toContain('keycloak.url: expected a URL such as ')
    expect(problem({ url })).not.toContain('secret')
  })

  it('a path as realm, and other members', () => {
    for (const realm of ['realms/shop', 'shop/', '..', 'https://id.acme.com/realms/shop'])
      expect(problem({ realm })).toContain('keycloak.realm: ')
    expect(problem({ clientId: 'x' })).toContain('keycloak() takes ')
  })
})
