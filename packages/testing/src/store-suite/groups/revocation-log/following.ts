import { setImmediate as turn } from 'node:timers/promises'
import type { IssuerStore, LoggedRevocation } from '@gatewarden/core'
import { assertHeld } from '../../assert-logged.ts'
import { type LogReader, mergeInto, resumeReader, startReader } from '../../log-reader.ts'
import { NOON } from '../../sample-sessions.ts'
import { sampleRevocation, sampleRevocations } from '../../sample-revocations.ts'
import { storeTest, type StoreTestGroup } from '../../store-test.ts'

const WRITERS = 8
const READERS = 4
const APPENDS_EACH = 12

/** Small ones overtake large ones, if anything can. */
const SIZES = [1, 20, 3, 60]

/** How many of the cursors a reader had are tried again. */
const TRIED_AGAIN = 8

export const following: StoreTestGroup = {
  title: 'revocation log: many at once',
  tests: [
    storeTest('what one has appended, all can read from then on', async ({ handles }) => {
      const all = await handles()
      const readers = await Promise.all(all.map((store) => startReader(store.revocations)))
      const entries: LoggedRevocation[] = []
      for (let i = 0; i < 50; i++) {
        const entry = sampleRevocation(`${i}`)
        entries.push(entry)
        await (all[i % all.length] ?? all[0]).revocations.append([entry])
        for (const reader of readers) await reader.catchUp()
        for (const reader of readers) assertHeld(reader.held, entries, `after append ${i}`)
      }
    }),

    storeTest(
      'whenever a reader begins, and wherever it resumes, it misses nothing',
      async ({ handles }) => {
        const all = await handles()
        const work = { appended: new Array<LoggedRevocation>(), writing: WRITERS }
        const written = Promise.all(
          Array.from({ length: WRITERS }, (_, i) => write(all[i % all.length] ?? all[0], i, work)),
        )
        const followed = await Promise.all(
          Array.from({ length: READERS }, (_, i) => follow(all[i % all.length] ?? all[0], i, work)),
        )
        await written

        for (const [i, { log, reader, stops }] of followed.entries()) {
          await reader.catchUp()
          assertHeld(reader.held, work.appended, `reader ${i}`)
          for (const { cursor, held } of someOf(stops)) {
            const resumed = resumeReader(log, cursor)
            await resumed.catchUp()
            const both = new Map(held)
            mergeInto(both, [...resumed.held.values()])
            assertHeld(both, work.appended, `reader ${i}, had it stopped and resumed`)
          }
        }
      },
    ),

    storeTest('terms that are raised at once reach all', async ({ handles }) => {
      const all = await handles()
      const readers = await Promise.all(all.map((store) => startReader(store.revocations)))
      const names = sampleRevocations(5, 'entry').keys()
      const appended = Array.from(names).flatMap((name) =>
        Array.from({ length: 20 }, (_, i) =>
          sampleRevocation(`entry ${name}`, {
            until: NOON + 1 + ((i * 7) % 20),
            issuedUpTo: NOON - ((i * 3) % 20),
          }),
        ),
      )
      await Promise.all(
        appended.map(async (entry, i) => {
          await (all[i % all.length] ?? all[0]).revocations.append([entry])
          await readers[i % readers.length]?.step()
        }),
      )
      for (const reader of readers) {
        await reader.catchUp()
        assertHeld(reader.held, appended, 'at the end')
      }
    }),
  ],
}

interface Work {
  readonly appended: LoggedRevocation[]
  writing: number
}

interface Followed {
  readonly log: IssuerStore['revocations']
  readonly reader: LogReader
  /** Where it could have stopped, with what it held by then. */
  readonly stops: readonly Stop[]
}

interface Stop {
  readonly cursor: string
  readonly held: ReadonlyMap<string, LoggedRevocation>
}

async function write({ revocations }: IssuerStore, writer: number, work: Work): Promise<void> {
  try {
    for (let i = 0; i < APPENDS_EACH; i++) {
      const size = SIZES[(writer + i) % SIZES.length] ?? 1
      const entries = sampleRevocations(size, `of ${writer} in ${i}`)
      await revocations.append(entries)
      work.appended.push(...entries)
      await turn()
    }
  } finally {
    work.writing--
  }
}

async function follow(
  { revocations: log }: IssuerStore,
  index: number,
  work: Work,
): Promise<Followed> {
  // One after the other, while the writers write.
  while (work.writing > 0 && work.appended.length < index * 400) await turn()
  const reader = await startReader(log)
  const stops: Stop[] = []
  while (work.writing > 0) {
    stops.push({ cursor: reader.cursor, held: new Map(reader.held) })
    await reader.step()
    await turn()
  }
  return { log, reader, stops }
}

function someOf<T>(items: readonly T[]): T[] {
  const every = Math.ceil(items.length / TRIED_AGAIN)
  return items.filter((_, i) => i % every === 0)
}
