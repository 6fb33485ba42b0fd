import {
  auth0,
  cognito,
  createGuard,
  entra,
  entraTenants,
  firebase,
  google,
  type GuardErrorCode,
  isGuardError,
  type IssuerLookup,
  type IssuerOptions,
  keycloak,
  okta,
} from '@gatewarden/core'
import { createIssuerServer, createTestClock, type IssuerServer } from '@gatewarden/testing'

/*
 * Tokens as each provider documents them, signed by a stand-in on the loopback interface: only where the keys are
 * fetched is changed in what a preset returns.
 */

type Claims = Readonly<Record<string, unknown>>

/** What changes in a good token, and how the other one is refused. A claim set to undefined is left out. */
type Confusion = readonly [title: string, code: GuardErrorCode, changes: Claims]

interface Provider {
  readonly name: string
  readonly options: IssuerOptions
  readonly header?: Claims
  readonly claims: Claims
  /** What `auth` says of the good token. */
  readonly auth: Claims
  readonly confusions: readonly Confusion[]
}

const clock = createTestClock()
const NOW = clock()
const times = { iat: NOW - 60, exp: NOW + 3_540 }

let server: IssuerServer

beforeAll(async () => {
  server = await createIssuerServer({ algorithm: 'RS256', clock })
})
afterAll(() => server.close())

/** The same issuer, with its keys at the stand-in. */
function standIn(options: IssuerOptions): IssuerOptions {
  return { ...options, jwksUri: server.jwksUri } as IssuerOptions
}

function sign(claims: Claims, header: Claims = {}): string {
  return server.authority.token(
    { sub: undefined, aud: undefined, jti: undefined, ...claims },
    { header },
  )
}

async function codeOf(verified: Promise<unknown>): Promise<string> {
  try {
    await verified
    return 'accepted'
  } catch (error) {
    if (isGuardError(error)) return error.code
    throw error
  }
}

const API = 'https://api.acme.com'

const auth0Issuer = 'https://acme.eu.auth0.com/'
const auth0Claims = {
  ...times,
  iss: auth0Issuer,
  sub: 'auth0|6553da60a54af58e29493993',
  aud: [API, `${auth0Issuer}userinfo`],
  azp: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
  scope: 'openid profile read:orders',
  permissions: ['read:orders', 'write:orders'],
  org_id: 'org_9ybsU1dN2dKfDkBi',
  'https://acme.com/roles': ['admin'],
}
const auth0IdToken = {
  aud: auth0Claims.azp,
  azp: undefined,
  scope: undefined,
  permissions: undefined,
  nonce: 'n-0S6_WzA2Mj',
  sid: 'QZ3kHl2v',
  name: 'Alice',
}

const realm = 'https://id.acme.com/realms/shop'
const keycloakClaims = {
  ...times,
  iss: realm,
  jti: 'onrtac:4d3a4b4c-52f6-4a44-9a3b-0d0e3f7c6a11',
  sub: 'f3a1c0de-7d0c-4a7e-9d8a-5f2f4f0c9a10',
  aud: ['orders.api', 'account'],
  typ: 'Bearer',
  azp: 'web',
  sid: '7f1f2d3c-0d5e-4c55-bb1e-1d9f8e7a6b5c',
  auth_time: NOW - 600,
  acr: '1',
  'allowed-origins': ['https://www.acme.com'],
  realm_access: { roles: ['offline_access', 'customer'] },
  resource_access: {
    'orders.api': { roles: ['order-reader'] },
    account: { roles: ['manage-account'] },
  },
  scope: 'openid email orders:read',
  email_verified: true,
  preferred_username: 'alice',
}

