import { ResolvedIssuers } from '../../src/issuers/resolved-issuers.ts'
import type { TrustedIssuer } from '../../src/issuers/trusted-issuer.ts'
import { ConfiguredKeys } from '../../src/keys/key-source.ts'
import { createClock, NOW, refusalOf, rejectionOf, trustedIssuer } from '../mint.ts'
import { until } from '../provider.ts'

const A = 'https://a.example'
const B = 'https://b.example'
const C = 'https://c.example'
const named = (issuer: string) => trustedIssuer({ issuer, keys: new ConfiguredKeys([]) })

type Resolve = (name: string) => Promise<TrustedIssuer | undefined>

function resolvedWith({
  allows = () => true,
  resolve = (name) => Promise.resolve(named(name)),
  revoke = () => undefined,
  maxIssuers = 1_000,
}: {
  allows?: (name: string) => unknown
  resolve?: Resolve
  revoke?: (issuer: TrustedIssuer) => void
  maxIssuers?: number
} = {}) {
  const clock = createClock()
  const asked: string[] = []
  const issuers = new ResolvedIssuers({
    allows,
    resolve(name) {
      asked.push(name)
      return resolve(name)
    },
    revoke,
    maxIssuers,
    clock,
  })
  return { clock, asked, issuers }
}

/** A lookup that ends when the test says so. */
function heldUp() {
  const waiting: {
    name: string
    found: (issuer: TrustedIssuer | undefined) => void
    failed: (cause: unknown) => void
  }[] = []
  const resolve: Resolve = (name) =>
    new Promise((found, failed) => {
      waiting.push({ name, found, failed })
    })
  return { resolve, waiting }
}

const namesOf = (issuers: ResolvedIssuers) => issuers.all().map(({ issuer }) => issuer)

describe('ResolvedIssuers.find', () => {
  it('looks a name up once, and has it at hand then', async () => {
    const { issuers, asked } = resolvedWith()
    const found = await issuers.find(A)
    expect(found?.issuer).toBe(A)
    expect(issuers.find(A)).toBe(found)
    expect(asked).toEqual([A])
    expect([issuers.all().length, issuers.has(A), issuers.has(B)]).toEqual([1, true, false])
  })

  it('looks a name up once, however many wait', async () => {
    const { issuers, asked } = resolvedWith()
    const found = await Promise.all(Array.from({ length: 1_000 }, async () => issuers.find(A)))
    expect(new Set(found).size).toBe(1)
    expect(asked).toEqual([A])
  })

  it.each([undefined, null, 5, true, [A], { toString: () => A }])(
    'asks nobody about the name %p',
    (name) => {
      const { issuers, asked } = resolvedWith({
        allows: () => {
          throw new Error('was asked')
        },
      })
      expect(issuers.find(name)).toBeUndefined()
      expect(asked).toEqual([])
    },
  )

  it('asks about names of 512 characters, and nobody about longer ones', async () => {
    const { issuers, asked } = resolvedWith()
    const longest = A.padEnd(512, 'x')
    expect((await issuers.find(longest))?.issuer).toBe(longest)
    expect(issuers.find(`${longest}x`)).toBeUndefined()
    expect(asked).toEqual([longest])
  })
})

describe('allow', () => {
  it.each([
    false,
    undefined,
    null,
    0,
    1,
    'true',
    {},
    [],
    Promise.resolve(true),
    Promise.resolve(false),
    // No promise of ours, and true all the same.
    {
      then: (done: (value: boolean) => void) => {
        done(true)
      },
    },
  ])('that answers %p is a no, at once', (answer) => {
    const { issuers, asked } = resolvedWith({ allows: () => answer })
    expect(issuers.find(A)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('that promises and breaks its promise is a no, and ends no process', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    try {
      const { issuers } = resolvedWith({ allows: () => Promise.reject(new Error('no table')) })
      expect(issuers.find(A)).toBeUndefined()
      // A rejection is reported when the microtasks are through.
      await new Promise((next) => setImmediate(next))
      await new Promise((next) => setImmediate(next))
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', listen)
    }
  })

  it('that throws is an outage, and nobody is asked', () => {
    const cause = new Error('no table')
    const { issuers, asked } = resolvedWith({
      allows: () => {
        throw cause
      },
    })
    const error = refusalOf(() => issuers.find(A))
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503, retryAfter: 1, cause })
    expect(error.message).toBe('issuers.allow threw')
    expect(asked).toEqual([])
  })

  it('leaves nothing behind for names it does not let through (memory grown with invented iss)', () => {
    const { issuers, asked } = resolvedWith({ allows: () => false })
    for (let at = 0; at < 5_000; at++)
      expect(issuers.find(`https://x${at}.example`)).toBeUndefined()
    expect([issuers.all().length, asked.length]).toEqual([0, 0])
  })
})

