import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@gatewarden/core'
import { SignJWT } from 'jose'
import {
  attackCases,
  attackGroups,
  type AttackReport,
  createAuthority,
  createTestClock,
  describeFinding,
  runAttacks,
} from '../src/index.ts'
import { guardedServer } from './guarded-server.ts'
import { naiveServer } from './naive-server.ts'

const path = '/orders'
const authority = createAuthority({ clock: createTestClock() })

const found = ({ findings }: AttackReport) =>
  findings.map(({ severity, kind, case: { id } }) => `${severity} ${kind} ${id}`)
const outcomes = ({ results }: AttackReport, outcome: string) =>
  results.filter((each) => each.outcome === outcome).map((each) => each.case.id)

describe.each(['ES256', 'RS256', 'HS256', 'EdDSA'] as const)(
  'a guard with keys for %s',
  (algorithm) => {
    const clock = createTestClock()

    it('keeps out more than ninety attacks, and nothing is wrong with its answers', async () => {
      const trusted = createAuthority({ algorithm, clock })
      const report = await runAttacks(guardedServer(trusted), {
        authority: trusted,
        path,
        strict: true,
      })
      expect(found(report)).toEqual([])
      expect(outcomes(report, 'let in')).toEqual([])
      expect(outcomes(report, 'error')).toEqual([])
      expect(outcomes(report, 'skipped')).toEqual(['junk-newline', 'junk-nul'])
      const graded = report.results.filter(({ case: { severity } }) => severity !== undefined)
      expect(graded.length).toBeGreaterThan(350)
    })
  },
)

it.each(['PS256', 'ES384', 'ES512'] as const)(
  'a guard with keys for %s keeps out signatures that nobody made',
  async (algorithm) => {
    const trusted = createAuthority({ algorithm, clock: createTestClock() })
    const groups = ['signature'] as const
    const report = await runAttacks(guardedServer(trusted), { authority: trusted, path, groups })
    expect(found(report)).toEqual([])
    expect(outcomes(report, 'refused').length).toBeGreaterThan(14)
  },
)

describe('a server guarded by another library with care', () => {
  let report: AttackReport

  beforeAll(async () => {
    report = await runAttacks(naiveServer(authority), { authority, path })
  })

  it('has no holes, and the flaws of its decoder', () => {
    expect(found(report)).toEqual([
      'flaw let-in spare-bits-signature',
      'flaw let-in spare-bits-header',
      'flaw let-in spare-bits-payload',
    ])
  })

  it('is not blamed for what a careful server may let in', () => {
    expect(outcomes(report, 'let in')).toEqual(
      expect.arrayContaining(['typ-refresh-token', 'iat-future', 'cnf-jkt', 'claims-exp-twice']),
    )
  })

  it('is, where it is held to the profile of Gatewarden', async () => {
    const groups = ['token-kind', 'sender-bound'] as const
    const app = naiveServer(authority)
    const strict = await runAttacks(app, { authority, path, groups, strict: true })
    expect(found(strict)).toEqual(
      expect.arrayContaining(['flaw let-in typ-refresh-token', 'flaw let-in cnf-jkt']),
    )
  })
})

describe('with a token and no authority', () => {
  const { clock } = authority
  const token = () => authority.token()
  const guarded = guardedServer(authority)

  it('tries what needs no key', async () => {
    const report = await runAttacks(guarded, { token, path, clock })
    expect(found(report)).toEqual([])
    expect(outcomes(report, 'refused').length).toBeGreaterThan(150)
    expect(outcomes(report, 'refused')).toEqual(
      expect.arrayContaining(['alg-none', 'signature-last-bit', 'jku', 'ecdsa-der', 'keep-alive']),
    )
    expect(reasonsOf(report, 'exp-past')).toEqual(['only the issuer can sign it'])
    expect(reasonsOf(report, 'secret-is-pem')).toEqual([])
  })

  it.each([
    ['a key set', authority.jwks()],
    ['a JWK', authority.jwks().keys[0]!],
    ['a PEM', authority.publicKeyPem],
    ['a KeyObject', authority.publicKey],
  ])('confuses keys when it knows %s', async (_what, publicKey) => {
    const report = await runAttacks(guarded, { token, publicKey, path, clock, groups: ['secret'] })
    expect(outcomes(report, 'refused')).toEqual(
      expect.arrayContaining(['secret-is-pem', 'secret-is-der', 'secret-is-jwk']),
    )
  })

  it('forges claims with what signs for the issuer', async () => {
    const sign = (claims: object, { alg, ...header }: { alg?: unknown }) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: String(alg), ...header })
        .sign(authority.privateKey)
    const report = await runAttacks(guarded, { token, sign, path, clock, strict: true })
    expect(found(report)).toEqual([])
    expect(outcomes(report, 'refused')).toEqual(
      expect.arrayContaining(['exp-past', 'aud-other', 'iss-other', 'typ-refresh-token']),
    )
  })

  it('finds with it what the server does not look at', async () => {
    const sign = (claims: object, header: object) => authority.sign(header, claims)
    const open = createGuard({ ...authority.guardOptions(), audience: null })
    const report = await runAttacks(guardedServer(authority, open), { token, sign, path, clock })
    expect(found(report)).toContain('hole let-in aud-other')
    expect(
      report.findings.every(({ case: { group } }) => ['audience', 'token-kind'].includes(group)),
    ).toBe(true)
  })

  it('leaves out what its issuer would write otherwise', async () => {
    const sign = (claims: object, header: object) =>
      authority.sign({ ...header, typ: 'JWT' }, { ...claims, aud: authority.audience })
    const report = await runAttacks(guarded, { token, sign, path, clock })
    expect(reasonsOf(report, 'aud-other')).toEqual(['only the issuer can sign it'])
    expect(outcomes(report, 'refused')).toContain('exp-past')
  })

  it('says so when it is none', async () => {
    const none = { path, clock }
    await expect(runAttacks(guarded, { ...none, token: 'opaque' })).rejects.toThrow(/is no JWT/)
    const alien = authority.token({}, { header: { alg: 'ES256K' } })
    await expect(runAttacks(guarded, { ...none, token: alien })).rejects.toThrow(/"ES256K"/)
  })
})

