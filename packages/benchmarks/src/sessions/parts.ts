import { createHmac, createSecretKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createMemoryStore } from '@gatewarden/issuer'
import type { Table } from '../lib/results.ts'
import { runRounds } from '../lib/rounds.ts'
import { createSampleIssuer, NOW, ROLES, sampleRow, SCOPE } from './sample.ts'

export interface PartsSize {
  readonly operations: number
  readonly rounds: number
}

const WHOLE = 'a whole refresh'

/** What a refresh is made of, in memory and one at a time: so nothing is hidden behind anything. */
export async function measureParts({ operations, rounds }: PartsSize): Promise<Table> {
  const issuer = createSampleIssuer(createMemoryStore({ inProduction: true }))
  let { refreshToken, accessToken } = await issuer.openSession({
    subject: 'alice',
    scope: SCOPE,
    roles: ROLES,
  })
  const { sessions } = createMemoryStore({ inProduction: true })
  const row = sampleRow()
  await sessions.insert(row)
  let generation = 0

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const input = Buffer.from(accessToken.slice(0, accessToken.lastIndexOf('.')))
  const macKey = createSecretKey(randomBytes(32))
  const macInput = refreshToken.slice(0, refreshToken.lastIndexOf('.'))
  const repeat = (work: () => unknown) => async (times: number) => {
    for (let count = 0; count < times; count++) await work()
    return times
  }

  const placings = await runRounds<number>({
    contestants: {
      [WHOLE]: repeat(async () => {
        ;({ refreshToken, accessToken } = await issuer.refresh({ refreshToken }))
      }),
      'the signature alone, ES256': repeat(() =>
        sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      ),
      'two MACs: of the old token and of the new': repeat(() => {
        for (let count = 0; count < 2; count++)
          createHmac('sha256', macKey).update(macInput).digest('base64url')
      }),
      'the store in memory': repeat(() =>
        sessions.rotate({
          handle: row.handle,
          generation: generation++,
          client: row.client,
          binding: '',
          now: NOW,
          idleExpiresAt: NOW + 60,
        }),
      ),
    },
    baseline: WHOLE,
    prepare: () => operations,
    rounds,
  })
  const parts = placings.filter(({ name }) => name !== 'control')
  return {
    title: 'What a refresh is made of',
    columns: ['CPU µs', 'share of the whole, %'],
    rows: rowsOf(parts.map(({ name, cpuNanoseconds }) => [name, cpuNanoseconds / 1000])),
    note: NOTE,
  }
}

/** With what the parts leave: reading and writing JSON, asking the application, promises. */
function rowsOf(measured: readonly (readonly [string, number])[]) {
  const [[, whole] = ['', NaN], ...parts] = measured
  const rest = parts.reduce((left, [, microseconds]) => left - microseconds, whole)
  return [...measured, ['the rest', rest] as const].map(([name, microseconds]) => ({
    name,
    figures: [microseconds, (100 * microseconds) / whole],
  }))
}

const NOTE =
  'One at a time, in memory. Each part alone, over and over, is quicker than amid the others: what it loses there counts to ' +
  'the rest, beside reading the session, asking `onRefresh`, writing the claims, and promises.'