describe('a name that is not known', () => {
  const unknown = () => resolvedWith({ resolve: () => Promise.resolve(undefined) })

  it('is remembered for 30 seconds, to the second', async () => {
    const { issuers, asked, clock } = unknown()
    expect(await issuers.find(A)).toBeUndefined()
    for (const at of [0, 1, 29]) {
      clock.now = NOW + at
      // Not even a promise: nobody is asked.
      expect(issuers.find(A)).toBeUndefined()
    }
    expect(asked).toEqual([A])
    clock.now = NOW + 30
    expect(await issuers.find(A)).toBeUndefined()
    expect(asked).toEqual([A, A])
  })

  it('counts from the end of its lookup on', async () => {
    const { resolve, waiting } = heldUp()
    const { issuers, asked, clock } = resolvedWith({ resolve })
    const found = issuers.find(A)
    clock.now = NOW + 4
    waiting[0]!.found(undefined)
    await found
    clock.now = NOW + 33
    expect(issuers.find(A)).toBeUndefined()
    clock.now = NOW + 34
    void issuers.find(A)
    expect(asked).toEqual([A, A])
  })

  it('is found when it is known after that', async () => {
    let isKnown = false
    const { issuers, clock } = resolvedWith({
      resolve: (name) => Promise.resolve(isKnown ? named(name) : undefined),
    })
    await issuers.find(A)
    isKnown = true
    expect(await issuers.find(A)).toBeUndefined()
    clock.now = NOW + 30
    expect((await issuers.find(A))?.issuer).toBe(A)
  })

  it('is asked about anew by a clock that was set back', async () => {
    const { issuers, asked, clock } = unknown()
    await issuers.find(A)
    clock.now = NOW - 1
    await issuers.find(A)
    expect(asked).toEqual([A, A])
  })

  it('does not make others unknown', async () => {
    const { issuers } = resolvedWith({
      resolve: (name) => Promise.resolve(name === A ? undefined : named(name)),
    })
    await issuers.find(A)
    expect((await issuers.find(B))?.issuer).toBe(B)
  })

  it('takes the place of the oldest, when there are a thousand', async () => {
    const { issuers, asked } = unknown()
    const name = (at: number) => `https://x${at}.example`
    for (let at = 0; at < 1_000; at++) await issuers.find(name(at))
    for (let at = 0; at < 1_000; at++) expect(issuers.find(name(at))).toBeUndefined()
    expect(asked).toHaveLength(1_000)
    await issuers.find(name(1_000))
    await issuers.find(name(1))
    expect(asked).toHaveLength(1_001)
    await issuers.find(name(0))
    expect(asked).toHaveLength(1_002)
  })
})

describe('a lookup that fails', () => {
  const cause = new Error('no table')
  const failing = () => resolvedWith({ resolve: () => Promise.reject(cause) })

  it('is an outage, for all who wait', async () => {
    const { issuers, asked } = failing()
    const errors = await Promise.all([1, 2, 3].map(() => rejectionOf(() => issuers.find(A))))
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'ERR_KEYS_UNAVAILABLE',
        status: 503,
        retryAfter: 1,
        cause,
      })
      expect(error.message).toBe('issuers.resolve failed for "https://a.example"')
    }
    expect(asked).toEqual([A])
  })

  it('is not repeated within the second', async () => {
    const { issuers, asked, clock } = failing()
    const first = await rejectionOf(() => issuers.find(A))
    expect(refusalOf(() => issuers.find(A))).toBe(first)
    expect(asked).toEqual([A])
    clock.now = NOW + 1
    await rejectionOf(() => issuers.find(A))
    expect(asked).toEqual([A, A])
  })

  it('is not held against the name when the clock was set back', async () => {
    const { issuers, asked, clock } = failing()
    await rejectionOf(() => issuers.find(A))
    clock.now = NOW - 10
    await rejectionOf(() => issuers.find(A))
    expect(asked).toEqual([A, A])
  })

  it('names the issuer safely (log injection)', async () => {
    const { issuers } = failing()
    const { message } = await rejectionOf(() => issuers.find('https://a\n\u009b.example'))
    expect(message).toBe('issuers.resolve failed for "https://a\\n\\u009b.example"')
  })
})

