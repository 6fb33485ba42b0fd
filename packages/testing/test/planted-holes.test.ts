import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { resolve } from 'node:path'
import {
  compactDecrypt,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import {
  type AttackGroup,
  type Authority,
  createAuthority,
  createTestClock,
  runAttacks,
} from '../src/index.ts'
import { groupsById } from './groups-by-id.ts'
import { bearerOf, type Faults, naiveServer, verified } from './naive-server.ts'

/* Servers with one hole each, which the attack of that name must find. */

const authority = createAuthority({ clock: createTestClock() })
const path = '/orders'

const groupOf = await groupsById(authority)

/** Only Linux has this file, and an administrator may have changed it. */
const knownFile = '/proc/sys/kernel/randomize_va_space'
const hasKnownFile = existsSync(knownFile) && readFileSync(knownFile, 'utf8') === '2\n'
const knownFiles = hasKnownFile ? ['kid-known-file', 'kid-absolute-known-file'] : []

/** The holes that attacks of these kinds find. */
async function holesOf(faults: Faults, groups?: readonly AttackGroup[]): Promise<string[]> {
  const options = { authority, path, ...(groups && { groups }) }
  const { findings } = await runAttacks(naiveServer(authority, faults), options)
  return findings
    .filter(({ severity }) => severity === 'hole')
    .map(({ kind, case: { id } }) => `${kind} ${id}`)
}

describe('a planted hole is found:', () => {
  const textOf = (token: string) => token.slice(0, token.lastIndexOf('.'))
  const macOf = (token: string, secret: string | Buffer) =>
    createHmac('sha256', secret).update(textOf(token)).digest('base64url')
  const isHmacOf = (token: string, secret: string | Buffer) =>
    token.endsWith(`.${macOf(token, secret)}`)
  const trustHmac = (secretFor: (kid: string) => string | Buffer): Faults => ({
    claimsOf(token, trusted) {
      const { alg, kid = '' } = decodeProtectedHeader(token)
      if (alg !== 'HS256') return verified(token, trusted)
      if (!isHmacOf(token, secretFor(kid))) throw new Error('signature')
      return decodeJwt(token)
    },
  })

  it.each<[hole: string, faults: Faults, ids: string[]]>([
    [
      'alg none',
      {
        claimsOf: (token, trusted) =>
          decodeProtectedHeader(token).alg === 'none' ? decodeJwt(token) : verified(token, trusted),
      },
      ['alg-none'],
    ],
    [
      'alg none in any spelling',
      {
        claimsOf: (token, trusted) =>
          /^none$/i.test(decodeProtectedHeader(token).alg ?? '')
            ? decodeJwt(token)
            : verified(token, trusted),
      },
      ['alg-none-mixed-case'],
    ],
    ['a token that is read only', { claimsOf: (token) => decodeJwt(token) }, ['payload-changed']],
    [
      'a signature that may be missing',
      {
        claimsOf: (token, trusted) =>
          token.split('.')[2] === '' ? decodeJwt(token) : verified(token, trusted),
      },
      ['empty-signature'],
    ],
    ['the public key as secret', trustHmac(() => authority.publicKeyPem), ['secret-is-pem']],
    [
      'the public JWK as secret',
      trustHmac(() => JSON.stringify(authority.jwks().keys[0])),
      ['secret-is-jwk'],
    ],
    [
      'a secret that is not set',
      trustHmac(() => String(process.env.UNSET)),
      ['secret-is-undefined'],
    ],
    [
      'a key read from a file',
      trustHmac((kid) => readFileSync(resolve('/srv/keys', kid))),
      ['kid-path', 'kid-absolute-path', ...knownFiles],
    ],
    [
      'a key read from a file, nine folders deep',
      trustHmac((kid) => readFileSync(resolve('/srv/a/b/c/d/e/f/g/h', kid))),
      ['kid-path'],
    ],
    [
      'what is encrypted, in place of signed',
      {
        async claimsOf(token, trusted) {
          if (token.split('.').length !== 5) return verified(token, trusted)
          const { plaintext } = await compactDecrypt(token, trusted.privateKey)
          return JSON.parse(Buffer.from(plaintext).toString()) as JWTPayload
        },
      },
      ['jwe-claims'],
    ],
    [
      'keys in an object',
      trustHmac((kid) => `${({} as Record<string, string>)[kid] ?? Math.random()}`),
      ['kid-proto'],
    ],
    [
      'a key that comes along',
      {
        async claimsOf(token, trusted) {
          const { jwk, alg = '' } = decodeProtectedHeader(token)
          if (jwk === undefined) return verified(token, trusted)
          return (await jwtVerify(token, await importJWK(jwk as JWK, alg), at(trusted))).payload
        },
      },
      ['jwk', 'jwk-unknown-kid'],
    ],
    [
      'a key set that is fetched from where the token says',
      {
        async claimsOf(token, trusted) {
          const { jku } = decodeProtectedHeader(token)
          if (typeof jku !== 'string' || !/^https?:/.test(jku)) return verified(token, trusted)
          return (await jwtVerify(token, createRemoteJWKSet(new URL(jku)), at(trusted))).payload
        },
      },
      ['jku'],
    ],
    [
      'expiry that is not looked at',
      {
        claimsOf: (token, trusted) =>
          verified(token, trusted, { currentDate: new Date(0), clockTolerance: 1e12 }),
      },
      ['nbf-future'],
    ],
    [
      'an expired token',
      { claimsOf: (token, trusted) => verified(token, trusted, { clockTolerance: 7_200 }) },
      ['exp-past', 'nbf-future'],
    ],
    [
      'any audience',
      {
        claimsOf: (token, trusted) =>
          verified(token, trusted, { audience: decodeJwt(token).aud ?? [] }),
      },
      ['aud-other', 'id-token-audience'],
    ],
    [
      'an audience that is in a longer one',
      {
        claimsOf(token, trusted) {
          const { aud } = decodeJwt(token)
          if (!String(aud).includes(trusted.audience)) throw new Error('aud')
          return verified(token, trusted, { audience: aud ?? [] })
        },
      },
      ['aud-longer', 'aud-within'],
    ],
    [
      'any issuer',
      {
        claimsOf: (token, trusted) =>
          verified(token, trusted, { issuer: String(decodeJwt(token).iss) }),
      },
      ['iss-other'],
    ],
    ['HEAD without a token', { isPublic: ({ method }) => method === 'HEAD' }, ['method-head']],
    [
      'what looks like a preflight',
      { isPublic: ({ headers }) => 'access-control-request-method' in headers },
      ['preflight-look'],
    ],
    [
      'an excluded path anywhere in the URL',
      { isPublic: ({ url }) => (url ?? '').includes('/health') },
      ['path-public-query'],
    ],
    [
      'a path in upper case',
      { isPublic: ({ url }) => url === '/ORDERS', isOrders: (url) => /^\/orders$/i.test(url) },
      ['path-upper-case'],
    ],
    [
      'whom a proxy names',
      { isPublic: ({ headers }) => 'x-forwarded-user' in headers },
      ['user-by-proxy'],
    ],
    [
      'callers of its own machine',
      { isPublic: ({ headers }) => headers['x-forwarded-for'] === '127.0.0.1' },
      ['forwarded-for'],
    ],
    [
      'a bad token, when one is optional',
      refusingOnlyAbsence(),
      ['signature-last-bit', 'exp-past', 'alg-none'],
    ],
    ['a login that stays on the connection', rememberingSockets(), ['keep-alive']],
    [
      'a verdict that is remembered by the signature',
      remembering((token) => token.split('.')[2]),
      ['accepted-payload-changed', 'accepted-header-changed'],
    ],
    [
      'a verdict that is remembered by the payload',
      remembering((token) => token.split('.')[1]),
      ['accepted-header-changed', 'accepted-signature-first', 'accepted-signature-foreign'],
    ],
    [
      'a verdict that is remembered by the payload when it comes back',
      remembering((token) => token.split('.')[1], 2),
      ['accepted-signature-middle', 'accepted-signature-missing'],
    ],
  ])('%s', async (_hole, faults, ids) => {
    const holes = await holesOf(faults, ids.map(groupOf))
    expect(holes.length).toBeGreaterThan(0)
    expect(holes).toEqual(expect.arrayContaining(ids.map((id) => `let-in ${id}`)))
  })
})

it('a URL in a token that the server asks at', async () => {
  const faults: Faults = {
    async claimsOf(token, trusted) {
      const { jku } = decodeProtectedHeader(token)
      if (typeof jku === 'string' && jku.startsWith('http:')) await fetch(jku)
      return verified(token, trusted)
    },
  }
  expect(await holesOf(faults, ['smuggled-key', 'time'])).toEqual(['outbound-request jku'])
})

it('the right signature, in the answer to a wrong one', async () => {
  const hmac = createAuthority({ algorithm: 'HS256', clock: authority.clock })
  const helpful = naiveServer(hmac, {
    claimsOf(token) {
      const text = token.slice(0, token.lastIndexOf('.'))
      const right = createHmac('sha256', hmac.secret).update(text).digest('base64url')
      if (token !== `${text}.${right}`) throw new Error(`expected the signature ${right}`)
      return {}
    },
    refuse: (response, error) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end((error as Error).message),
  })
  const { findings } = await runAttacks(helpful, { authority: hmac, path, groups: ['signature'] })
  expect(findings.map(({ kind, case: { id } }) => `${kind} ${id}`)).toContain(
    'signature-shown payload-changed',
  )
})

it('an identifier of a key that stops the server', async () => {
  const { findings } = await runAttacks(
    naiveServer(authority, {
      claimsOf: (token, trusted) =>
        decodeProtectedHeader(token).kid === '$(sleep 6)'
          ? new Promise(() => undefined)
          : verified(token, trusted),
    }),
    { authority, path, groups: ['kid'], timeoutMs: 3_000 },
  )
  expect(findings).toMatchObject([
    {
      kind: 'no-answer',
      severity: 'hole',
      case: { id: 'kid-shell' },
      came: 'no answer in 3000 ms',
    },
  ])
})

function at({ clock, issuer, audience }: Authority) {
  return { issuer, audience, currentDate: new Date(clock() * 1000) }
}

/** Refuses without a token, and lets a bad one pass as nobody. */
function refusingOnlyAbsence(): Faults {
  return {
    claimsOf: (token, trusted) => verified(token, trusted).catch(() => ({})),
  }
}

/** Verifies a token only until it was good so many times; what is the same token is told by a part of it. */
function remembering(partOf: (token: string) => string | undefined, times = 1): Faults {
  const seen = new Map<string | undefined, number>()
  return {
    async claimsOf(token, trusted) {
      const part = partOf(token)
      const count = seen.get(part) ?? 0
      if (count >= times) return {}
      const claims = await verified(token, trusted)
      seen.set(part, count + 1)
      return claims
    },
  }
}

function rememberingSockets(): Faults {
  const loggedIn = new WeakSet<Socket>()
  return {
    isPublic: ({ socket }: IncomingMessage) => loggedIn.has(socket),
    tokenOf(request) {
      const token = bearerOf(request)
      if (token !== undefined) loggedIn.add(request.socket)
      return token
    },
  }
}
