import {
  authorize,
  createGuard,
  createRevocationFeed,
  entra,
  firebase,
  google,
  type Guard,
  guardErrorCodes,
  type GuardOptions,
  type GuardRequest,
  isGuardError,
  type IssuerOptions,
  keycloak,
  type Policy,
  not,
  okta,
  requireAnyScope,
  requireClaim,
  requirePermissions,
  requireRoles,
  requireScopes,
  requireUser,
} from '@gatewarden/core'
import {
  createAuthority,
  createIssuerServer,
  createTestClock,
  forgedTokens,
  type IssuerServer,
} from '@gatewarden/testing'
import { createMemoryStore } from '@gatewarden/issuer'
import { JwtGuard } from '@gatewarden/nest-jwt-module'
import { z } from 'zod'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { patternOf, quotationsOf } from './log-quotations.ts'
import { page } from './markdown.ts'

/*
 * "The log says …" on an error page is what whoever is on call searches for. So the guard is brought to say it: every
 * kind of refusal is provoked here, and every quotation must be among what was said, with other values in it.
 */

const said = new Map<string, Set<string>>(guardErrorCodes.map((code) => [code, new Set()]))
const clock = createTestClock()
const authority = createAuthority({ clock })
const own = authority.guardOptions()

beforeAll(async () => {
  for (const algorithm of ['ES256', 'RS256', 'HS256'] as const) {
    const signer = createAuthority({ algorithm, clock })
    const guard = createGuard(signer.guardOptions())
    for (const { token } of forgedTokens(signer)) await hear(guard.verify(token))
  }
  await tokens()
  await requests()
  await policies()
  await providers()
  await revocations()
})

test.each([...guardErrorCodes])('what the page of %s quotes from the log is said', (code) => {
  const { text } = page(`docs/errors/${code}.md`)
  const quoted = quotationsOf(text)
  expect(quoted.length).toBeGreaterThan(0)
  const unsaid = quoted.filter(
    (quotation) => ![...said.get(code)!].some((message) => patternOf(quotation).test(message)),
  )
  expect({ unsaid, said: unsaid.length === 0 ? [] : [...said.get(code)!] }).toEqual({
    unsaid: [],
    said: [],
  })
})

async function tokens(): Promise<void> {
  const guard = createGuard(own)
  const now = clock()
  const claims: object[] = [
    { exp: now * 1000 },
    { exp: '2026-01-01' },
    { sub: 7 },
    { exp: undefined },
    { exp: now - 37 },
    { iat: now + 7200 },
    { iss: `${authority.issuer}/` },
    { aud: 'https://tenant.eu.auth0.com/userinfo' },
    { aud: undefined },
    { cnf: { jkt: 'x' } },
    { at_hash: 'x' },
    { events: {} },
    { token_use: 'id' },
    { typ: 'ID' },
    { typ: 'Refresh' },
    { type: 'refresh' },
  ]
  for (const each of claims) await hear(guard.verify(authority.token({ ...each })))
  for (const header of [{ typ: 'access' }, { crit: ['x'] }, { kid: 'other' }])
    await hear(guard.verify(authority.token({}, { header })))
  for (const token of [
    'undefined',
    `"${authority.token()}"`,
    '{}',
    `Bearer ${authority.token()}`,
    'a.b.c+',
    authority.token().slice(0, -1),
  ])
    await hear(guard.verify(token))
  const [head, payload = '', signature] = authority.token().split('.')
  await hear(guard.verify([head, payload.slice(0, -2), signature].join('.')))
  await hear(guard.verify([head, payload.slice(0, -3), signature].join('.')))
  await hear(
    guard.verify([Buffer.from('{"alg":').toString('base64url'), payload, signature].join('.')),
  )
  await hear(guard.verify(authority.sign({ alg: 'ES256' }, '{"exp":1,')))
  await hear(guard.verify('a.b.c.d.e'))

  await hearFrom({ maxTokenSize: 64 }, authority.token())
  await hearFrom({ maxTokenAge: 60 }, authority.token({ iat: now - 120 }))
  await hearFrom({ profile: 'rfc9068' }, authority.token())
  const schema = z.looseObject({ org: z.object({ id: z.string() }), plan: z.string() })
  await hearFrom({ schema }, authority.token({ org: {} }))
  await hearFrom(
    { schema: z.looseObject({ exp: z.number().transform((at) => new Date(at)) }) },
    authority.token(),
  )
  await hearFrom({ expectedClaims: { client_id: 'web' } }, authority.token({ client_id: 'other' }))
  await hearFrom({ check: () => false }, authority.token())
  await hearFrom({ check: (() => undefined) as never }, authority.token())
  await hearFrom(
    {
      check: () => {
        throw new Error('the database is down')
      },
    },
    authority.token(),
  )
  await hearFrom({ revocation: { isRevoked: () => true } }, authority.token())
  await hearFrom({ revocation: { isRevoked: () => undefined as never } }, authority.token())
  let calls = 0
  await hearFrom({ clock: () => (calls++ === 0 ? now : (BigInt(1) as never)) }, authority.token())

  await untrusted()
  await algorithms(now)
}