describe('many lookups', () => {
  it('run sixteen at a time, the others in their order', async () => {
    const { resolve, waiting } = heldUp()
    const { issuers } = resolvedWith({ resolve })
    const names = Array.from({ length: 40 }, (_, at) => `https://x${at}.example`)
    const found = Promise.all(names.map(async (name) => issuers.find(name)))
    expect(waiting.map(({ name }) => name)).toEqual(names.slice(0, 16))
    for (let at = 0; at < 40; at++) {
      await until(() => waiting.length > at)
      expect(waiting.length).toBeLessThanOrEqual(16 + at)
      waiting[at]!.found(named(waiting[at]!.name))
    }
    expect((await found).map((issuer) => issuer?.issuer)).toEqual(names)
  })

  it('wait a thousand at most: of more names nobody is asked (memory grown with invented iss)', async () => {
    const { resolve, waiting } = heldUp()
    const { issuers } = resolvedWith({ resolve })
    const name = (at: number) => `https://x${at}.example`
    const found = Array.from({ length: 1_000 }, (_, at) => issuers.find(name(at)))
    const error = refusalOf(() => issuers.find(A))
    expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503, retryAfter: 1 })
    expect(error.message).toBe('1000 issuers are being looked up')
    // Who waits for one of them already goes on waiting.
    expect(issuers.find(name(999))).toBe(found[999])
    waiting[0]!.found(undefined)
    await found[0]
    expect(issuers.find(A)).toBeInstanceOf(Promise)
  })

  describe('that never end', () => {
    const { jest } = import.meta
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance'] })
    })
    afterEach(() => {
      jest.useRealTimers()
    })

    it('are given up after five seconds, and keep no place from the others', async () => {
      const { waiting, ...held } = heldUp()
      const { issuers, asked } = resolvedWith({
        resolve: (name) => (name === A ? Promise.resolve(named(A)) : held.resolve(name)),
      })
      const hung = Array.from({ length: 16 }, (_, at) =>
        rejectionOf(() => issuers.find(`https://x${at}.example`)),
      )
      jest.advanceTimersByTime(1)
      const found = issuers.find(A)
      jest.advanceTimersByTime(4_998)
      await new Promise((next) => setImmediate(next))
      expect(asked).not.toContain(A)
      jest.advanceTimersByTime(1)
      for (const error of await Promise.all(hung)) {
        expect(error).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', status: 503 })
        expect((error.cause as Error).message).toBe('it took longer than 5 s')
      }
      expect((await found)?.issuer).toBe(A)
      // What comes too late is not heard.
      waiting[0]!.found(named(waiting[0]!.name))
      waiting[1]!.failed(new Error('late'))
      await new Promise((next) => setImmediate(next))
      expect(namesOf(issuers)).toEqual([A])
    })

    it('leave no timer behind when they end in time', async () => {
      const { issuers } = resolvedWith({
        resolve: (name) =>
          name === A ? Promise.resolve(named(A)) : Promise.reject(new Error('no table')),
      })
      await issuers.find(A)
      await rejectionOf(() => issuers.find(B))
      await new Promise((next) => setImmediate(next))
      expect(jest.getTimerCount()).toBe(0)
    })
  })
})

