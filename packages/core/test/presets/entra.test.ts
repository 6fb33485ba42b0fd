import { createGuard } from '../../src/guard.ts'
import { entra, entraTenants } from '../../src/presets/entra.ts'
import { NO_TEXTS, plain, problemWith } from './problem-of.ts'

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const OTHER = '11111111-2222-3333-4444-555555555555'
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const audience = '6e74172b-be56-4843-9ff4-e66a39bb12e3'
const v1 = (tenantId: string) => `https://sts.windows.net/${tenantId}/`
const v2 = (tenantId: string) => `https://login.microsoftonline.com/${tenantId}/v2.0`

describe('entra', () => {
  const good = { tenantId: TENANT, audience }
  const problem = (changes: Record<string, unknown>) => problemWith(entra, good, changes)

  it('says what is trusted of a tenant, by its tokens of version 2', () => {
    expect(plain(entra(good))).toEqual({
      issuer: v2(TENANT),
      audience,
      jwksUri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
      expectedClaims: { tid: TENANT },
      requiredClaims: ['azp'],
      claimPaths: { scopes: 'scp', roles: 'roles', client: 'azp' },
      tenant: TENANT,
    })
    expect(entra({ ...good, version: 2 })).toEqual(entra(good))
    createGuard(entra(good))
  })

  it('says it of tokens of version 1', () => {
    expect(plain(entra({ ...good, audience: ['api://orders', audience], version: 1 }))).toEqual({
      issuer: v1(TENANT),
      audience: ['api://orders', audience],
      jwksUri: `https://login.microsoftonline.com/${TENANT}/discovery/keys`,
      expectedClaims: { tid: TENANT },
      requiredClaims: ['appid'],
      claimPaths: { scopes: 'scp', roles: 'roles', client: 'appid' },
      tenant: TENANT,
    })
  })

  it('writes the id as tokens do, in lower case', () => {
    expect(entra({ ...good, tenantId: TENANT.toUpperCase() })).toEqual(entra(good))
  })

  it('takes the tenant of personal accounts when its id is written', () => {
    expect(entra({ ...good, tenantId: CONSUMERS }).issuer).toBe(v2(CONSUMERS))
  })

  it.each([...NO_TEXTS, 'acme.onmicrosoft.com', `${TENANT}/`, `{${TENANT}}`, v2(TENANT)])(
    'refuses the tenant %j',
    (tenantId) => {
      expect(problem({ tenantId })).toContain(
        "entra.tenantId: expected the tenant's id, a GUID, as in the tid of its tokens, got ",
      )
    },
  )

  it.each(['common', 'organizations', 'Common'])(
    'refuses %j and names entraTenants',
    (tenantId) => {
      expect(problem({ tenantId })).toBe(
        `entra.tenantId: '${tenantId.toLowerCase()}' is no tenant, and no token is issued in its name: say which ones are allowed, with entraTenants({ tenants, audience })`,
      )
    },
  )

  it("refuses 'consumers', and says who that is", () => {
    expect(problem({ tenantId: 'consumers' })).toBe(
      `entra.tenantId: 'consumers' lets in everybody with a personal Microsoft account: if that is meant, write '${CONSUMERS}'`,
    )
  })

  it.each(NO_TEXTS)('refuses the audience %j', (value) => {
    expect(problem({ audience: value })).toContain(
      'entra.audience: expected the application (client) id of the API, got ',
    )
  })

  it.each([undefined, null, 0, 3, '2', 'v2.0', true])('refuses the version %j', (version) => {
    expect(problem({ version })).toContain('entra.version: expected 1 or 2, got ')
  })

  it('refuses other members', () => {
    expect(problem({ tenants: [TENANT] })).toContain('entra() takes ')
  })
})

