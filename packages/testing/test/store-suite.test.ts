import { type OpenStore, storeSuite } from '../src/index.ts'
import { ReferenceStore, type StoreFault } from './reference-store.ts'

const openReference = openWith()

/** What is wrong, and the test that has to say so. */
const EXPECTED_FAILURES: Readonly<Record<StoreFault, string>> = {
  'insert replaces a taken handle':
    'sessions: insert and find: a taken handle is rejected, and nothing changes',
  'insert takes a taken sid':
    'sessions: insert and find: a taken sid is rejected, and nothing changes',
  'insert reads, waits and then writes':
    'sessions: insert and find: of 20 inserts of one handle at once exactly one is kept',
  'rejected inserts leave their sid behind':
    'sessions: insert and find: a taken handle is rejected, and nothing changes',
  'what is handed out is what is stored':
    'sessions: insert and find: whoever holds a row cannot change what is stored',
  'what is handed in is what is stored':
    'sessions: insert and find: whoever holds a row cannot change what is stored',
  'find takes a sid for a handle':
    'sessions: insert and find: the public sid does not do for the handle, nor the other way',
  'rotate reads, waits and then writes':
    'sessions: at once: AS-09: of 2 rotations at once exactly one wins',
  'rotate compares the generation alone when it writes':
    'sessions: at once: AS-24: once a session is revoked, no rotation counts any more',
  'rotate ignores the client':
    'sessions: rotate: refuses, and changes nothing: AS-04: a token of another client',
  'rotate ignores the binding':
    'sessions: rotate: refuses, and changes nothing: AS-10: another key',
  'rotate takes an empty binding for any':
    'sessions: rotate: refuses, and changes nothing: AS-10: no key',
  'rotate takes any binding where none is stored':
    'sessions: rotate: refuses, and changes nothing: AS-10: a key where none is expected',
  'rotate ignores revocations':
    'sessions: rotate: refuses, and changes nothing: AS-24: a session that was revoked',
  'rotate ignores revocations at the time 0':
    'sessions: rotate: refuses, and changes nothing: AS-24: a session that was revoked at 0',
  'rotate takes revocations to begin at their time':
    'sessions: rotate: refuses, and changes nothing: AS-24: a session that is revoked as of later',
  'rotate takes an older generation':
    'sessions: rotate: refuses, and changes nothing: AS-07: the token before the head',
  'rotate takes a newer generation':
    'sessions: rotate: refuses, and changes nothing: a token ahead of the head',
  'rotate ignores generations':
    'sessions: rotate: AS-06: one token after the other, and none of them twice',
  'rotate works at idleExpiresAt':
    'sessions: rotate: refuses, and changes nothing: AS-08: when the session is idle',
  'rotate ignores idleExpiresAt':
    'sessions: rotate: refuses, and changes nothing: AS-08: when the session is idle',
  'rotate stops a second early': 'sessions: rotate: rotates: AS-08: a thousandth before it',
  'rotate compares whole seconds':
    'sessions: rotate: rotates: AS-08: before a fraction of the same second',
  'rotate compares with the clock of the system':
    'sessions: rotate: refuses, and changes nothing: AS-08: when the session is idle',
  'rotate keeps the replays': 'sessions: replay: a rotation starts the count anew',
  'rotate forgets the late replay':
    'sessions: rotate: AS-06: the head is counted up, and nothing else changes',
  'rotate lowers idleExpiresAt': 'sessions: rotate: idleExpiresAt never goes down',
  'rotate lets idleExpiresAt pass expiresAt':
    'sessions: rotate: idleExpiresAt AS-08: never goes past the end',
  'rotate writes member by member': 'sessions: at once: a session is never seen half-changed',
  'replay reads, waits and then writes':
    'sessions: at once: a replay that comes with the rotation does not undo it',
  'replay ignores generations':
    'sessions: at once: a replay that comes with the rotation does not undo it',
  'replay ignores revocations':
    'sessions: replay: refuses, and changes nothing: a session that was revoked',
  'replay ignores the end':
    'sessions: replay: refuses, and changes nothing: when the session is idle',
  'replay works at the end':
    'sessions: replay: refuses, and changes nothing: when the session is idle',
  'replay counts late ones only': 'sessions: replay: one in time leaves what was late before',
  'replay notes every late one':
    'sessions: replay: of several late ones at one generation the first is kept',
  'replay notes the first late one only':
    'sessions: replay: a late one at a new generation moves both',
  'replay takes lateGeneration 0 for none':
    'sessions: replay: a late replay at generation 0, at the time 0, is one too',
  'revoke overwrites':
    'sessions: revoke: AS-24: again, nothing changes: the first time and reason stay',
  'revoke overwrites a revocation at the time 0':
    'sessions: revoke: at 0 the first time and reason stay, too',
  'revoke reads, waits and then writes':
    'sessions: at once: of 20 revocations at once exactly one ends the session',
  'revoke says yes to every sid':
    'sessions: revoke: a sid that is unknown is no error, and ends nothing',
  'revoke deletes': 'sessions: revoke: AS-24: the session is kept, with when and why it was ended',
  'revoke undoes a rotation':
    'sessions: at once: AS-24: once a session is revoked, no rotation counts any more',
  'list puts the oldest first': 'sessions: list: the newest is first, in whatever order they came',
  'list puts what was rotated last first':
    'sessions: list: being rotated does not make a session newer',
  'list sorts times as texts':
    'sessions: list: times are compared as numbers, fractions of seconds included',
  'list shows what is idle':
    'sessions: list: a session is listed until it is idle, and until its end',
  'list shows what was revoked': 'sessions: list: one that was revoked is not listed, at any time',
  'list looks for the beginning of a subject':
    'sessions: list: a subject has any name, and no two are taken for one',
  'list ignores case': 'sessions: list: a subject has any name, and no two are taken for one',
  'list trims': 'sessions: list: a subject has any name, and no two are taken for one',
  'list normalizes': 'sessions: list: a subject has any name, and no two are taken for one',
  'sweep drops what was revoked':
    'sessions: sweep: AS-07: idle and revoked ones stay until their end',
  'sweep drops what is idle': 'sessions: sweep: AS-07: idle and revoked ones stay until their end',
  'sweep keeps what ends now': 'sessions: sweep: a session goes at its end, and not before',
  'sweep leaves the sid': 'sessions: sweep: handle and sid are free again',
  'sweep counts nothing': 'sessions: sweep: a session goes at its end, and not before',
  'sweep of the store leaves the log':
    'the store as a whole: sweep drops what has ended of all it keeps, and counts it',
  'sweep drops the keys': 'signing keys: no sweep takes the keys',
  'times are whole seconds': 'sessions: any text, any time: times: milliseconds',
  'times have 14 digits': 'sessions: any text, any time: times: microseconds',
  'times end in the year 9999': 'sessions: any text, any time: times: a clock in the year 9999',
  'data is trimmed': 'sessions: any text, any time: data comes back letter by letter',
  'data is cut at 4,096 characters':
    'sessions: any text, any time: data comes back letter by letter',
  'data is Latin-1': 'sessions: any text, any time: data comes back letter by letter',
  'names are those of a plain object':
    'sessions: insert and find: what was never written is not there, whatever it is called',
  'keys are written without a comparison':
    'signing keys: a revision that is not the last changes nothing',
  'keys are read and then written': 'signing keys: of 20 first writers at once exactly one wins',
  'keys are replaced by an older revision':
    'signing keys: a revision that is not the last changes nothing',
  'keys count from 0': 'signing keys: 0 writes where there is nothing; revisions count from 1',
  'keys are cut at 60,000 characters':
    'signing keys: the text comes back letter by letter, 64 kB of it too',
  'the log shortens': 'revocation log: an earlier until takes nothing back',
  'the log takes the first until': 'revocation log: a later until counts',
  'the log reads, waits and then writes':
    'revocation log: many calls at once lose nothing, and the latest until counts',
  'the log forgets the kind': 'revocation log: a session and a token of one name are two',
  'the log shows what ends now':
    'revocation log: an entry is live before its until, and not from then on',
  'the log keeps what ends now': 'revocation log: an entry goes at its until, and not before',
  'the log compares with the clock of the system':
    'revocation log: an entry is live before its until, and not from then on',
  'the log hands out what is stored':
    'revocation log: whoever holds an entry cannot change what is stored',
  'the log compares whole seconds':
    'revocation log: untils are compared to the fraction of a second',
  'the log holds 500 entries': 'revocation log: 1,000 in one call, and again',
  'the log cannot append nothing': 'revocation log: an empty list appends nothing',
  'ready empties the store':
    'sessions: insert and find: what was never written is not there, whatever it is called',
  'durable, and it is not':
    'the store as a whole: what was written outlives the handle it was written through',
  'durable, and nobody can look':
    'the store as a whole: what was written outlives the handle it was written through',
}

