import { ConcurrencyLimit } from '../../src/keys/concurrency-limit.ts'

/** Work that ends when the test says so. */
function createWork(limit: ConcurrencyLimit) {
  const begun: string[] = []
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>()
  const start = (name: string) =>
    limit.run(async () => {
      begun.push(name)
      await new Promise<void>((resolve, reject) => ends.set(name, { resolve, reject }))
      return name
    })
  return { begun, start, end: (name: string) => ends.get(name)!, running: () => ends.size }
}

describe('ConcurrencyLimit', () => {
  it('begins at once what there is room for, and the rest in order, as places become free', async () => {
    const { begun, start, end } = createWork(new ConcurrencyLimit(2))
    const [a, b, c, d] = [start('a'), start('b'), start('c'), start('d')]
    expect(begun).toEqual(['a', 'b'])
    end('b').resolve()
    await expect(b).resolves.toBe('b')
    expect(begun).toEqual(['a', 'b', 'c'])
    end('a').resolve()
    await a
    expect(begun).toEqual(['a', 'b', 'c', 'd'])
    end('c').resolve()
    end('d').resolve()
    await expect(Promise.all([c, d])).resolves.toEqual(['c', 'd'])
  })

  it('frees the place of work that fails, or never began', async () => {
    const limit = new ConcurrencyLimit(1)
    const { begun, start, end } = createWork(limit)
    const a = start('a')
    const thrown = limit.run(() => {
      throw new Error('thrown')
    })
    const b = start('b')
    end('a').reject(new Error('failed'))
    await expect(a).rejects.toThrow('failed')
    await expect(thrown).rejects.toThrow('thrown')
    await Promise.resolve()
    expect(begun).toEqual(['a', 'b'])
    end('b').resolve()
    await b
  })

  it('lets nobody in between while a place passes from one to the next', async () => {
    const { begun, start, end } = createWork(new ConcurrencyLimit(1))
    const a = start('a')
    const b = start('b')
    end('a').resolve()
    // The turn in which the place is free, if it ever is.
    const late = a.then(() => start('late'))
    await a
    await Promise.resolve()
    expect(begun).toEqual(['a', 'b'])
    end('b').resolve()
    await b
    await Promise.resolve()
    expect(begun).toEqual(['a', 'b', 'late'])
    end('late').resolve()
    await late
  })

  it('never runs more than it may, over a thousand pieces of work', async () => {
    const limit = new ConcurrencyLimit(16)
    let running = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++running)
      await new Promise((next) => setImmediate(next))
      running--
    }
    await Promise.all(Array.from({ length: 1_000 }, () => limit.run(work)))
    expect(most).toBe(16)
    expect(running).toBe(0)
    // All places are free again.
    await Promise.all(Array.from({ length: 16 }, () => limit.run(work)))
    expect(most).toBe(16)
  })

  describe('a turn that does not come', () => {
    const { jest } = import.meta
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] })
    })
    afterEach(() => {
      jest.useRealTimers()
    })

    it('is waited for for five seconds, and taken from nobody', async () => {
      const { begun, start, end } = createWork(new ConcurrencyLimit(1))
      const first = start('first')
      const late = start('late').catch((error: Error) => error.message)
      jest.advanceTimersByTime(4_999)
      const patient = start('patient')
      jest.advanceTimersByTime(1)
      expect(await late).toBe('too many others were before it, for 5 s')
      end('first').resolve()
      await first
      expect(begun).toEqual(['first', 'patient'])
      end('patient').resolve()
      await patient
      // The place is free again, and the timers are gone.
      const last = start('last')
      end('last').resolve()
      await expect(last).resolves.toBe('last')
      expect(jest.getTimerCount()).toBe(0)
    })
  })
})