describe('entraTenants', () => {
  const good = { tenants: [TENANT], audience }
  const problem = (changes: Record<string, unknown>) => problemWith(entraTenants, good, changes)
  const allowed = (options: Parameters<typeof entraTenants>[0], issuer: string) => {
    const { allow } = entraTenants(options)
    return typeof allow === 'function' && allow(issuer)
  }

  it('allows the tenants of a list, however it is changed later', () => {
    const tenants = [TENANT.toUpperCase()]
    const { allow } = entraTenants({ tenants, audience })
    tenants.push(OTHER)
    expect(typeof allow === 'function' && [allow(v2(TENANT)), allow(v2(OTHER))]).toEqual([
      true,
      false,
    ])
  })

  it('asks a function, and takes nothing but true for a yes', () => {
    const asked: string[] = []
    const answering = (answer: unknown) => ({
      audience,
      tenants: (tenantId: string) => (asked.push(tenantId), answer as boolean),
    })
    expect(allowed(answering(true), v2(TENANT))).toBe(true)
    for (const answer of [false, undefined, 1, 'yes', Promise.resolve(true)])
      expect(allowed(answering(answer), v2(TENANT))).toBe(false)
    expect(new Set(asked)).toEqual(new Set([TENANT]))
  })

  it('never lets personal accounts in through a function, and does through a list', () => {
    expect(allowed({ tenants: () => true, audience }, v2(CONSUMERS))).toBe(false)
    expect(allowed({ tenants: [CONSUMERS], audience }, v2(CONSUMERS))).toBe(true)
    expect(allowed({ tenants: [TENANT], audience }, v2(CONSUMERS))).toBe(false)
  })

  it.each([
    v1(TENANT),
    `${v2(TENANT)}/`,
    v2(TENANT.toUpperCase()),
    v2(TENANT).toUpperCase(),
    v2(`${TENANT}/x`),
    v2(`x/${TENANT}`),
    v2(` ${TENANT}`),
    v2(`${TENANT}\n`),
    v2(`{${TENANT}}`),
    v2('common'),
    v2('..'),
    v2(''),
    v2(TENANT).replace('https', 'http'),
    v2(TENANT).replace('.com', '.com.evil.example'),
    `https://evil.example/${TENANT}/v2.0`,
    TENANT,
    '',
  ])('neither allows nor resolves %j, and asks nobody about it', (issuer) => {
    const asked: string[] = []
    const tenants = (tenantId: string) => asked.push(tenantId) > 0
    const { resolve } = entraTenants({ tenants, audience })
    expect(allowed({ tenants, audience }, issuer)).toBe(false)
    expect(resolve(issuer)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('resolves an issuer to what entra says of its tenant', () => {
    expect(plain(entraTenants(good).resolve(v2(TENANT)) as object)).toEqual(
      plain(entra({ tenantId: TENANT, audience })),
    )
    const first = entraTenants({ ...good, version: 1 }).resolve(v1(OTHER)) as object
    expect(plain(first)).toEqual(plain(entra({ tenantId: OTHER, audience, version: 1 })))
    createGuard({ issuers: entraTenants(good) })
  })

  it('keeps to one version', () => {
    expect(allowed({ ...good, version: 1 }, v1(TENANT))).toBe(true)
    expect(allowed({ ...good, version: 1 }, v2(TENANT))).toBe(false)
  })

  it.each([undefined, null, '', TENANT, [], {}, 5])('refuses %j as tenants', (tenants) => {
    expect(problem({ tenants })).toContain(
      'entraTenants.tenants: expected a list of tenant ids, or a function of one, got ',
    )
  })

  it.each([undefined, 'common', 'consumers', 'acme.com'])('refuses %j in the list', (tenant) => {
    expect(problem({ tenants: [TENANT, tenant] })).toContain('entraTenants.tenants[1]: ')
  })

  it('refuses other arguments that are wrong', () => {
    expect(problem({ audience: undefined })).toContain('entraTenants.audience: expected ')
    expect(problem({ version: '1' })).toContain('entraTenants.version: expected 1 or 2, got "1"')
    expect(problem({ tenantId: TENANT })).toContain('entraTenants.tenantId: ')
  })
})
