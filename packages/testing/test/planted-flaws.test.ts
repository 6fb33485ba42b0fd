import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { type AttackGroup, createAuthority, createTestClock, runAttacks } from '../src/index.ts'
import { groupsById } from './groups-by-id.ts'
import { bearerOf, type Faults, naiveServer, verified } from './naive-server.ts'

/* Servers whose answers are wrong, or that take a good token in other ways than they must. */

const authority = createAuthority({ clock: createTestClock() })
const path = '/orders'

const groupOf = await groupsById(authority)

/** The flaws that attacks of these kinds find. */
async function flawsOf(faults: Faults, groups?: readonly AttackGroup[]): Promise<string[]> {
  const options = { authority, path, ...(groups && { groups }) }
  const { findings } = await runAttacks(naiveServer(authority, faults), options)
  return findings
    .filter(({ severity }) => severity === 'flaw')
    .map(({ kind, case: { id } }) => `${kind} ${id}`)
}

const query = ({ url = '' }: IncomingMessage) =>
  new URL(url, 'http://x').searchParams.get('access_token') ?? undefined
const challenge = { 'www-authenticate': 'Bearer' }

it.each<[flaw: string, faults: Faults, found: string[]]>([
  [
    'any scheme',
    { tokenOf: ({ headers }) => headers.authorization?.split(' ')[1] },
    ['let-in scheme-token', 'let-in scheme-basic', 'let-in two-by-blank'],
  ],
  [
    'what trim takes off',
    { tokenOf: ({ headers }) => /^Bearer\s+(\S+)\s*$/.exec(headers.authorization ?? '')?.[1] },
    ['let-in tab', 'let-in nbsp', 'let-in nbsp-behind', 'let-in two-fields-first'],
  ],
  [
    'a token in the query',
    { tokenOf: (request) => bearerOf(request) ?? query(request) },
    ['let-in query'],
  ],
  [
    'a token in a cookie',
    {
      tokenOf: (request) =>
        bearerOf(request) ?? /(?:^|; )token=([^;]+)/.exec(request.headers.cookie ?? '')?.[1],
    },
    ['let-in cookie'],
  ],
  [
    'a token in another field',
    {
      tokenOf: (request) => bearerOf(request) ?? (request.headers['x-access-token'] as string),
    },
    ['let-in header-access-token'],
  ],
  [
    'a token without an end',
    {
      claimsOf: (token, trusted) => verified(token, trusted, { requiredClaims: [] }),
    },
    ['let-in exp-missing'],
  ],
  [
    'a 500 for what cannot be read',
    { refuse: (response) => response.writeHead(500).end() },
    ['server-error no-field', 'server-error header-null', 'server-error exp-past'],
  ],
  [
    'the stack of an error',
    {
      refuse: (response, error) =>
        response.writeHead(401, challenge).end(`<pre>${(error as Error).stack}</pre>`),
    },
    ['inside-shown exp-past'],
  ],
  [
    'the token in the answer',
    {
      refuse: (response, _error, { headers }) =>
        response
          .writeHead(401, challenge)
          .end(JSON.stringify({ message: `cannot verify ${headers.authorization}` })),
    },
    ['token-echoed exp-past', 'token-echoed alg-none'],
  ],
  [
    'no challenge',
    { refuse: (response) => response.writeHead(401).end() },
    ['no-challenge no-field', 'no-challenge exp-past'],
  ],
  [
    'a challenge that quotes what came',
    {
      refuse: (response) =>
        response
          .writeHead(401, { 'www-authenticate': 'Bearer error="kid "x", error="none" unknown"' })
          .end(),
    },
    ['bad-challenge no-field', 'bad-challenge exp-past'],
  ],
  [
    '403 for a bad token',
    { refuse: (response) => response.writeHead(403).end() },
    ['wrong-status exp-past'],
  ],
  [
    'a connection that is cut',
    {
      refuse: (response, error) =>
        String(error).includes('no token')
          ? response.writeHead(401, challenge).end()
          : response.destroy(),
    },
    ['no-answer exp-past'],
  ],
])('%s', async (_flaw, faults, found) => {
  const groups = found.map((line) => groupOf(line.split(' ')[1] ?? ''))
  expect(await flawsOf(faults, groups)).toEqual(expect.arrayContaining(found))
})

it('nothing, where the answer has no end', async () => {
  const refuse = (response: ServerResponse) =>
    void endless().pipe(response.writeHead(401, challenge))
  expect(await flawsOf({ refuse }, ['issuer'])).toEqual([])
})

function endless(): Readable {
  return Readable.from(
    (function* () {
      for (;;) yield 'x'.repeat(65_536)
    })(),
  )
}

it('a good token that is refused after so many bad ones', async () => {
  let failures = 0
  const flaws = await flawsOf({
    async claimsOf(token, trusted) {
      if (failures > 200) throw new Error('locked')
      return verified(token, trusted).catch((error: unknown) => {
        failures++
        throw error
      })
    },
  })
  expect(flaws).toContain('good-token-refused good-token-afterwards')
})