describe('maxIssuers', () => {
  it('does not take an issuer back that was let go of, by the use of a verdict', async () => {
    const { issuers } = resolvedWith()
    const a = (await issuers.find(A))!
    issuers.forget(A)
    issuers.used(a)
    issuers.used(trustedIssuer({ issuer: null }))
    expect(namesOf(issuers)).toEqual([])
  })

  /** Looks an issuer up and has a token of it proven. */
  async function prove(issuers: ResolvedIssuers, name: string) {
    const issuer = (await issuers.find(name))!
    issuers.used(issuer)
    return issuer
  }

  it('keeps those whose tokens were proven last, and voids the verdicts of the one that goes', async () => {
    const { issuers, asked } = resolvedWith({ maxIssuers: 2 })
    const a = await prove(issuers, A)
    const b = await prove(issuers, B)
    expect(issuers.find(A)).toBe(a)
    issuers.used(a)
    const c = await prove(issuers, C)
    expect(namesOf(issuers)).toEqual([A, C])
    expect([a, b, c].map(({ keys }) => keys.tend())).toEqual([true, false, true])
    // It is looked up again, and not refused.
    await prove(issuers, B)
    expect(asked).toEqual([A, B, C, B])
    expect(namesOf(issuers)).toEqual([C, B])
  })

  it('of one holds one', async () => {
    const { issuers } = resolvedWith({ maxIssuers: 1 })
    for (const name of [A, B, A]) expect((await prove(issuers, name)).issuer).toBe(name)
    expect(namesOf(issuers)).toEqual([A])
  })

  it('is not used up by invented tokens: they push out no issuer that is in use, nor move one up', async () => {
    const { issuers } = resolvedWith({ maxIssuers: 2 })
    const a = await prove(issuers, A)
    const b = await prove(issuers, B)
    for (let at = 0; at < 150; at++) await issuers.find(`https://x${at}.example`)
    expect(issuers.find(A)).toBe(a)
    expect(a.keys.tend() && b.keys.tend()).toBe(true)
    // Those that wait for a good token are bounded, too: two in use, a hundred that wait.
    expect(namesOf(issuers)).toHaveLength(102)
    await prove(issuers, C)
    expect(namesOf(issuers).slice(0, 2)).toEqual([B, C])
  })

  it('is not used up by names that are not known', async () => {
    const { issuers } = resolvedWith({
      maxIssuers: 1,
      resolve: (name) => Promise.resolve(name === A ? named(A) : undefined),
    })
    const a = await issuers.find(A)
    for (let at = 0; at < 10; at++) await issuers.find(`https://x${at}.example`)
    expect(issuers.find(A)).toBe(a)
  })
})

describe('ResolvedIssuers.forget', () => {
  it('has an issuer looked up anew, and voids its verdicts', async () => {
    const { issuers, asked } = resolvedWith()
    const before = (await issuers.find(A))!
    expect(issuers.forget(A)).toBe(true)
    expect(issuers.forget(A)).toBe(false)
    expect(before.keys.tend()).toBe(false)
    expect(await issuers.find(A)).not.toBe(before)
    expect(asked).toEqual([A, A])
  })

  it('has an unknown one be looked up anew, at once', async () => {
    const { issuers, asked } = resolvedWith({ resolve: () => Promise.resolve(undefined) })
    await issuers.find(A)
    expect(issuers.forget(A)).toBe(false)
    await issuers.find(A)
    expect(asked).toEqual([A, A])
  })

  it('of the issuer that was waived is nothing', () => {
    expect(resolvedWith().issuers.forget(null)).toBe(false)
  })

  it('does not let a lookup that began before bring it back (removed while looked up)', async () => {
    const { resolve, waiting } = heldUp()
    const { issuers } = resolvedWith({ resolve })
    const first = issuers.find(A)
    issuers.forget(A)
    const second = issuers.find(A)
    waiting[1]!.found(undefined)
    expect(await second).toBeUndefined()
    waiting[0]!.found(named(A))
    // Whoever waited for the first is told what is known now.
    expect(await first).toBeUndefined()
    expect(issuers.all().length).toBe(0)
    expect(issuers.find(A)).toBeUndefined()
  })

  it('has whoever waited look it up anew', async () => {
    const { resolve, waiting } = heldUp()
    const { issuers } = resolvedWith({ resolve })
    const [first, other] = [issuers.find(A), issuers.find(A)]
    issuers.forget(A)
    waiting[0]!.failed(new Error('no table'))
    await until(() => waiting.length === 2)
    const now = named(A)
    waiting[1]!.found(now)
    expect(await first).toBe(now)
    expect(await other).toBe(now)
    expect(waiting).toHaveLength(2)
  })
})

describe('what was revoked', () => {
  it('is told to an issuer the moment it is held, and to no other', async () => {
    const told: (string | null)[] = []
    const held: boolean[] = []
    const { issuers } = resolvedWith({
      resolve: (name) => Promise.resolve(name === C ? undefined : named(name)),
      revoke: ({ issuer }) => {
        told.push(issuer)
        held.push(issuers.has(issuer!))
        // In the same turn: nothing that is revoked can come in between.
        void Promise.resolve().then(() => held.push(issuers.has(issuer!)))
      },
    })
    await issuers.find(A)
    await issuers.find(A)
    await issuers.find(C)
    expect(told).toEqual([A])
    expect(held).toEqual([false, true])
  })
})
