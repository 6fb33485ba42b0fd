import assert from 'node:assert/strict'
import { ALL_TOKENS, type LoggedRevocation } from '@gatewarden/core'
import { assertFound, assertLive } from '../../assert-logged.ts'
import { atOnce } from '../../at-once.ts'
import { allOf } from '../../log-reader.ts'
import { NOON } from '../../sample-sessions.ts'
import { sampleRevocation, sampleRevocations } from '../../sample-revocations.ts'
import { type StoreTest, storeTest, type StoreTestGroup } from '../../store-test.ts'

const KEY = 'A'.repeat(24)

/** What has to be refused; by name, since `JSON.stringify` shows no NaN. */
const NO_ENTRIES: readonly [what: string, entry: unknown][] = [
  ['an empty key', { key: '' }],
  ['a key of 23 characters', { key: KEY.slice(1) }],
  ['a key of 25 characters', { key: `${KEY}A` }],
  ['a key with a line feed after it', { key: `${KEY}\n` }],
  ['a key in base64 with +', { key: KEY.replace('A', '+') }],
  ['a key in base64 with /', { key: KEY.replace('A', '/') }],
  ['a key with padding', { key: `${KEY.slice(1)}=` }],
  ['a key with a zero', { key: KEY.replace('A', '\0') }],
  ['a key with a space', { key: KEY.replace('A', ' ') }],
  ['a key with a letter beyond ASCII', { key: KEY.replace('A', '\u00e9') }],
  ['a key with a digit beyond ASCII', { key: KEY.replace('A', '\uff11') }],
  ['no key', { key: undefined }],
  ...['until', 'issuedUpTo'].flatMap((time): [string, unknown][] => [
    [`a negative ${time}`, { [time]: -1 }],
    [`an ${time} with a fraction`, { [time]: NOON + 0.5 }],
    [`an ${time} of eleven digits`, { [time]: ALL_TOKENS + 1 }],
    [`an ${time} in exponents`, { [time]: 1e21 }],
    [`an ${time} that is NaN`, { [time]: NaN }],
    [`an ${time} that is Infinity`, { [time]: Infinity }],
    [`no ${time}`, { [time]: undefined }],
    [`null for ${time}`, { [time]: null }],
  ]),
]