const pool = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123'
const cognitoClaims = {
  ...times,
  iss: pool,
  sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  device_key: 'eu-central-1_aaaa',
  'cognito:groups': ['admins'],
  version: 2,
  client_id: '1example23456789',
  origin_jti: '00000000-1111-2222-3333-444444444444',
  event_id: '55555555-6666-7777-8888-999999999999',
  token_use: 'access',
  scope: `openid ${API}/orders.read`,
  auth_time: NOW - 60,
  jti: 'bbbbbbbb-1111-2222-3333-444444444444',
  username: 'alice',
}

const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const OTHER_TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const APPLICATION = '6e74172b-be56-4843-9ff4-e66a39bb12e3'
const entraV1 = (tid: string) => ({ iss: `https://sts.windows.net/${tid}/`, tid })
const entraV2 = (tid: string) => ({ iss: `https://login.microsoftonline.com/${tid}/v2.0`, tid })
const entraCommon = {
  ...times,
  nbf: NOW - 60,
  aio: 'AXQAi/8IAAAAFm',
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  rh: '0.AAAAZe',
  roles: ['Orders.Manager'],
  scp: 'Orders.Read Orders.Write',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  uti: 'KT_ej3jrP0-5',
}
const entraV1Claims = {
  ...entraCommon,
  ...entraV1(TENANT),
  aud: 'api://orders',
  acr: '1',
  amr: ['pwd'],
  appid: '75dbe77f-10a3-4e59-85fd-8c127544f17c',
  appidacr: '0',
  ipaddr: '203.0.113.5',
  unique_name: 'alice@acme.com',
  ver: '1.0',
}
const entraV2Claims = {
  ...entraCommon,
  ...entraV2(TENANT),
  aud: APPLICATION,
  azp: '75dbe77f-10a3-4e59-85fd-8c127544f17c',
  azpacr: '0',
  name: 'Alice',
  preferred_username: 'alice@acme.com',
  ver: '2.0',
}

const oktaServer = 'https://acme.okta.com/oauth2/default'
const oktaClaims = {
  ...times,
  ver: 1,
  jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
  iss: oktaServer,
  aud: 'api://default',
  cid: '0oa1ltdb3aFUmZ2Yl0h8',
  uid: '00u1k0xDDkZ2Yl0h8',
  scp: ['openid', 'orders:read'],
  auth_time: NOW - 90,
  sub: 'alice@acme.com',
  groups: ['Everyone', 'admins'],
}
const oktaIdToken = {
  jti: 'ID.4eAWJOCMB3SX8XewDfVR',
  aud: oktaClaims.cid,
  cid: undefined,
  uid: undefined,
  scp: undefined,
  idp: '00o1abcd',
  amr: ['pwd'],
  name: 'Alice',
}

const firebaseProject = 'https://securetoken.google.com/acme-shop'
const firebaseClaims = {
  ...times,
  iss: firebaseProject,
  aud: 'acme-shop',
  auth_time: NOW - 3_000,
  user_id: 'Xq7AbCdEfGhIjKlMnOpQrStUvWx2',
  sub: 'Xq7AbCdEfGhIjKlMnOpQrStUvWx2',
  email: 'alice@acme.com',
  email_verified: true,
  roles: ['editor'],
  firebase: {
    identities: { email: ['alice@acme.com'] },
    sign_in_provider: 'password',
    tenant: 'tenant-a-x1y2z',
  },
}

const googleClient = '1234987819200-abc.apps.googleusercontent.com'
const googleClaims = {
  ...times,
  iss: 'https://accounts.google.com',
  azp: googleClient,
  aud: googleClient,
  sub: '110169484474386276334',
  at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
  hd: 'acme.com',
  email: 'alice@acme.com',
  email_verified: true,
  nonce: '0394852-3190485-2490358',
  name: 'Alice',
}