describe('a run that says nothing about the server ends at once:', () => {
  it('its good token is refused', async () => {
    const stranger = createAuthority({ clock: authority.clock })
    const run = runAttacks(guardedServer(authority), { authority: stranger, path })
    await expect(run).rejects.toMatchObject({ code: 'ERR_GOOD_TOKEN_REFUSED' })
    await expect(run).rejects.toThrow(/refused with 401 by GET http:\/\/127\.0\.0\.1:\d+\/orders/)
  })

  it.each([
    [404, 'is the path right?'],
    [403, 'a scope or role is missing in it'],
  ])('its good token is answered %d', async (status, reason) => {
    const run = runAttacks((_, response) => void response.writeHead(status).end(), {
      authority,
      path,
    })
    await expect(run).rejects.toThrow(`answers ${status} to the good token: ${reason}`)
  })

  it('what signs for the issuer is none of it', async () => {
    const stranger = createAuthority({ clock: authority.clock })
    const run = runAttacks(guardedServer(authority), {
      token: () => authority.token(),
      publicKey: authority.publicKey,
      sign: (claims, header) => stranger.sign(header, claims),
      clock: authority.clock,
      path,
    })
    await expect(run).rejects.toMatchObject({
      name: 'AttackError',
      code: 'ERR_SIGNED_TOKEN_REFUSED',
    })
    await expect(run).rejects.toThrow(/what `sign` signs is refused with 401.*for that alone/)
  })

  it('the path is open', async () => {
    const run = runAttacks(naiveServer(authority, { isPublic: () => true }), { authority, path })
    await expect(run).rejects.toMatchObject({ code: 'ERR_NOTHING_GUARDED' })
  })

  it('the server limits requests', async () => {
    let count = 0
    const guarded = guardedServer(authority)
    const limited: RequestListener = (request, response) =>
      count++ > 20 ? void response.writeHead(429).end() : guarded(request, response)
    await expect(runAttacks(limited, { authority, path })).rejects.toMatchObject({
      code: 'ERR_RATE_LIMITED',
    })
  })

  it('nobody is there', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    await expect(runAttacks(`http://127.0.0.1:${port}`, { authority, path })).rejects.toMatchObject(
      { code: 'ERR_UNREACHABLE' },
    )
  })

  it('the server dies of an attack, which is named', async () => {
    const guarded = guardedServer(authority)
    const server = createServer((request, response) => {
      if (request.headers.authorization?.startsWith('Token ')) server.close().closeAllConnections()
      else guarded(request, response)
    })
    const run = runAttacks(server, { authority, path })
    await expect(run).rejects.toMatchObject({ code: 'ERR_UNREACHABLE' })
    await expect(run).rejects.toThrow(/after scheme-token \(the scheme Token\)/)
  })

  it('the target is none', async () => {
    await expect(runAttacks({} as never, { authority })).rejects.toThrow(/app\.callback\(\)/)
    await expect(runAttacks('ftp://127.0.0.1', { authority })).rejects.toThrow(/http or https/)
  })
})

