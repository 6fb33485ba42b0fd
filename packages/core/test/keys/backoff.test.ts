import { backoff } from '../../src/keys/backoff.ts'
import { ALMOST_ONE } from './fetching.ts'

const least = () => 0
const middle = () => 0.5
const most = () => ALMOST_ONE

describe('backoff', () => {
  it.each([
    [1, 2],
    [2, 4],
    [3, 8],
    [4, 16],
    [5, 32],
    [6, 60],
    [7, 60],
    [5_000, 60],
  ])('after failure %i waits between one second and %i', (failures, bound) => {
    expect(backoff(failures, least)).toBe(1)
    expect(backoff(failures, middle)).toBe(1 + (bound - 1) / 2)
    expect(backoff(failures, most)).toBeCloseTo(bound, 6)
    expect(backoff(failures, most)).toBeLessThanOrEqual(bound)
  })

  it('grants what the server asked for, up to a minute', () => {
    expect(backoff(1, least, 30)).toBe(30)
    expect(backoff(1, least, 60)).toBe(60)
    expect(backoff(1, least, 61)).toBe(60)
    expect(backoff(1, least, 999_999)).toBe(60)
  })

  it('waits no shorter because the server asked for less', () => {
    expect(backoff(3, middle, 4)).toBe(4.5)
    expect(backoff(3, middle, 5)).toBe(5)
    expect(backoff(1, least, 0)).toBe(1)
  })
})