const providers: readonly Provider[] = [
  {
    name: 'Auth0',
    options: auth0({
      domain: 'acme.eu.auth0.com',
      audience: API,
      rolesClaim: 'https://acme.com/roles',
    }),
    claims: auth0Claims,
    auth: {
      kind: 'user',
      subject: auth0Claims.sub,
      scopes: ['openid', 'profile', 'read:orders'],
      roles: ['admin'],
      permissions: ['read:orders', 'write:orders'],
      clientId: auth0Claims.azp,
      tenant: 'org_9ybsU1dN2dKfDkBi',
    },
    confusions: [
      ['an ID token', 'ERR_AUDIENCE_MISMATCH', auth0IdToken],
      [
        'an ID token of the hybrid flow',
        'ERR_TOKEN_TYPE_REFUSED',
        { ...auth0IdToken, at_hash: 'x', c_hash: 'y' },
      ],
      ['a token for userinfo only', 'ERR_AUDIENCE_MISMATCH', { aud: `${auth0Issuer}userinfo` }],
      ['a token for the Management API', 'ERR_AUDIENCE_MISMATCH', { aud: `${auth0Issuer}api/v2/` }],
      ['another tenant', 'ERR_ISSUER_UNTRUSTED', { iss: 'https://evil.eu.auth0.com/' }],
      ['the domain without the slash', 'ERR_ISSUER_UNTRUSTED', { iss: auth0Issuer.slice(0, -1) }],
    ],
  },
  {
    name: 'Auth0, the profile of RFC 9068',
    options: auth0({ domain: 'acme.eu.auth0.com', audience: API }),
    header: { typ: 'at+jwt' },
    claims: {
      ...auth0Claims,
      azp: undefined,
      client_id: auth0Claims.azp,
      jti: '73WakrfVbNJBaAmhQtEeDv',
    },
    auth: { clientId: auth0Claims.azp, tokenId: '73WakrfVbNJBaAmhQtEeDv', roles: [] },
    confusions: [],
  },
  {
    name: 'Auth0, client credentials',
    options: auth0({ domain: 'acme.eu.auth0.com', audience: API }),
    claims: {
      ...times,
      iss: auth0Issuer,
      sub: `${auth0Claims.azp}@clients`,
      aud: API,
      azp: auth0Claims.azp,
      gty: 'client-credentials',
      scope: 'read:orders',
    },
    auth: { kind: 'client', clientId: auth0Claims.azp, scopes: ['read:orders'], tenant: undefined },
    confusions: [],
  },
  {
    name: 'Keycloak',
    options: keycloak({
      url: 'https://id.acme.com',
      realm: 'shop',
      audience: 'orders.api',
      client: 'orders.api',
    }),
    claims: keycloakClaims,
    auth: {
      kind: 'user',
      subject: keycloakClaims.sub,
      sessionId: keycloakClaims.sid,
      scopes: ['openid', 'email', 'orders:read'],
      roles: ['offline_access', 'customer', 'order-reader'],
      clientId: 'web',
      tenant: undefined,
    },
    confusions: [
      ['an ID token', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'ID', aud: 'orders.api', at_hash: 'x' }],
      ['an ID token without at_hash', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'ID', aud: 'orders.api' }],
      ['a refresh token', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'Refresh', aud: realm }],
      ['a refresh token with our audience', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'Refresh' }],
      ['an offline token', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'Offline' }],
      ['a logout token', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'Logout' }],
      ['a registration token', 'ERR_CLAIM_INVALID', { typ: 'RegistrationAccessToken' }],
      ['a token that does not say its kind', 'ERR_CLAIM_MISSING', { typ: undefined }],
      ['the account audience alone', 'ERR_AUDIENCE_MISMATCH', { aud: 'account' }],
      ['no audience', 'ERR_AUDIENCE_MISMATCH', { aud: undefined }],
      ['another realm', 'ERR_ISSUER_UNTRUSTED', { iss: 'https://id.acme.com/realms/master' }],
      ['a DPoP token', 'ERR_CLAIM_INVALID', { typ: 'DPoP', cnf: { jkt: 'x' } }],
    ],
  },
  {
    name: 'Keycloak, without a client, in lower case',
    options: keycloak({ url: 'https://id.acme.com', realm: 'shop', audience: null }),
    header: { typ: 'at+jwt' },
    claims: { ...keycloakClaims, typ: 'bearer', aud: 'account' },
    auth: { roles: ['offline_access', 'customer'] },
    confusions: [['an ID token', 'ERR_TOKEN_TYPE_REFUSED', { typ: 'ID' }]],
  },
  {
    name: 'Cognito',
    options: cognito({
      region: 'eu-central-1',
      userPoolId: 'eu-central-1_AbCdEf123',
      clientId: ['1example23456789', '2example23456789'],
    }),
    header: { typ: undefined },
    claims: cognitoClaims,
    auth: {
      kind: 'user',
      subject: cognitoClaims.sub,
      scopes: ['openid', `${API}/orders.read`],
      roles: ['admins'],
      clientId: '1example23456789',
      tenant: undefined,
    },
    confusions: [
      [
        'an ID token',
        'ERR_TOKEN_TYPE_REFUSED',
        {
          token_use: 'id',
          aud: '1example23456789',
          client_id: undefined,
          'cognito:username': 'alice',
        },
      ],
      [
        'an ID token that does not say so',
        'ERR_CLAIM_MISSING',
        { token_use: undefined, aud: '1example23456789', client_id: undefined },
      ],
      ['another client', 'ERR_CLAIM_INVALID', { client_id: '3example23456789' }],
      ['no client', 'ERR_CLAIM_MISSING', { client_id: undefined }],
      ['another kind', 'ERR_CLAIM_INVALID', { token_use: 'other' }],
      ['another pool', 'ERR_ISSUER_UNTRUSTED', { iss: pool.replace('_AbCdEf123', '_Other1234') }],
    ],
  },
  {
    name: 'Cognito, client credentials for a resource',
    options: cognito({
      region: 'eu-central-1',
      userPoolId: 'eu-central-1_AbCdEf123',
      clientId: '1example23456789',
      audience: API,
    }),
    header: { typ: undefined },
    claims: {
      ...times,
      iss: pool,
      sub: '1example23456789',
      token_use: 'access',
      scope: `${API}/orders.read`,
      auth_time: NOW - 60,
      version: 2,
      jti: 'bbbbbbbb-1111-2222-3333-444444444444',
      client_id: '1example23456789',
      aud: API,
    },
    auth: { kind: 'client', clientId: '1example23456789', roles: [] },
    confusions: [
      ['another resource', 'ERR_AUDIENCE_MISMATCH', { aud: 'https://other.acme.com' }],
      ['no resource', 'ERR_AUDIENCE_MISMATCH', { aud: undefined }],
    ],
  },
  {
    name: 'Entra, version 2',
    options: entra({ tenantId: TENANT, audience: APPLICATION }),
    claims: entraV2Claims,
    auth: {
      kind: 'user',
      subject: entraCommon.sub,
      scopes: ['Orders.Read', 'Orders.Write'],
      roles: ['Orders.Manager'],
      clientId: entraV2Claims.azp,
      tenant: TENANT,
    },
    confusions: [
      ['version 1', 'ERR_ISSUER_UNTRUSTED', { ...entraV1(TENANT), aud: APPLICATION, ver: '1.0' }],
      ['another tenant', 'ERR_ISSUER_UNTRUSTED', entraV2(OTHER_TENANT)],
      ['another tenant in tid', 'ERR_CLAIM_INVALID', { tid: OTHER_TENANT }],
      ['a personal account', 'ERR_ISSUER_UNTRUSTED', entraV2(CONSUMERS)],
      [
        'a token for Microsoft Graph',
        'ERR_AUDIENCE_MISMATCH',
        { aud: '00000003-0000-0000-c000-000000000000' },
      ],
      [
        'an ID token of the same application',
        'ERR_CLAIM_MISSING',
        { azp: undefined, azpacr: undefined, scp: undefined, nonce: '12345' },
      ],
    ],
  },
  {
    name: 'Entra, version 1',
    options: entra({ tenantId: TENANT, audience: ['api://orders', APPLICATION], version: 1 }),
    header: { x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' },
    claims: entraV1Claims,
    auth: {
      subject: entraCommon.sub,
      scopes: ['Orders.Read', 'Orders.Write'],
      roles: ['Orders.Manager'],
      clientId: entraV1Claims.appid,
      tenant: TENANT,
    },
    confusions: [
      ['version 2', 'ERR_ISSUER_UNTRUSTED', entraV2(TENANT)],
      ['another tenant', 'ERR_ISSUER_UNTRUSTED', entraV1(OTHER_TENANT)],
      ['another API', 'ERR_AUDIENCE_MISMATCH', { aud: 'api://invoices' }],
      [
        'an ID token of the same application',
        'ERR_CLAIM_MISSING',
        { aud: APPLICATION, appid: undefined, appidacr: undefined, scp: undefined },
      ],
    ],
  },
  {
    name: 'Entra, an application',
    options: entra({ tenantId: TENANT, audience: APPLICATION }),
    claims: { ...entraV2Claims, idtyp: 'app', scp: undefined, sub: entraCommon.oid },
    auth: { kind: 'client', scopes: [], roles: ['Orders.Manager'] },
    confusions: [],
  },
  {
    name: 'Okta',
    options: okta({ domain: 'acme.okta.com', audience: 'api://default' }),
    header: { typ: undefined },
    claims: oktaClaims,
    auth: {
      kind: 'user',
      subject: 'alice@acme.com',
      scopes: ['openid', 'orders:read'],
      roles: ['Everyone', 'admins'],
      clientId: oktaClaims.cid,
      tenant: undefined,
    },
    confusions: [
      ['an ID token', 'ERR_CLAIM_MISSING', oktaIdToken],
      ['an ID token with at_hash', 'ERR_TOKEN_TYPE_REFUSED', { ...oktaIdToken, at_hash: 'x' }],
      [
        'an ID token, were its client called like the API',
        'ERR_CLAIM_MISSING',
        { ...oktaIdToken, aud: 'api://default' },
      ],
      ["the org's own server", 'ERR_ISSUER_UNTRUSTED', { iss: 'https://acme.okta.com' }],
      [
        'another server of the org',
        'ERR_ISSUER_UNTRUSTED',
        { iss: 'https://acme.okta.com/oauth2/aus9o8wzkhckw9TLa0h7z' },
      ],
      ['another audience', 'ERR_AUDIENCE_MISMATCH', { aud: 'api://invoices' }],
    ],
  },
  {
    name: 'Okta, client credentials',
    options: okta({ domain: 'acme.okta.com', audience: 'api://default' }),
    header: { typ: undefined },
    claims: { ...oktaClaims, sub: oktaClaims.cid, uid: undefined, groups: undefined },
    auth: { kind: 'client', clientId: oktaClaims.cid, roles: [] },
    confusions: [],
  },
  {
    name: 'Firebase',
    options: firebase({ projectId: 'acme-shop', requireVerifiedEmail: true }),
    claims: firebaseClaims,
    auth: {
      kind: 'user',
      subject: firebaseClaims.sub,
      scopes: [],
      roles: ['editor'],
      clientId: undefined,
      tenant: 'tenant-a-x1y2z',
    },
    confusions: [
      [
        'another project',
        'ERR_ISSUER_UNTRUSTED',
        { iss: 'https://securetoken.google.com/evil', aud: 'evil' },
      ],
      ['another project in aud', 'ERR_AUDIENCE_MISMATCH', { aud: 'evil' }],
      [
        'a session cookie',
        'ERR_ISSUER_UNTRUSTED',
        { iss: 'https://session.firebase.google.com/acme-shop' },
      ],
      [
        'a custom token',
        'ERR_ISSUER_UNTRUSTED',
        { iss: 'firebase-adminsdk@acme-shop.iam.gserviceaccount.com' },
      ],
      ['an unverified address', 'ERR_CLAIM_INVALID', { email_verified: false }],
      ['an address said to be verified in words', 'ERR_CLAIM_INVALID', { email_verified: 'true' }],
      ['no address', 'ERR_CLAIM_MISSING', { email: undefined, email_verified: undefined }],
      ['no subject', 'ERR_CLAIM_MISSING', { sub: undefined }],
      ['an empty subject', 'ERR_CLAIM_INVALID', { sub: '' }],
      ['no time of login', 'ERR_CLAIM_MISSING', { auth_time: undefined }],
      ['a login in the future', 'ERR_TOKEN_NOT_YET_VALID', { auth_time: NOW + 31 }],
    ],
  },
  {
    name: 'Firebase, whose login was as late as clocks may differ',
    options: firebase({ projectId: 'acme-shop' }),
    claims: {
      ...firebaseClaims,
      auth_time: NOW + 30,
      email_verified: false,
      firebase: { identities: {}, sign_in_provider: 'password' },
    },
    auth: { subject: firebaseClaims.sub, tenant: undefined },
    confusions: [],
  },
  {
    name: 'Google',
    options: google({ clientId: googleClient, hostedDomain: 'acme.com' }),
    claims: googleClaims,
    auth: {
      kind: 'user',
      subject: googleClaims.sub,
      scopes: [],
      roles: [],
      clientId: googleClient,
      tenant: 'acme.com',
    },
    confusions: [
      ['another client', 'ERR_AUDIENCE_MISMATCH', { aud: 'evil.apps.googleusercontent.com' }],
      [
        'another client, in our name',
        'ERR_AUDIENCE_MISMATCH',
        { aud: 'evil.apps.googleusercontent.com', azp: googleClient },
      ],
      ['another organisation', 'ERR_CLAIM_INVALID', { hd: 'evil.example' }],
      ['a private account with our address', 'ERR_CLAIM_MISSING', { hd: undefined }],
      ['the issuer without https', 'ERR_ISSUER_UNTRUSTED', { iss: 'accounts.google.com' }],
      ['a Firebase token', 'ERR_ISSUER_UNTRUSTED', { iss: firebaseProject }],
      ['no subject', 'ERR_CLAIM_MISSING', { sub: undefined }],
      ['an empty subject', 'ERR_CLAIM_INVALID', { sub: '' }],
    ],
  },
  {
    name: 'Google, any account, from a phone',
    options: google({ clientId: [googleClient, 'ios.apps.googleusercontent.com'] }),
    claims: { ...googleClaims, hd: undefined, azp: 'android.apps.googleusercontent.com' },
    auth: { clientId: 'android.apps.googleusercontent.com', tenant: undefined, kind: 'user' },
    confusions: [],
  },
  {
    name: 'Google, the service account of a stranger',
    options: google({ clientId: googleClient }),
    claims: {
      ...times,
      iss: 'https://accounts.google.com',
      aud: googleClient,
      azp: '113774264463038321964',
      sub: '113774264463038321964',
      email: 'robot@elsewhere.iam.gserviceaccount.com',
      email_verified: true,
    },
    // It may name whatever audience it likes: no user, and told apart by requireUser.
    auth: { kind: 'client' },
    confusions: [],
  },
]