export const appending: StoreTestGroup = {
  title: 'revocation log: append',
  tests: [
    storeTest('nothing is revoked at first', async ({ store }) => {
      await assertLive(store, 0, [])
      await assertFound(store, [KEY], [])
      assert.equal(await store.revocations.sweep(ALL_TOKENS), 0)
    }),

    storeTest('AS-24: what was appended is live', async ({ store }) => {
      const entries = [
        sampleRevocation('one', { until: NOON + 330 }),
        sampleRevocation('two', { until: NOON + 60, issuedUpTo: NOON }),
      ]
      await store.revocations.append(entries)
      await assertLive(store, NOON, entries)
    }),

    storeTest('an empty list appends nothing', async ({ store }) => {
      await assert.doesNotReject(store.revocations.append([]))
      await assertLive(store, NOON, [])
      const entry = sampleRevocation('one')
      await store.revocations.append([entry])
      await store.revocations.append([])
      await assertLive(store, NOON, [entry])
    }),

    storeTest('appending again changes nothing', async ({ store }) => {
      const entry = sampleRevocation('one', { until: NOON + 5, issuedUpTo: NOON })
      for (let time = 0; time < 3; time++) await store.revocations.append([entry])
      await assertLive(store, NOON, [entry])
      assert.equal(await store.revocations.sweep(NOON + 5), 1)
    }),

    ...counts('a later until', [{ until: NOON + 5 }, { until: NOON + 9 }], { until: NOON + 9 }),
    ...counts(
      'a later issuedUpTo',
      [{ issuedUpTo: NOON - 9 }, { issuedUpTo: NOON - 5 }, { issuedUpTo: ALL_TOKENS }],
      { issuedUpTo: ALL_TOKENS },
    ),
    ...counts(
      'of several rows the latest until and the latest issuedUpTo, each for itself,',
      [
        { until: NOON + 9, issuedUpTo: NOON - 9 },
        { until: NOON + 5, issuedUpTo: NOON - 5 },
        { until: NOON + 7, issuedUpTo: NOON - 7 },
      ],
      { until: NOON + 9, issuedUpTo: NOON - 5 },
    ),
    ...counts(
      'of nine and ten digits the larger number',
      [
        { until: 999_999_999, issuedUpTo: 999_999_999 },
        { until: 1_000_000_000, issuedUpTo: 1_000_000_000 },
      ],
      { until: 1_000_000_000, issuedUpTo: 1_000_000_000 },
    ),
    ...counts(
      'of one and two digits the larger number',
      [
        { until: 9, issuedUpTo: 9 },
        { until: 10, issuedUpTo: 10 },
      ],
      { until: 10, issuedUpTo: 10 },
    ),
    ...counts(
      'from the smallest to the largest there is, the largest',
      [
        { until: 1, issuedUpTo: 0 },
        { until: ALL_TOKENS, issuedUpTo: ALL_TOKENS },
        { until: ALL_TOKENS - 1, issuedUpTo: ALL_TOKENS - 1 },
      ],
      { until: ALL_TOKENS, issuedUpTo: ALL_TOKENS },
    ),

    storeTest('an issuedUpTo of 0 comes back as 0', async ({ store }) => {
      const entry = sampleRevocation('one', { issuedUpTo: 0 })
      await store.revocations.append([entry])
      await assertLive(store, NOON, [entry])
      await assertFound(store, [entry.key], [entry])
    }),

    storeTest('an entry that was over when it came is never live', async ({ store }) => {
      const over = [
        sampleRevocation('one', { until: NOON - 1 }),
        sampleRevocation('two', { until: 0 }),
      ]
      await store.revocations.append(over)
      await assertLive(store, NOON, [])
      await store.revocations.sweep(NOON)
      await assertLive(store, 0, [])
    }),

    storeTest('no two keys are taken for one', async ({ store }) => {
      const entries = [
        ...['A', 'a', '_', '-', '0', 'z'].map((letter) => letter.repeat(24)),
        `${'A'.repeat(23)}B`,
        `${'A'.repeat(23)}b`,
        `B${'A'.repeat(23)}`,
        `b${'A'.repeat(23)}`,
        'AAAAAAAAAAAA____________',
        'AAAAAAAAAAAA------------',
        '1e0000000000000000000000',
        '10e000000000000000000000',
        '000000000000000000000001',
        '__proto__AAAAAAAAAAAAAAA',
        '-------AAAAAAAAAAAAAAAAA',
      ].map((key, i) => ({ key, until: NOON + 1 + i, issuedUpTo: NOON - i }))
      await store.revocations.append(entries)
      await assertLive(store, NOON, entries)
      for (const entry of entries) await assertFound(store, [entry.key], [entry])
      await assertLive(store, NOON + 5, entries.slice(5))
    }),

    storeTest('what is no entry is rejected with a TypeError, and not kept', async ({ store }) => {
      const good = sampleRevocation('good')
      for (const [what, given] of NO_ENTRIES) {
        const bad = { ...sampleRevocation('bad'), ...(given as Partial<LoggedRevocation>) }
        for (const entries of [[bad], [good, bad]])
          await assert.rejects(store.revocations.append(entries), { name: 'TypeError' }, what)
      }
      // What came with it may be kept, or not.
      const kept = await allOf(await store.revocations.snapshot(0))
      assert.deepEqual(
        [...kept.keys()].filter((key) => key !== good.key),
        [],
      )
      await store.revocations.append([good])
      await assertLive(store, NOON, [good])
    }),

    storeTest('whoever holds an entry cannot change what is stored', async ({ store }) => {
      const entry = sampleRevocation('one')
      const given = { ...entry }
      await store.revocations.append([given])
      Reflect.set(given, 'until', 0)
      Reflect.set(given, 'issuedUpTo', 0)
      await assertLive(store, NOON, [entry])
      await assertFound(store, [entry.key], [entry])
    }),

    storeTest('1,000 in one call, and again', async ({ store }) => {
      const entries = Array.from({ length: 1_000 }, (_, i) =>
        sampleRevocation(`${i}`, { until: NOON + 1 + i }),
      )
      await store.revocations.append(entries)
      await store.revocations.append(entries)
      await assertLive(store, NOON, entries)
      await assertLive(store, NOON + 500, entries.slice(500))
    }),

    storeTest('20,000 in one call', async ({ store }) => {
      const entries = sampleRevocations(20_000, 'of many')
      await store.revocations.append(entries)
      await assertLive(store, NOON, entries)
    }),

    storeTest('many calls at once lose nothing, and the latest counts', async ({ handles }) => {
      const all = await handles()
      await atOnce(40, all, (store, i) =>
        store.revocations.append([
          sampleRevocation('shared', {
            until: NOON + 1 + ((i * 7) % 40),
            issuedUpTo: NOON - ((i * 11) % 40),
          }),
          sampleRevocation(`token ${i}`),
          sampleRevocation('other', { until: NOON + 40 - i, issuedUpTo: NOON + i }),
        ]),
      )
      const expected = [
        sampleRevocation('shared', { until: NOON + 40, issuedUpTo: NOON }),
        sampleRevocation('other', { until: NOON + 40, issuedUpTo: NOON + 39 }),
        ...Array.from({ length: 40 }, (_, i) => sampleRevocation(`token ${i}`)),
      ]
      for (const store of all) await assertLive(store, NOON, expected)
    }),

    storeTest(
      'the same entries in another order, at once, do not deadlock',
      async ({ handles }) => {
        const all = await handles()
        for (let round = 1; round <= 5; round++) {
          const entries = sampleRevocations(50, 'of both', { until: NOON + round })
          const reversed = [...entries].reverse()
          await atOnce(8, all, (store, i) =>
            store.revocations.append((i >> 1) % 2 === 0 ? entries : reversed),
          )
          await assertLive(all[0], NOON, entries)
        }
      },
    ),
  ],
}

/** Appended one by one, the other way round, and in one call: it comes to the same. */
function counts(
  title: string,
  given: readonly Partial<LoggedRevocation>[],
  expected: Partial<LoggedRevocation>,
): StoreTest[] {
  const entries = given.map((each) => sampleRevocation('one', each))
  const orders = [
    ['counts', entries.map((entry) => [entry])],
    ['counts when it came before', [...entries].reverse().map((entry) => [entry])],
    ['counts in one call', [entries]],
    ['counts in one call, the other way round', [[...entries].reverse()]],
  ] as const
  return orders.map(([how, calls]) =>
    storeTest(`${title} ${how}`, async ({ store }) => {
      const last = sampleRevocation('one', expected)
      for (const call of calls) await store.revocations.append(call)
      await assertLive(store, 0, [last])
      await assertFound(store, [last.key], [last])
      await assertLive(store, last.until - 1, [last])
    }),
  )
}
