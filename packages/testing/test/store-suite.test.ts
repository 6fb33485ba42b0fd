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
  'the log shortens': 'revocation log: append: a later until counts when it came before',
  'the log takes the first until': 'revocation log: append: a later until counts',
  'the log narrows': 'revocation log: append: a later issuedUpTo counts when it came before',
  'the log takes the first issuedUpTo': 'revocation log: append: a later issuedUpTo counts',
  'the log keeps both times of the row that ends last':
    'revocation log: append: of several rows the latest until and the latest issuedUpTo, each for itself, counts',
  'the log reads, waits and then writes':
    'revocation log: append: many calls at once lose nothing, and the latest counts',
  'the log folds case': 'revocation log: append: no two keys are taken for one',
  'the log holds 500 entries': 'revocation log: append: 1,000 in one call, and again',
  'the log leaves out what is after 16,000 of a call': 'revocation log: append: 20,000 in one call',
  'the log cannot append nothing': 'revocation log: append: an empty list appends nothing',
  'the log keeps what is no entry':
    'revocation log: append: what is no entry is rejected with a TypeError, and not kept',
  'the log keeps the objects it was given':
    'revocation log: append: whoever holds an entry cannot change what is stored',
  'the log compares times as texts':
    'revocation log: append: of one and two digits the larger number counts',
  'the log takes 0 for all tokens': 'revocation log: append: an issuedUpTo of 0 comes back as 0',
  'snapshots show what ends now':
    'revocation log: snapshot: an entry is live before its until, and not from then on',
  'snapshots compare with the clock of the system':
    'revocation log: snapshot: an entry is live before its until, and not from then on',
  'snapshots round the time': 'revocation log: snapshot: within a second nothing ends',
  'snapshots judge row by row':
    'revocation log: snapshot: what a row that is over said of a key still counts',
  'snapshots are cut at a page': 'revocation log: snapshot: 20,000 come in pages of some thousand',
  'snapshots are one page': 'revocation log: snapshot: 20,000 come in pages of some thousand',
  'snapshots turn pages by offset':
    'revocation log: snapshot: what happens while it is read takes nothing from it',
  'snapshots take their cursor at the end':
    'revocation log: snapshot: what is appended after it was taken can be read after it',
  'snapshots hold a connection each':
    'revocation log: snapshot: one that nobody reads to its end holds nothing up',
  'a page misses its last row': 'revocation log: read: 1,000 entries behind, a cursor is good',
  'there is never more': 'revocation log: read: 1,000 entries behind, a cursor is good',
  'there is always more':
    'revocation log: read: no news is an empty page, and the cursor stays good',
  'cursors are one ahead': 'revocation log: read: to the end, and then there is no news',
  'cursors are used up': 'revocation log: read: a cursor is not used up',
  'cursors are those of any log':
    'revocation log: read: a cursor of a log that is no more loses nothing that comes',
  'cursors ahead of the log are good':
    'revocation log: read: a cursor that was tampered with loses nothing that comes',
  'cursors belong to a handle': 'revocation log: read: a cursor is not used up',
  'garbage is read as no news': 'revocation log: read: of what is no cursor the log cannot tell',
  'garbage is read from the start':
    'revocation log: read: of what is no cursor the log cannot tell',
  'garbage is an error': 'revocation log: read: of what is no cursor the log cannot tell',
  'the newest comes first':
    'revocation log: read: what was appended after the cursor, in that order',
  'changes are no news': 'revocation log: read: what changed of an entry is news',
  'what was once there is no news':
    'revocation log: read: what was swept and is appended again is news',
  'the last row comes every time': 'revocation log: read: to the end, and then there is no news',
  'numbers are taken before the row is written':
    'revocation log: many at once: whenever a reader begins, and wherever it resumes, it misses nothing',
  'rows are numbered anew by a sweep':
    'revocation log: sweep: a reader that is behind loses nothing that is live',
  'the log is trimmed to 500 rows': 'revocation log: read: 1,000 entries behind, a cursor is good',
  'an empty log knows no cursor':
    'revocation log: read: no news is an empty page, and the cursor stays good',
  'find takes the row that came first': 'revocation log: append: a later until counts',
  'find takes the row that came last':
    'revocation log: append: a later until counts when it came before',
  'find leaves out what is over': 'revocation log: find: live or not',
  'find folds case': 'revocation log: append: no two keys are taken for one',
  'find looks for 500 keys': 'revocation log: find: of 1,000 keys, those that are there',
  'find finds all': 'revocation log: find: the entries of the keys, and no others',
  'find sees what its own handle appended':
    'revocation log: find: what another handle appended, at once',
  'the log keeps what ends now':
    'revocation log: sweep: an entry goes at its until, and not before',
  'the log drops what ends within a second':
    'revocation log: sweep: an entry goes at its until, and not before',
  'a sweep counts rows':
    'revocation log: sweep: a key of several rows is one entry, and goes at its latest',
  'sweeps count what others dropped':
    'revocation log: sweep: several sweeps at once count each entry once',
  'a sweep drops what was extended meanwhile':
    'revocation log: sweep: what is extended while it is swept stays',
  'a sweep drops 10,000': 'revocation log: sweep: 20,000 that are over go in one call',
  'a sweep judges row by row':
    'revocation log: sweep: a key of several rows is one entry, and goes at its latest',
  'a sweep empties the log behind it':
    'revocation log: sweep: a reader that is behind loses nothing that is live',
  'nobody is woken': 'revocation log: listen: an append wakes who listens, on every handle',
  'only the own handle is woken':
    'revocation log: listen: an append wakes who listens, on every handle',
  'one is woken once': 'revocation log: listen: an append wakes who listens, on every handle',
  'one is woken before the row is written':
    'revocation log: listen: what was appended can be read when one is woken',
  'one listener at a time': 'revocation log: listen: an append wakes who listens, on every handle',
  'listeners are functions':
    'revocation log: listen: listening twice with one function is listening twice',
  'ending it ends all': 'revocation log: listen: ending it ends the calls, and may be done twice',
  'ending it ends nothing':
    'revocation log: listen: ending it ends the calls, and may be done twice',
  'ending it twice is an error':
    'revocation log: listen: ending it ends the calls, and may be done twice',
  'ten can listen': 'revocation log: listen: who listens hinders nobody',
  'closing waits for listeners':
    'revocation log: listen: a store can be closed while somebody listens',
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
    const open = async () => {
      const again = async () => new ReferenceStore()
      return { store: new ReferenceStore(), again, close: async () => undefined }
    }
    const groups = [
      'sessions: insert and find',
      'sessions: at once',
      'signing keys',
      'revocation log: many at once',
      'the store as a whole',
    ]
    const failures = (await Promise.all(groups.map((group) => failuresOf(open, group)))).flat()
    expect(failures.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'sessions: insert and find: what another handle wrote is there at once',
        'sessions: at once: AS-24: once a session is revoked, no rotation counts any more',
        'signing keys: of 20 first writers at once exactly one wins',
        'revocation log: many at once: what one has appended, all can read from then on',
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
  // Several at once, since some of them are found out by waiting in vain.
  it.concurrent.each(Object.entries(EXPECTED_FAILURES) as [StoreFault, string][])(
    '%s',
    async (fault, red) => {
      const failures = await failuresOf(openWith(fault), red)
      expect(failures.map(({ title }) => title)).toEqual([red])
      // By an assertion, not because something broke on the way.
      expect(failures[0]?.error).toMatchObject({ code: 'ERR_ASSERTION' })
    },
  )
})

function openWith(...faults: StoreFault[]): OpenStore {
  return async () => {
    const store = new ReferenceStore(...faults)
    const isAlone = faults.includes('durable, and nobody can look')
    return {
      store,
      ...(!isAlone && { again: async () => store.again() }),
      close: async () => undefined,
    }
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
