import {
  describeDistance,
  describeDuration,
  describeLocal,
  describeUtc,
} from '../../src/explain/describe-time.ts'

const now = 1_800_000_000

test.each([
  [0, 'now'],
  [1, 'in 1 s'],
  [-59, '59 s ago'],
  [60, 'in 1 min'],
  [-119, '1 min ago'],
  [3_599, 'in 59 min'],
  [3_600, 'in 1 h'],
  [12_000, 'in 3 h 20 min'],
  [-172_799, '47 h 59 min ago'],
  [172_800, 'in 2 days'],
  [-86_400 * 999, '999 days ago'],
  [86_400 * 3_653, 'in 10 years'],
])('%d s: %s', (seconds, text) => {
  expect(describeDistance(now + seconds, now)).toBe(text)
})

test('whole hours have no minutes', () => {
  expect(describeDuration(10_800)).toBe('3 h')
})

test('UTC, and the zone of the person, with the date where that is another', () => {
  expect(describeUtc(now)).toBe('2027-01-15 08:00:00 UTC')
  expect(describeLocal(now, 'Europe/Berlin')).toBe('09:00:00 Europe/Berlin')
  expect(describeLocal(now, 'America/Los_Angeles')).toBe('00:00:00 America/Los_Angeles')
  expect(describeLocal(now, 'Pacific/Honolulu')).toBe('2027-01-14 22:00:00 Pacific/Honolulu')
  expect(describeLocal(now, 'UTC')).toBeUndefined()
})

test.each([['1800000000'], [null], [1e15], [Infinity], [NaN], [undefined]])(
  '%p is no time',
  (value) => {
    expect(describeUtc(value)).toBeUndefined()
  },
)