describe('options', () => {
  it('claims and header are those of every token', async () => {
    const profile = createGuard({ ...authority.guardOptions(), profile: 'rfc9068' })
    const app = guardedServer(authority, profile)
    await expect(runAttacks(app, { authority, path })).rejects.toMatchObject({
      code: 'ERR_GOOD_TOKEN_REFUSED',
    })
    const report = await runAttacks(app, {
      authority,
      path,
      claims: { client_id: 'web' },
      header: { typ: 'at+jwt' },
      groups: ['audience', 'json', 'kid'],
    })
    expect(found(report)).toEqual([])
  })

  it('an exception that is no attack is refused, and attackCases lists what there is', async () => {
    const options = { authority, path }
    const guarded = guardedServer(authority)
    await expect(runAttacks(guarded, { ...options, except: ['alg-nome'] })).rejects.toThrow(
      new TypeError('except: there is no attack "alg-nome"; attackCases() lists them'),
    )
    const { results } = await runAttacks(guarded, options)
    expect((await attackCases(options)).map(({ id }) => id).toSorted()).toEqual(
      results.map((result) => result.case.id).toSorted(),
    )
  })

  it('groups and except choose what is tried, and onResult follows', async () => {
    const seen: string[] = []
    const { results } = await runAttacks(guardedServer(authority), {
      authority,
      path,
      groups: ['audience', 'shared-state'],
      except: ['aud-star'],
      onResult: ({ case: { id } }, { done, total }) => seen.push(`${done}/${total} ${id}`),
    })
    expect(new Set(results.map((each) => each.case.group))).toEqual(
      new Set(['audience', 'shared-state']),
    )
    expect(seen[0]).toBe(`1/${results.length} keep-alive`)
    expect(seen.join()).not.toContain('aud-star')
  })

  it('tokenFrom says where the server takes tokens on purpose', async () => {
    const guard = createGuard({ ...authority.guardOptions(), tokenFrom: ['header', 'query'] })
    const app = guardedServer(authority, guard)
    const options = { authority, path, groups: ['other-place'] as const }
    expect(found(await runAttacks(app, options))).toEqual(['flaw let-in query'])
    expect(found(await runAttacks(app, { ...options, tokenFrom: ['query'] }))).toEqual([])
  })

  it('the target may be a server, one that listens, its URL, or what makes it', async () => {
    const groups = ['shared-state'] as const
    const make = () => createServer(guardedServer(authority))
    const running = make().listen(0, '127.0.0.1')
    await new Promise((resolve) => running.once('listening', resolve))
    const url = `http://127.0.0.1:${(running.address() as AddressInfo).port}`
    for (const target of [make(), running, url, new URL(url), async () => make()]) {
      const report = await runAttacks(target, { authority, path, groups })
      expect(outcomes(report, 'refused')).toEqual(expect.arrayContaining(['keep-alive', 'at-once']))
    }
    expect(running.listening).toBe(true)
    await new Promise((resolve) => running.close(resolve))
  })

  it('a path has a query, a method a body', async () => {
    const seen = new Set<string>()
    const guarded = guardedServer(authority)
    const app: RequestListener = (request, response) => {
      seen.add(
        `${request.method} ${String(request.headers['x-tenant'])} ${request.headers['content-length']}`,
      )
      guarded(request, response)
    }
    const report = await runAttacks(app, {
      authority,
      path: '/orders?page=2',
      method: 'POST',
      body: '{}',
      headers: { 'X-Tenant': 'acme' },
      groups: ['audience'],
    })
    expect(report.target).toMatch(/^POST http.*\/orders\?page=2$/)
    expect(found(report)).toEqual([])
    expect([...seen]).toEqual(['POST acme 2'])
  })
})

describe('what is reported', () => {
  it('holds no token, and says what was sent, what came, and where to read on', async () => {
    const tokens: string[] = []
    const report = await runAttacks(
      naiveServer(authority, {
        claimsOf(token) {
          tokens.push(token)
          return {}
        },
        refuse: (response, error) => response.writeHead(401).end(String((error as Error).stack)),
      }),
      { authority, path },
    )
    const text = `${report.findings.map(describeFinding).join('\n')}${JSON.stringify(report)}`
    for (const segment of tokens.flatMap((token) => token.split('.')))
      if (segment.length > 24) expect(text).not.toContain(segment)
    expect(describeFinding(report.findings.find(({ case: { id } }) => id === 'exp-past')!)).toBe(
      [
        'HOLE exp-past',
        '  sent      expired an hour ago',
        '  came      200 OK',
        '  expected  a refusal: 401, WWW-Authenticate: Bearer error="invalid_token"',
        '  read      docs/attacks.md#time',
      ].join('\n'),
    )
    expect(report.findings.map(({ severity }) => severity)).toEqual(
      report.findings
        .map(({ severity }) => severity)
        .toSorted()
        .reverse(),
    )
  })

  it('has an id for each case, and every group', async () => {
    const { results } = await runAttacks(guardedServer(authority), { authority, path })
    const ids = results.map((each) => each.case.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...new Set(results.map((each) => each.case.group))]).toEqual(attackGroups)
  })
})

function reasonsOf({ results }: AttackReport, id: string): (string | undefined)[] {
  return results.filter((each) => each.case.id === id).map(({ reason }) => reason)
}
