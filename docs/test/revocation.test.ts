import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  createGuard,
  createMemoryRevocations,
  createRevocationFeed,
  type RevocationFeed,
  type RevocationFeedOptions,
  type RevocationLog,
  type StalenessOptions,
} from '@gatewarden/core'
import { createIssuer, createMemoryStore } from '@gatewarden/issuer'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import ts from 'typescript'
import { page, root, tableRows } from './markdown.ts'

/* What the page says of a feed is true of one, with a log that can be brought down. */

const { text } = page('docs/revocation.md')
const url = 'https://api.example.com'
const policies = ['closed', 'lookup', 'open'] as const

test('the identifiers are those that can be revoked', async () => {
  const { feed, issuer, until } = scene()
  const named = rowsOf('## What can be revoked').map(([name = '']) => name)
  for (const name of named)
    await feed.revoke({
      issuer,
      until,
      ...(name.includes(':') ? { everything: true } : { [name]: 'a' }),
    } as never)
  expect(feed.health().entries).toBe(7)
  await feed.close()
})

test('of a list in which one is wrong, none is revoked', async () => {
  const { feed, issuer, until } = scene()
  const right = { issuer, tokenId: 'a', until }
  await expect(feed.revoke([right, { ...right, until: 900 }])).rejects.toThrow(TypeError)
  expect(feed.health().entries).toBe(0)
  await feed.close()
})

test('the fields of its health are those on the page', async () => {
  const { feed } = scene()
  expect(rowsOf('## Health and alarms').map(([name]) => name)).toEqual(Object.keys(feed.health()))
  await feed.close()
})

