import { within } from '../../src/revocations/within.ts'

const { jest } = import.meta

describe('within', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0)
    jest.useRealTimers()
  })
  const never = new Promise<number>(() => undefined)

  const rejectsWith = async (reason: unknown): Promise<never> => {
    throw reason
  }

  it('gives what is answered in time, and what it fails with', async () => {
    await expect(within(Promise.resolve(1), 5)).resolves.toBe(1)
    await expect(within(2, 5)).resolves.toBe(2)
    const error = new Error('down')
    await expect(within(Promise.reject(error), 5)).rejects.toBe(error)
  })

  it('makes an Error of what is none', async () => {
    await expect(within(rejectsWith('down'), 5)).rejects.toMatchObject({
      message: 'the log failed',
      cause: 'down',
    })
  })

  it('fails on the last moment, and not before', async () => {
    let failure: unknown
    within(never, 5).catch((error: unknown) => (failure = error))
    await jest.advanceTimersByTimeAsync(4999)
    expect(failure).toBeUndefined()
    await jest.advanceTimersByTimeAsync(1)
    expect(failure).toMatchObject({ message: 'no answer within 5 seconds' })
  })

  it('gives what comes too late to whom it belongs to, and swallows a late failure', async () => {
    let answer: (value: number) => void = () => undefined
    const late: number[] = []
    const waiting = within(new Promise<number>((resolve) => (answer = resolve)), 5, (value) =>
      late.push(value),
    )
    const failed = expect(waiting).rejects.toThrow('no answer')
    await jest.advanceTimersByTimeAsync(5000)
    await failed
    answer(7)
    await jest.advanceTimersByTimeAsync(0)
    expect(late).toEqual([7])

    let fail: (error: Error) => void = () => undefined
    const other = within(new Promise((_, reject) => (fail = reject)), 5)
    const alsoFailed = expect(other).rejects.toThrow('no answer')
    await jest.advanceTimersByTimeAsync(5000)
    await alsoFailed
    fail(new Error('later'))
    await jest.advanceTimersByTimeAsync(0)
  })
})

it('does not count the time in which the process could not have heard an answer', async () => {
  const answer = new Promise<string>((resolve) => setTimeout(() => resolve('heard'), 150))
  const waiting = within(answer, 0.2)
  // As a suspended process: no timer runs, and all are due when it wakes up.
  const until = performance.now() + 400
  while (performance.now() < until);
  await expect(waiting).resolves.toBe('heard')
})