describe.each(providers)('$name', ({ options, header = {}, claims, auth, confusions }) => {
  const guard = () => createGuard({ ...standIn(options), clock })

  it('is accepted as documented, and says who it is', async () => {
    expect(await guard().verify(sign(claims, header))).toMatchObject({
      issuer: claims.iss,
      ...auth,
    })
  })

  it('is accepted among the other providers', async () => {
    const others = providers.filter(({ options: { issuer } }) => issuer !== options.issuer)
    const unique = new Map(others.map((other) => [other.options.issuer, other.options]))
    const issuers = [...unique.values(), options].map(standIn)
    const both = createGuard({ issuers, clock })
    expect((await both.verify(sign(claims, header))).issuer).toBe(claims.iss)
  })

  it('expires', async () => {
    const expired = sign({ ...claims, exp: NOW - 30 }, header)
    expect(await codeOf(guard().verify(expired))).toBe('ERR_TOKEN_EXPIRED')
  })

  if (confusions.length === 0) return
  it.each(confusions)('refuses %s: %s', async (_, code, changes) => {
    const confused = sign({ ...claims, ...changes }, header)
    expect(await codeOf(guard().verify(confused))).toBe(code)
  })
})

describe('several tenants of Entra', () => {
  const asked: string[] = []
  const guardOf = (lookup: IssuerLookup) =>
    createGuard({
      clock,
      issuers: {
        ...lookup,
        // The stand-in is on the loopback interface, Entra is not.
        allowPrivateHosts: true,
        async resolve(issuer) {
          asked.push(issuer)
          const options = await lookup.resolve(issuer)
          return options && standIn(options)
        },
      },
    })
  const token = (changes: Claims) => sign({ ...entraV2Claims, ...changes })

  beforeEach(() => {
    asked.length = 0
    server.requests.length = 0
  })

  it('are told apart: each has its issuer and its tenant', async () => {
    const guard = guardOf(entraTenants({ tenants: [TENANT, OTHER_TENANT], audience: APPLICATION }))
    for (const tenant of [TENANT, OTHER_TENANT]) {
      const auth = await guard.verify(token(entraV2(tenant)))
      expect([auth.issuer, auth.tenant]).toEqual([entraV2(tenant).iss, tenant])
    }
    expect(await codeOf(guard.verify(token({ tid: OTHER_TENANT })))).toBe('ERR_CLAIM_INVALID')
  })

  it('are looked up by a function', async () => {
    const guard = guardOf(
      entraTenants({ tenants: (tenantId) => tenantId === TENANT, audience: APPLICATION }),
    )
    expect((await guard.verify(token({}))).tenant).toBe(TENANT)
    expect(await codeOf(guard.verify(token(entraV2(OTHER_TENANT))))).toBe('ERR_ISSUER_UNTRUSTED')
  })

  it.each<[string, Claims]>([
    ['a tenant nobody allowed', entraV2('11111111-2222-3333-4444-555555555555')],
    ['a personal account', entraV2(CONSUMERS)],
    ['version 1', entraV1(TENANT)],
    ['the issuer of the common metadata', { iss: entraV2('{tenantid}').iss }],
    ['another host', { iss: `https://login.microsoftonline.com.evil.example/${TENANT}/v2.0` }],
    ['another case', { iss: entraV2(TENANT.toUpperCase()).iss }],
    ['more behind it', { iss: `${entraV2(TENANT).iss}/x` }],
  ])('cost nothing where they are not allowed: %s', async (_, changes) => {
    const guard = guardOf(
      entraTenants({
        tenants: (tenantId) => tenantId === TENANT || tenantId === CONSUMERS,
        audience: APPLICATION,
      }),
    )
    expect(await codeOf(guard.verify(token(changes)))).toBe('ERR_ISSUER_UNTRUSTED')
    expect(asked).toEqual([])
    expect(server.requests).toEqual([])
  })

  it('refuse what a single one refuses', async () => {
    const guard = guardOf(entraTenants({ tenants: [TENANT], audience: APPLICATION }))
    expect(await codeOf(guard.verify(token({ aud: 'api://invoices' })))).toBe(
      'ERR_AUDIENCE_MISMATCH',
    )
    expect(await codeOf(guard.verify(token({ azp: undefined })))).toBe('ERR_CLAIM_MISSING')
  })
})
