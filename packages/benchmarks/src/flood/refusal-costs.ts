import type { Table } from '../lib/results.ts'
import { CONTROL, runRounds } from '../lib/rounds.ts'
import { ALGORITHMS, createSigner, type Signer } from '../lib/tokens.ts'
import { createVerifiers, present, type Presented, type Verifier } from '../verify/verifiers.ts'
import { createStrangersForgery, FORGERIES, type Forgery } from './forgeries.ts'
import { createKeySetVerifiers } from './key-set-verifiers.ts'

export interface RefusalSize {
  /** Different tokens of a kind. */
  readonly tokens: number
  /** How often each of them comes in one turn. */
  readonly laps: number
  readonly rounds: number
}

type Verifiers = Readonly<Record<string, Verifier['verify']>>

interface Row {
  readonly kind: string
  /** By library. */
  readonly microseconds: ReadonlyMap<string, number>
}

const BASELINE = 'gatewarden'

/** What refusing one token costs, by kind and library. */
export async function measureRefusals(size: RefusalSize): Promise<Table[]> {
  const rows: Row[] = []
  const signer = createSigner('RS256')
  const libraries = await createLibraryVerifiers(signer)
  const forgeries = {
    ...FORGERIES,
    'wrong signature': createStrangersForgery('RS256'),
    'wrong signature, 9 kB': createStrangersForgery('RS256', {}, { groups: 'x'.repeat(6400) }),
  }
  for (const [kind, forgery] of Object.entries(forgeries)) {
    rows.push(await measureKind(kind, libraries, presentAll(forgery, signer, size), size.rounds))
  }
  const unknownKid = createStrangersForgery('RS256', { kid: 'key-2' })
  const keySets = createKeySetVerifiers(signer)
  rows.push(
    await measureKind('unknown kid', keySets, presentAll(unknownKid, signer, size), size.rounds),
  )
  for (const algorithm of ALGORITHMS.filter((each) => each !== 'RS256')) {
    const other = createSigner(algorithm)
    const forged = presentAll(createStrangersForgery(algorithm), other, size)
    const kind = `wrong signature, ${algorithm}`
    rows.push(await measureKind(kind, await createLibraryVerifiers(other), forged, size.rounds))
  }
  return tablesOf(rows)
}

/** The libraries as they are without a cache: nobody remembers what was refused. */
async function createLibraryVerifiers(signer: Signer): Promise<Verifiers> {
  const all = await createVerifiers(signer)
  const chosen = {
    [BASELINE]: all['gatewarden, admit()'],
    'fast-jwt': all['fast-jwt'],
    jose: all.jose,
    jsonwebtoken: all.jsonwebtoken,
  }
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([name, verifier]) =>
      verifier === undefined ? [] : [[name, verifier.verify]],
    ),
  )
}

/** Makes what is presented in one turn: the same tokens each time, and each time as new strings. */
function presentAll(forgery: Forgery, signer: Signer, { tokens, laps }: RefusalSize) {
  const forged = Array.from({ length: tokens }, (_, user) => forgery(signer, user))
  return () => Array.from({ length: laps }, () => forged.map((token) => present(token))).flat()
}

async function measureKind(
  kind: string,
  verifiers: Verifiers,
  prepare: () => Presented[],
  rounds: number,
): Promise<Row> {
  const contestants = Object.fromEntries(
    Object.entries(verifiers).map(([name, verify]) => [
      name,
      async (presented: readonly Presented[]) => {
        const refused = await countRefused(verify, presented)
        if (refused === presented.length) return refused
        throw new Error(`${name} let a token pass that is: ${kind}`)
      },
    ]),
  )
  const placings = await runRounds({ contestants, baseline: BASELINE, prepare, rounds })
  return {
    kind,
    microseconds: new Map(
      placings.map(({ name, cpuNanoseconds }) => [name, cpuNanoseconds / 1000]),
    ),
  }
}

export async function countRefused(
  verify: Verifier['verify'],
  presented: readonly Presented[],
): Promise<number> {
  let refused = 0
  for (const each of presented) {
    try {
      const verified = verify(each)
      if (verified instanceof Promise) await verified
    } catch {
      refused++
    }
  }
  return refused
}

/** jsonwebtoken knows no EdDSA, and a table has no gaps: there are two. */
function tablesOf(rows: readonly Row[]): Table[] {
  const all = new Set(rows.flatMap(({ microseconds }) => [...microseconds.keys()]))
  const isComplete = ({ microseconds }: Row) => microseconds.size === all.size
  const note =
    'Computing time of all threads. RS256 unless said otherwise. Every library has its key at hand and its algorithm ' +
    'pinned.'
  return [
    { ...tableOf('What refusing one token costs: all', rows.filter(isComplete)), note },
    tableOf(
      'What refusing one token costs: EdDSA',
      rows.filter((row) => !isComplete(row)),
    ),
  ]
}

function tableOf(title: string, rows: readonly Row[]): Table {
  const names = [...(rows[0]?.microseconds.keys() ?? [])]
  return {
    title,
    columns: names.map((name) => `CPU µs, ${name === CONTROL ? `${BASELINE} again` : name}`),
    rows: rows.map(({ kind, microseconds }) => ({
      name: kind,
      figures: names.map((name) => microseconds.get(name) ?? NaN),
    })),
  }
}
