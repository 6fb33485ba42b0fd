import { abandon, callOut, whenReady } from '../src/maybe-promise.ts'

const wrap = (cause: unknown) => new Error('wrapped', { cause })

describe('whenReady', () => {
  it('goes on at once with a value that is here', () => {
    expect(whenReady(1, (value) => value + 1)).toBe(2)
  })

  it('goes on later with a promised one', async () => {
    await expect(whenReady(Promise.resolve(1), (value) => value + 1)).resolves.toBe(2)
    await expect(whenReady(1, (value) => Promise.resolve(value + 1))).resolves.toBe(2)
  })
})

describe('callOut', () => {
  it('returns what the function returns', async () => {
    expect(callOut(() => 1, wrap)).toBe(1)
    await expect(callOut(() => Promise.resolve(1), wrap)).resolves.toBe(1)
  })

  it('makes a Promise of any promise-like, so that it cannot pass for a value', async () => {
    const thenable = {
      then: (use: (value: number) => unknown) => use(1),
    } as PromiseLike<number>
    const answer = callOut(() => thenable, wrap)
    expect(answer).toBeInstanceOf(Promise)
    await expect(answer).resolves.toBe(1)
  })

  it('wraps whatever is thrown, now or later', async () => {
    const cause = new Error('cause')
    expect(() =>
      callOut(() => {
        throw cause
      }, wrap),
    ).toThrow(expect.objectContaining({ message: 'wrapped', cause }))
    await expect(callOut(() => Promise.reject(cause), wrap)).rejects.toMatchObject({
      message: 'wrapped',
      cause,
    })
    const thenable = {
      then: (_: unknown, fail: (cause: unknown) => void) => {
        fail(cause)
      },
    } as PromiseLike<number>
    await expect(callOut(() => thenable, wrap)).rejects.toMatchObject({ message: 'wrapped' })
  })
})

describe('abandon', () => {
  // Jest fails a test during which a rejection was left unhandled for a turn of the event loop.
  const turn = () => new Promise((next) => setImmediate(next))

  it('lets a promise fail without ending the process', async () => {
    abandon(Promise.reject(new Error('nobody waits')))
    await turn()
  })

  it.each([undefined, null, 5, 'text', {}, () => 1])('does nothing about %p', async (value) => {
    abandon(value)
    await turn()
  })
})