async function untrusted(): Promise<void> {
  const { audience } = authority
  const two = ['https://a.example.com', 'https://b.example.com']
  for (const issuers of [
    two.map((issuer) => ({ issuer, audience })),
    { allow: two, resolve: () => undefined },
    { allow: [authority.issuer], resolve: () => undefined },
  ])
    await hear(createGuard({ issuers, clock }).verify(authority.token()))
}

async function algorithms(now: number): Promise<void> {
  const signers = {
    HS512: createAuthority({ algorithm: 'HS512', clock }),
    PS256: createAuthority({ algorithm: 'PS256', clock }),
    RS256: createAuthority({ algorithm: 'RS256', clock }),
  }
  const { issuer, audience } = authority
  const rsa = { issuer, audience, clock, publicKey: signers.PS256.publicKeyPem }
  await hear(createGuard(rsa).verify(signers.PS256.token()))
  await hear(createGuard(rsa).verify(createAuthority({ algorithm: 'HS256', clock }).token()))
  const secret = { issuer, audience, clock, secret: signers.HS512.secret }
  await hear(createGuard(secret).verify(signers.HS512.token()))

  const keys = [signers.RS256.jwks().keys, signers.PS256.jwks().keys].flat()
  const jwks = { keys: keys.map((key) => ({ ...key, alg: 'RS256' })) }
  const withoutKid = signers.RS256.token({ iat: now }, { header: { kid: undefined } })
  await hear(createGuard({ issuer, audience, clock, jwks }).verify(withoutKid))
}

async function requests(): Promise<void> {
  const token = authority.token()
  const cookie = { tokenFrom: { cookie: 'at' } } as const
  const write = { method: 'POST', headers: { cookie: `at=${token}`, host: 'api.example.com' } }
  const proven = (extra: object) => ({
    ...write,
    headers: { ...write.headers, 'x-gatewarden': '1', ...extra },
  })
  const origin = 'https://api.example.com'
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  const cases: [Partial<GuardOptions>, GuardRequest][] = [
    [{}, { headers: {} }],
    [{}, { headers: { authorization: 'Bearer' } }],
    [{}, { headers: { authorization: 'Bearer  ' } }],
    [{}, { headers: { authorization: `Bearer Bearer ${token}` } }],
    [{}, { headers: { authorization: `Bearer\t${token}` } }],
    [
      {},
      { headers: { authorization: 'a' }, rawHeaders: ['Authorization', 'a', 'authorization', 'b'] },
    ],
    [{}, { headers: { authorization: `Bearer ${token}` }, url: `/?access_token=${token}` }],
    [{ tokenFrom: 'query' }, { headers: {}, url: '/?access_token=a&access_token=b' }],
    [{ tokenFrom: 'query' }, { headers: {}, url: '/?access_token=' }],
    [{ tokenFrom: 'form' }, { method: 'POST', headers: form, body: { access_token: ['a', 'b'] } }],
    [{ tokenFrom: 'form' }, { method: 'POST', headers: form, body: { access_token: '' } }],
    [{ tokenFrom: () => Promise.reject(new Error('no')) }, { headers: {} }],
    [{ tokenFrom: () => '' }, { headers: {} }],
    [cookie, { method: 'GET', headers: { cookie: 'at=a; at=b' } }],
    [cookie, write],
    [cookie, proven({ origin: 'https://other.example.com' })],
    [cookie, proven({ origin, 'sec-fetch-site': 'same-site' })],
    [cookie, proven({ 'sec-fetch-site': 'same-origin' })],
    [cookie, proven({ origin, 'sec-fetch-mode': 'navigate' })],
  ]
  for (const [options, request] of cases) note((await guardWith(options).admit(request)).refusal)
}

