import { createGuard } from '@gatewarden/core'
import { decodeJwt } from 'jose'
import {
  attackSuite,
  type AttackSuiteOptions,
  type AttackTarget,
  createAuthority,
  createTestClock,
} from '../src/index.ts'
import { guardedServer } from './guarded-server.ts'
import { naiveServer } from './naive-server.ts'

const authority = createAuthority({ clock: createTestClock() })
const path = '/orders'

// What users write; the tests are this file's.
attackSuite(guardedServer(authority), { authority, path })
attackSuite(async () => guardedServer(authority), {
  token: () => authority.token(),
  clock: authority.clock,
  path,
})

describe('attackSuite', () => {
  it('fails in the tests of what gets in, and says how', async () => {
    const open = createGuard({ ...authority.guardOptions(), audience: null })
    const failures = await failuresOf(guardedServer(authority, open), { authority, path })
    expect([...failures.keys()]).toEqual([
      'keeps out a token of another kind',
      'keeps out a token for somebody else',
    ])
    expect(failures.get('keeps out a token of another kind')).toBe(
      [
        '',
        'HOLE id-token-audience',
        '  sent      an ID token (aud is the client)',
        '  came      200 OK',
        '  expected  a refusal: 401, WWW-Authenticate: Bearer error="invalid_token"',
        '  read      docs/attacks.md#token-kind',
        '',
      ].join('\n'),
    )
  })

  it('tells findings with the same answer together, the holes first', async () => {
    const app = naiveServer(authority, { claimsOf: (token) => decodeJwt(token) })
    const failures = await failuresOf(app, { authority, path, groups: ['signature'] })
    expect([...failures.keys()]).toEqual([
      'keeps out a token with a signature that the issuer did not make',
    ])
    expect([...failures.values()][0]).toMatch(
      new RegExp(
        [
          '^\nHOLE \\d+ times let-in: (?:[\\w-]+, ){4}[\\w-]+ and \\d+ more',
          '  came      200 OK',
          '  expected  a refusal: .*',
          '  read      docs/attacks.md#signature',
          '',
          'FLAW \\d+ times let-in: signature-extended, .*',
        ].join('\n'),
      ),
    )
  })

  it('tells apart who gets in and how the others are refused', async () => {
    const app = naiveServer(authority, { refuse: (response) => response.writeHead(401).end() })
    const failures = await failuresOf(app, { authority, path, groups: ['no-token', 'time'] })
    expect([...failures.keys()]).toEqual(['answers refusals with a challenge'])
    expect([...failures.values()][0]).toMatch(/^\nFLAW \d+ times no-challenge: no-field, /)
  })

  it('tells apart what goes wrong inside', async () => {
    const app = naiveServer(authority, { refuse: (response) => response.writeHead(500).end() })
    const failures = await failuresOf(app, { authority, path, groups: ['no-token', 'time'] })
    expect([...failures.keys()]).toEqual([
      'answers whatever it is sent, and shows nothing of its inside',
    ])
  })

  it('fails in all of its tests where the good token is refused, and says so once', async () => {
    const stranger = createAuthority({ clock: authority.clock })
    const app = guardedServer(authority)
    const failures = await failuresOf(app, { authority: stranger, path, groups: ['time'] })
    expect([...failures.keys()]).toEqual([
      'a good token is let in, and none is not',
      'keeps out a token out of its time',
      'answers refusals with a challenge',
      'answers whatever it is sent, and shows nothing of its inside',
      'a good token is let in afterwards, too',
    ])
    const [first, ...others] = failures.values()
    expect(first).toMatch(/the good token was refused/)
    expect(new Set(others)).toEqual(new Set(['not run: see the first test']))
  })

  it('registers no test of what it cannot try', () => {
    const titles = titlesOf(guardedServer(authority), { token: authority.token(), path })
    expect(titles).not.toContain('keeps out a token for somebody else')
    expect(titles).toContain('keeps out a token with a signature that the issuer did not make')
  })

  it('fails a test in which nothing could be tried', async () => {
    const sign = () => {
      throw new Error('no')
    }
    const options = { token: authority.token(), clock: authority.clock, sign, path }
    const failures = await failuresOf(guardedServer(authority), {
      ...options,
      groups: ['audience'],
    })
    expect(failures.get('keeps out a token for somebody else')).toMatch(
      /none of these could be tried/,
    )
  })

  it('says what it misses where there is no test runner', () => {
    const options = { authority, it: undefined as never }
    expect(() => attackSuite(guardedServer(authority), options)).toThrow(TypeError)
  })

  it('says when the good token is not let in any more', async () => {
    let seen = 0
    const app = naiveServer(authority, {
      claimsOf(token) {
        if (seen++ > 0) throw new Error('once only')
        return decodeJwt(token)
      },
    })
    const failures = await failuresOf(app, { authority, path, groups: ['no-token'] })
    expect(failures.get('a good token is let in afterwards, too')).toMatch(
      /FLAW good-token-afterwards/,
    )
  })
})

interface Registered {
  readonly title: string
  readonly run: () => Promise<void>
}

function register(target: AttackTarget, options: AttackSuiteOptions) {
  const tests: Registered[] = []
  const cleanUps: (() => Promise<void>)[] = []
  attackSuite(target, {
    ...options,
    describe: (_title, define) => define(),
    it: (title, run) => tests.push({ title, run }),
    afterAll: (run) => cleanUps.push(run),
  })
  return { tests, cleanUps }
}

function titlesOf(target: AttackTarget, options: AttackSuiteOptions): string[] {
  return register(target, options).tests.map(({ title }) => title)
}

/** The messages of the tests that failed, by title. */
async function failuresOf(
  target: AttackTarget,
  options: AttackSuiteOptions,
): Promise<Map<string, string>> {
  const { tests, cleanUps } = register(target, options)
  const failures = new Map<string, string>()
  for (const { title, run } of tests)
    await run().catch((error: Error) => failures.set(title, error.message))
  for (const cleanUp of cleanUps) await cleanUp()
  return failures
}