describe('a store of Maps', () => storeSuite(openReference))

describe('storeSuite', () => {
  it('opens a store for every test, makes it ready, and closes it', async () => {
    const calls = { open: 0, ready: 0, close: 0 }
    const tests = testsOf(async () => {
      calls.open++
      const store = new ReferenceStore()
      const ready = store.ready.bind(store)
      store.ready = () => (calls.ready++, ready())
      return { store, close: async () => void calls.close++ }
    }).filter(isOf('sessions: revoke'))
    for (const { run } of tests) await run()
    const count = tests.length
    expect(count).toBeGreaterThan(5)
    expect(calls).toEqual({ open: count, ready: count, close: count })
  })

  it('closes the store of a test that fails, too', async () => {
    let closed = 0
    const failures = await failuresOf(async () => {
      const store = new ReferenceStore('revoke overwrites')
      return { store, close: async () => void closed++ }
    }, 'sessions: revoke')
    expect(failures.length).toBeGreaterThan(0)
    expect(closed).toBe(testsOf(openReference).filter(isOf('sessions: revoke')).length)
  })

  it('works on both handles where there are two', async () => {
    let used = 0
    const failures = await failuresOf(async () => {
      const store = new ReferenceStore()
      const second = Object.assign(Object.create(store) as ReferenceStore, {
        ready: async () => void used++,
      })
      return { store, again: async () => second, close: async () => undefined }
    }, 'sessions: at once')
    expect(failures).toEqual([])
    expect(used).toBeGreaterThan(5)
  })

  it('does not share what two handles do not share', async () => {
    const failures = await failuresOf(async () => {
      const again = async () => new ReferenceStore()
      return { store: new ReferenceStore(), again, close: async () => undefined }
    })
    expect(failures.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'sessions: insert and find: what another handle wrote is there at once',
        'sessions: at once: AS-24: once a session is revoked, no rotation counts any more',
        'signing keys: of 20 first writers at once exactly one wins',
        'the store as a whole: what one handle ends, another knows of at once',
      ]),
    )
  })

  it('makes other random operations of another seed', () => {
    const titles = testsOf(openReference, 70).map(({ title }) => title)
    expect(titles).toContain(
      'random operations: 200 operations with seed 70 do what the contract says',
    )
    expect(titles.length).toBe(new Set(titles).size)
  })

  it('says what it misses where there is no test runner', () => {
    expect(() => storeSuite(openReference, { describe, it: undefined as never })).toThrow(
      new TypeError(
        'storeSuite: expected describe and it of a test runner, in its options or the global scope',
      ),
    )
  })
})