async function policies(): Promise<void> {
  const judge = (request: object, ...list: Policy[]) =>
    list.forEach((policy) => note(authorize(request, policy)))

  const anonymous = { headers: {} }
  const optional = guardWith({ optional: true })
  await optional.admit(anonymous)
  judge(anonymous, requireScopes('orders:read'))
  hearNow(() => optional.authOf(anonymous))
  hearNow(() => guardWith({}).authOf(anonymous))
  const elsewhere = new ExecutionContextHost([anonymous], class Elsewhere {}, () => undefined)
  elsewhere.setType('elsewhere')
  hearNow(() => new JwtGuard(guardWith({})).canActivate(elsewhere))
  judge({}, requireScopes('orders:read'))

  const token = authority.token({ scope: 'openid profile', client_id: 'alice', org: 'acme' })
  const request = { headers: { authorization: `Bearer ${token}` } }
  await guardWith({}).admit(request)
  judge(
    request,
    requireScopes('orders:read'),
    requireAnyScope('orders:read'),
    requireRoles('admin'),
    requirePermissions('orders:delete'),
    requireClaim('org', 'other'),
    requireUser(),
    requireClaim('org', (async () => true) as never),
    not(requireClaim('org', 'acme')),
  )
}

async function providers(): Promise<void> {
  const server = await createIssuerServer({ clock })
  const { authority: remote, jwksUri } = server
  const { audience } = remote
  const ask = (options: object) =>
    hear(createGuard({ audience, clock, ...options } as unknown as GuardOptions).ready())

  await ask({ issuer: `${remote.issuer}/` })
  await ask({ issuer: `${remote.issuer}/elsewhere` })
  await ask({ issuer: remote.issuer, algorithms: ['RS256'] })
  await ask({ issuer: 'x', jwksUri: 'http://127.0.0.1:9/keys' })
  for (const resolve of [() => ({ issuer: remote.issuer, audience }), () => ({}) as never]) {
    const lookup = { allow: [remote.issuer], resolve }
    await hear(createGuard({ issuers: lookup, clock }).verify(remote.token()))
  }
  await presets(server)
  server.respond('/jwks', { status: 500 })
  await ask({ issuer: 'x', jwksUri })
  server.respond('/jwks', { body: '<html>' })
  await ask({ issuer: 'x', jwksUri })

  server.respond('/jwks', undefined)
  const guard = createGuard({ issuer: remote.issuer, audience, clock })
  const old = remote.token()
  // Twice: then it is remembered, with its key.
  await guard.verify(old)
  await guard.verify(old)
  const { kid } = remote
  remote.rotate()
  remote.withdraw(kid)
  await guard.verify(remote.token())
  await hear(guard.verify(old))
  await server.close()
}

/** Tokens that lack, or have otherwise, the claim by which a preset tells its own. */
async function presets({ authority: remote, jwksUri }: IssuerServer): Promise<void> {
  const tenantId = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
  const verified = firebase({ projectId: 'shop', requireVerifiedEmail: true })
  const cases: [IssuerOptions, object][] = [
    [entra({ tenantId, audience: 'api' }), {}],
    [entra({ tenantId, audience: 'api', version: 1 }), {}],
    [okta({ domain: 'acme.okta.com', audience: 'api' }), {}],
    [keycloak({ url: 'https://id.acme.com', realm: 'shop', audience: 'api' }), {}],
    [google({ clientId: 'web', hostedDomain: 'acme.com' }), {}],
    [verified, { auth_time: clock() }],
    [verified, { auth_time: clock(), email_verified: false }],
  ]
  for (const [preset, claims] of cases) {
    const { issuer: iss, audience: aud } = preset
    const token = remote.token({ iss, aud, ...claims }, { header: { typ: 'JWT' } })
    await hear(createGuard({ ...preset, jwksUri, clock } as GuardOptions).verify(token))
  }
}

/** A feed whose log fails: from the start, and later. */
async function revocations(): Promise<void> {
  for (const wasRead of [false, true]) {
    const log = { ...createMemoryStore().revocations }
    const feed = createRevocationFeed({ log, clock, readEvery: 0.05, maxStaleness: 2 })
    if (wasRead) await feed.ready()
    log.snapshot = () => Promise.reject(new Error('down'))
    log.read = () => Promise.reject(new Error('down'))
    if (!wasRead) await feed.ready().catch(() => undefined)
    while (feed.health().failure === undefined) await new Promise((next) => setTimeout(next, 5))
    clock.advance(6)
    await hearFrom({ revocation: feed }, authority.token())
    await feed.close()
  }
}

function guardWith(options: object): Guard {
  return createGuard({ ...own, ...options })
}

async function hearFrom(options: object, token: string): Promise<void> {
  await hear(guardWith(options).verify(token))
}

async function hear(refused: Promise<unknown>): Promise<void> {
  await refused.catch(note)
}

function hearNow(call: () => unknown): void {
  try {
    call()
  } catch (error) {
    note(error)
  }
}

function note(error: unknown): void {
  if (isGuardError(error)) said.get(error.code)!.add(error.message)
}
