import { ALL_TOKENS, createRevocationFeed, revocationsOf } from '@gatewarden/core'
import {
  createGeneratedLog,
  EVERY_KIND,
  SESSIONS_ONLY,
} from '../../src/revocations/generated-log.ts'

const NOW = 1_800_000_000

async function rowsOf(options: Parameters<typeof createGeneratedLog>[0]) {
  const { pages } = await createGeneratedLog(options).snapshot(NOW)
  const rows: string[] = []
  for await (const page of pages) rows.push(page)
  return revocationsOf(rows.join(''))
}

const kindIn = (key: string) => Buffer.from(key, 'base64url')[16]

test('a snapshot has as many entries as it was told, each another one', async () => {
  const untilOf = (row: number) => NOW + (row % 10 === 0 ? 60 : 3600)
  const rows = await rowsOf({ entries: 5000, kindOf: SESSIONS_ONLY, untilOf })
  expect(new Set(rows.map(({ key }) => key)).size).toBe(5000)
  expect(rows.filter(({ until }) => until === NOW + 60)).toHaveLength(500)
  expect(rows.filter(({ until }) => until === NOW + 3600)).toHaveLength(4500)
  expect(new Set(rows.map(({ issuedUpTo }) => issuedUpTo))).toEqual(new Set([ALL_TOKENS]))
  expect(new Set(rows.map(({ key }) => kindIn(key)))).toEqual(new Set([2]))
})

test('every kind is in it where it is told so', async () => {
  const rows = await rowsOf({ entries: 5000, kindOf: EVERY_KIND, untilOf: () => NOW + 60 })
  expect(new Set(rows.map(({ key }) => kindIn(key)))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]))
})

test('a feed takes all of them, and a revocation is durable unless the log holds', async () => {
  const log = createGeneratedLog({
    entries: 5000,
    kindOf: EVERY_KIND,
    untilOf: () => NOW + 3600,
  })
  const feed = createRevocationFeed({ log, clock: () => NOW })
  await feed.ready()
  expect(feed.health()).toMatchObject({ state: 'fresh', entries: 5000, pending: 0 })
  log.hold()
  const ended = feed.revoke({ sessionId: 's', issuer: 'https://a.test', until: NOW + 60 })
  expect(feed.health()).toMatchObject({ entries: 5001, pending: 1 })
  log.release()
  await ended
  expect(feed.health()).toMatchObject({ entries: 5001, pending: 0 })
  await feed.close()
})