describe('storeSuite notices a store in which', () => {
  it.each(Object.entries(EXPECTED_FAILURES) as [StoreFault, string][])('%s', async (fault, red) => {
    const failures = await failuresOf(openWith(fault), red)
    expect(failures.map(({ title }) => title)).toEqual([red])
    // By an assertion, not because something broke on the way.
    expect(failures[0]?.error).toMatchObject({ code: 'ERR_ASSERTION' })
  })
})

function openWith(...faults: StoreFault[]): OpenStore {
  return async () => {
    const store = new ReferenceStore(...faults)
    const isAlone = faults.includes('durable, and nobody can look')
    return { store, ...(!isAlone && { again: async () => store }), close: async () => undefined }
  }
}

interface RegisteredTest {
  readonly title: string
  readonly run: () => Promise<void>
}

function testsOf(open: OpenStore, seed = 1): RegisteredTest[] {
  const tests: RegisteredTest[] = []
  let group = ''
  storeSuite(open, {
    describe(title, define) {
      group = title
      define()
    },
    it: (title, run) => tests.push({ title: `${group}: ${title}`, run }),
    seed,
  })
  return tests
}

/** The tests of a group, or the one of this title. */
const isOf =
  (groupOrTitle: string) =>
  ({ title }: RegisteredTest) =>
    title === groupOrTitle || title.startsWith(`${groupOrTitle}: `)

/** Runs the tests of a group, the one of a title, or all, and returns those that failed. */
async function failuresOf(
  open: OpenStore,
  groupOrTitle?: string,
): Promise<{ title: string; error: unknown }[]> {
  const failures: { title: string; error: unknown }[] = []
  const tests = testsOf(open)
  for (const { title, run } of groupOrTitle ? tests.filter(isOf(groupOrTitle)) : tests)
    await run().catch((error: unknown) => failures.push({ title, error }))
  return failures
}