test('the methods of a log are those on the page', () => {
  const named = rowsOf('## A log of your own').map(([name = '']) => name.replace(/\(.*/, ''))
  expect([...named].sort()).toEqual(Object.keys(createMemoryStore().revocations).sort())
})

describe.each(policies)('a copy under %s', (whenStale) => {
  const answers = answersOf(whenStale)

  test('that is starting', async () => {
    const down = scene({ whenStale })
    down.breakLog()
    await down.feed.ready().catch(() => undefined)
    down.clock.advance(6)
    expect(down.feed.health().state).toBe('starting')
    expect(await down.ask()).toBe('ERR_REVOCATION_UNAVAILABLE')
    expect(answers.starting).toContain('503')
    await down.feed.close()

    const up = scene({ whenStale })
    expect(await up.ask()).toBe('passes')
    expect(answers.starting).toMatch(/^(waits for the first reading|asks the log)/)
    await up.feed.close()
  })

  test('that is fresh, also while the log fails', async () => {
    const { feed, ask, breakLog } = scene({ whenStale })
    await feed.ready()
    breakLog()
    expect(feed.health().state).toBe('fresh')
    expect(await ask()).toBe(answers.fresh)
    await feed.close()
  })

  test('that is stale, because the process slept', async () => {
    const { feed, ask, clock } = scene({ whenStale })
    await feed.ready()
    clock.advance(3_600)
    expect(feed.health().state).toBe('stale')
    expect(await ask()).toBe('passes')
    expect(answers.slept).toMatch(/^(waits for a reading|asks the log), then as it says$/)
    await feed.close()
  })

  test('that is stale, because the log fails', async () => {
    const { feed, ask, clock, issuer, until, breakLog } = scene({ whenStale, maxStaleness: 2 })
    await feed.ready()
    await feed.revoke({ issuer, sessionId: 'known', until })
    breakLog()
    while (feed.health().failure === undefined) await new Promise((next) => setTimeout(next, 5))
    clock.advance(6)
    expect(feed.health().state).toBe('stale')
    expect(await ask()).toBe(whenStale === 'open' ? 'passes' : 'ERR_REVOCATION_UNAVAILABLE')
    expect(await ask('known')).toBe('ERR_TOKEN_REVOKED')
    expect(answers.failing).toContain(whenStale === 'open' ? 'passes' : '503')
    await feed.close()
  })
})

test('it is the login within the tolerance that is refused, and none with createMemoryRevocations', async () => {
  const { feed, guardWith, authority, clock, issuer, until } = scene()
  const memory = createMemoryRevocations({ clock })
  const everybody = { issuer, subject: 'alice', issuedUpTo: clock(), until }
  await feed.revoke(everybody)
  memory.revoke(everybody)
  const refused = async (view: RevocationFeed | typeof memory) => {
    const seconds: number[] = []
    for (const later of [-1, 0, 1, 30, 31]) {
      const token = authority.token({ sub: 'alice', iat: everybody.issuedUpTo + later })
      if ((await codeOf(guardWith(view).verify(token))) === 'ERR_TOKEN_REVOKED') seconds.push(later)
    }
    return seconds
  }
  clock.advance(31)
  expect(await refused(feed)).toEqual([-1, 0, 1, 30])
  expect(await refused(memory)).toEqual([-1, 0])
  await feed.close()
})

describe('the options of createRevocationFeed', () => {
  const options = tableRows(
    section(page('docs/options.md').text, '## Options of createRevocationFeed'),
  )

  test('are those on the page, with its defaults', () => {
    expect(options.map(([name = '']) => unquoted(name)).sort()).toEqual(
      namesOf('RevocationFeedOptions').sort(),
    )
    const shown = options.filter(([, , value]) => value !== 'required' && value !== "the system's")
    const defaults = Object.fromEntries(
      shown.map(([name = '', , value = '']) => [unquoted(name), valueOf(unquoted(value))]),
    )
    expect(defaults).toEqual({
      maxStaleness: 30,
      whenStale: 'closed',
      readEvery: 1,
      clockTolerance: 30,
    })
    createRevocationFeed({ log: createMemoryStore().revocations, ...defaults })
  })

  test.each(['a feed', 'an issuer'])('has these defaults of %s', async (whose) => {
    const clock = createTestClock()
    const options = { issuer: url, audience: url, secret: randomBytes(32), onRefresh: null, clock }
    const make = (given: StalenessOptions) =>
      whose === 'a feed'
        ? createRevocationFeed({ log: createMemoryStore().revocations, clock, ...given })
        : createIssuer({ ...options, revocation: given }).revocations
    expect(() => make({ maxStaleness: 1 })).toThrow('more than readEvery, which is 1')
    const feed = make({})
    await feed.ready()
    clock.advance(30)
    expect(feed.health().state).toBe('fresh')
    clock.advance(1)
    expect(feed.health().state).toBe('stale')
    await feed.close()
  })

  test('have the bounds on the page', () => {
    const log = createMemoryStore().revocations
    const make = (given: Partial<RevocationFeedOptions>) => () =>
      createRevocationFeed({ log, ...given })
    for (const right of [
      { readEvery: 0.05 },
      { readEvery: 3_600, maxStaleness: 86_400 },
      { clockTolerance: 0 },
      { clockTolerance: 300 },
    ])
      expect(make(right)).not.toThrow()
    for (const wrong of [
      { readEvery: 0.04 },
      { readEvery: 3_601, maxStaleness: 86_400 },
      { maxStaleness: 86_401 },
      { readEvery: 1, maxStaleness: 1 },
      { clockTolerance: 301 },
    ])
      expect(make(wrong)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  })
})

function scene(options: Partial<RevocationFeedOptions> = {}) {
  const clock = createTestClock()
  const authority = createAuthority({ clock })
  const { revocations } = createMemoryStore()
  let isDown = false
  const log = Object.fromEntries(
    Object.entries(revocations).map(([name, method]) => [
      name,
      (...given: never[]) =>
        isDown
          ? Promise.reject(new Error('down'))
          : (method as (...args: never[]) => unknown)(...given),
    ]),
  ) as unknown as RevocationLog
  const feed = createRevocationFeed({ log, clock, readEvery: 0.05, ...options })
  const guardWith = (revocation: RevocationFeed | ReturnType<typeof createMemoryRevocations>) =>
    createGuard({ ...authority.guardOptions(), clock, revocation })
  return {
    authority,
    clock,
    feed,
    guardWith,
    issuer: authority.issuer,
    until: clock() + 86_400,
    breakLog: () => void (isDown = true),
    ask: (sid = 'other') => codeOf(guardWith(feed).verify(authority.token({ sid }))),
  }
}

function codeOf(verified: Promise<unknown>): Promise<string> {
  return verified.then(
    () => 'passes',
    ({ code }: { code: string }) => code,
  )
}

function answersOf(policy: (typeof policies)[number]) {
  const column = policies.indexOf(policy) + 1
  const [starting, fresh, slept, failing] = rowsOf('## When the log cannot be read').map(
    (cells) => cells[column]!,
  )
  return { starting, fresh, slept, failing }
}

function rowsOf(heading: string): string[][] {
  return tableRows(section(text, heading)).map((cells) => cells.map(unquoted))
}

function section(of: string, heading: string): string {
  const [, rest] = of.split(`${heading}\n`)
  expect(rest).toBeDefined()
  return rest!.split('\n## ')[0]!
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '').replaceAll('**', '')
}

function valueOf(cell: string): unknown {
  return /^[\d.]+$/.test(cell) ? Number(cell) : cell.replaceAll("'", '')
}

/** The members of an exported type of the core. */
function namesOf(type: string): string[] {
  const path = join(root, 'packages/core/dist/index.d.ts')
  const program = ts.createProgram([path], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
    strict: true,
  })
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!
  const symbol = checker.getExportsOfModule(module).find(({ name }) => name === type)!
  return checker
    .getDeclaredTypeOfSymbol(checker.getAliasedSymbol(symbol))
    .getProperties()
    .map(({ name }) => name)
}
