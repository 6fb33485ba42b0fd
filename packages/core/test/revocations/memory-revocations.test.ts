import fc from 'fast-check'
import { ConfigError, describeGiven } from '../../src/options/config-error.ts'
import type { Revocation } from '../../src/revocations/expect-revocation.ts'
import { createMemoryRevocations } from '../../src/revocations/memory-revocations.ts'
import type { RevocationIds } from '../../src/revocation.ts'
import { createClock, ISSUER, NOW, thrownBy } from '../mint.ts'

const ids = (changes: Partial<RevocationIds> = {}): RevocationIds => ({
  issuer: ISSUER,
  tokenId: 't1',
  sessionId: 's1',
  subject: 'alice',
  clientId: 'web',
  tenant: 'acme',
  keyId: 'k1',
  issuedAt: NOW - 100,
  ...changes,
})
const KINDS = ['tokenId', 'sessionId', 'subject', 'clientId', 'tenant', 'keyId'] as const

function create(maxEntries?: number) {
  const clock = createClock()
  return {
    clock,
    view: createMemoryRevocations({ clock, ...(maxEntries === undefined ? {} : { maxEntries }) }),
  }
}
const revocation = (members: Record<string, unknown>) =>
  ({ issuer: ISSUER, until: NOW + 100, ...members }) as unknown as Revocation

describe('createMemoryRevocations', () => {
  it('revokes nothing by itself', () => {
    expect(create().view.isRevoked(ids())).toBe(false)
  })

  it.each(KINDS)('revokes by %s, and only what has it', (kind) => {
    const { view } = create()
    view.revoke(revocation({ [kind]: 'x' }))
    expect(view.isRevoked(ids({ [kind]: 'x' }))).toBe(true)
    expect(view.isRevoked(ids())).toBe(false)
    expect(view.isRevoked(ids({ [kind]: undefined }))).toBe(false)
    for (const other of KINDS)
      if (other !== kind) expect(view.isRevoked(ids({ [other]: 'x' }))).toBe(false)
  })

  it('revokes within one issuer only', () => {
    const { view } = create()
    view.revoke(revocation({ subject: 'alice' }))
    expect(view.isRevoked(ids())).toBe(true)
    expect(view.isRevoked(ids({ issuer: 'https://other.example' }))).toBe(false)
    expect(view.isRevoked(ids({ issuer: '' }))).toBe(false)
  })

  it('revokes tokens without an issuer when none is named', () => {
    const { view } = create()
    view.revoke({ subject: 'alice', issuer: undefined, until: NOW + 100 })
    expect(view.isRevoked(ids({ issuer: '' }))).toBe(true)
    expect(view.isRevoked(ids())).toBe(false)
  })

  it.each([
    ['no issuer', { tokenId: 'a', until: NOW + 100 }],
    ['an empty issuer', { tokenId: 'a', issuer: '', until: NOW + 100 }],
    ['a misspelt issuer', { tokenId: 'a', issuer: undefined, isuser: 'x', until: NOW + 100 }],
    ['a duration', { tokenId: 'a', issuer: undefined, until: 900 }],
    ['milliseconds', { tokenId: 'a', issuer: undefined, until: NOW * 1000 }],
    ['an issuer that is no text', { tokenId: 'a', issuer: 5, until: NOW + 100 }],
    ['a null issuer', { tokenId: 'a', issuer: null, until: NOW + 100 }],
    [
      'a duration as issuedUpTo',
      { tokenId: 'a', issuer: undefined, until: NOW + 9, issuedUpTo: 5 },
    ],
  ])('throws for %s, which would revoke nothing or for ever', (_what, mistake) => {
    const { view } = create()
    expect(() => view.revoke(mistake as never)).toThrow(/^revoke: /)
    expect(view.size).toBe(0)
  })

  it('takes seconds from 2001 to 5138, and nothing on either side', () => {
    const { view } = create()
    for (const until of [1e9, 1e11 - 1]) view.revoke(revocation({ tokenId: 'a', until }))
    for (const until of [1e9 - 1, 1e11])
      expect(() => {
        view.revoke(revocation({ tokenId: 'b', until }))
      }).toThrow(TypeError)
  })

  it.each<[Record<string, unknown>, string]>([
    [{ until: 900 }, 'expected until in seconds since the epoch: this is a duration'],
    [{ until: NOW * 1000 }, 'expected until in seconds since the epoch: these are milliseconds'],
    [{ until: '900' }, 'expected until in seconds since the epoch'],
    [{ issuedUpTo: 5 }, 'expected issuedUpTo in seconds since the epoch: this is a duration'],
    [
      { subject: 'b' },
      'expected exactly one of tokenId, sessionId, subject, clientId, tenant, keyId, as a non-empty text, or everything: true',
    ],
  ])('says what is wrong with %j', (members, problem) => {
    const error = thrownBy(() => {
      create().view.revoke(revocation({ tokenId: 'a', ...members }))
    })
    expect(error.message).toBe(`revoke: ${problem}`)
  })

  it('revokes until a moment, and not on it (deny-list entry expires too early or never)', () => {
    const { view, clock } = create()
    view.revoke(revocation({ tokenId: 't1' }))
    clock.now = NOW + 99
    expect(view.isRevoked(ids())).toBe(true)
    clock.now = NOW + 100
    expect(view.isRevoked(ids())).toBe(false)
  })

  it('ignores an entry that was over when it was written', () => {
    const { view } = create()
    view.revoke(revocation({ tokenId: 't1', until: NOW }))
    expect(view.isRevoked(ids())).toBe(false)
  })

  describe('issuedUpTo', () => {
    it('revokes tokens of that second and earlier, and those without iat', () => {
      const { view } = create()
      view.revoke(revocation({ subject: 'alice', issuedUpTo: NOW }))
      expect(view.isRevoked(ids({ issuedAt: NOW - 1 }))).toBe(true)
      expect(view.isRevoked(ids({ issuedAt: NOW }))).toBe(true)
      expect(view.isRevoked(ids({ issuedAt: NOW + 1 }))).toBe(false)
      expect(view.isRevoked(ids({ issuedAt: undefined }))).toBe(true)
    })

    it('left out revokes whatever was or will be issued', () => {
      const { view } = create()
      view.revoke(revocation({ subject: 'alice' }))
      expect(view.isRevoked(ids({ issuedAt: NOW + 99 }))).toBe(true)
    })

    it.each([NaN, 'now', null, {}, true])(
      'refuses %p, which would revoke nothing',
      (issuedUpTo) => {
        const { view } = create()
        expect(
          thrownBy(() => {
            view.revoke(revocation({ subject: 'alice', issuedUpTo }))
          }),
        ).toBeInstanceOf(TypeError)
      },
    )
  })

  describe('revoking again', () => {
    it('never shortens what was revoked', () => {
      const { view, clock } = create()
      view.revoke(revocation({ subject: 'alice' }))
      view.revoke(revocation({ subject: 'alice', until: NOW + 1, issuedUpTo: NOW - 1000 }))
      clock.now = NOW + 99
      expect(view.isRevoked(ids({ issuedAt: NOW }))).toBe(true)
      expect(view.size).toBe(1)
    })

    it('extends it', () => {
      const { view, clock } = create()
      view.revoke(revocation({ subject: 'alice', issuedUpTo: NOW - 1000 }))
      view.revoke(revocation({ subject: 'alice', until: NOW + 500, issuedUpTo: NOW }))
      clock.now = NOW + 499
      expect(view.isRevoked(ids({ issuedAt: NOW }))).toBe(true)
      expect(view.isRevoked(ids({ issuedAt: NOW + 1 }))).toBe(false)
    })

    it('takes nothing back of what is over one second later', () => {
      const { view, clock } = create()
      view.revoke(revocation({ subject: 'alice' }))
      clock.now = NOW + 99
      view.revoke(revocation({ subject: 'alice', until: NOW + 900, issuedUpTo: NOW }))
      expect(view.isRevoked(ids({ issuedAt: NOW + 1 }))).toBe(true)
    })

    it('does not extend what is over now', () => {
      const { view, clock } = create()
      view.revoke(revocation({ subject: 'alice' }))
      clock.now = NOW + 100
      view.revoke(revocation({ subject: 'alice', until: NOW + 900, issuedUpTo: NOW }))
      expect(view.isRevoked(ids({ issuedAt: NOW }))).toBe(true)
      expect(view.isRevoked(ids({ issuedAt: NOW + 1 }))).toBe(false)
    })

    it('does not wake what is over: a login after a new logout works', () => {
      const { view, clock } = create()
      view.revoke(revocation({ subject: 'alice' }))
      clock.now = NOW + 200
      view.revoke(revocation({ subject: 'alice', until: NOW + 900, issuedUpTo: NOW + 200 }))
      expect(view.isRevoked(ids({ issuedAt: NOW + 200 }))).toBe(true)
      expect(view.isRevoked(ids({ issuedAt: NOW + 201 }))).toBe(false)
    })
  })

  it('revokes everything of an issuer, and nothing of another', () => {
    const { view } = create()
    view.revoke(revocation({ everything: true, issuedUpTo: NOW }))
    expect(view.isRevoked(ids({ issuedAt: NOW }))).toBe(true)
    expect(view.isRevoked(ids({ issuedAt: NOW + 1 }))).toBe(false)
    expect(view.isRevoked(ids({ issuer: 'https://other.example' }))).toBe(false)
    expect(view.isRevoked(ids({ issuer: '' }))).toBe(false)
  })

  it('does not take a token without an id for one whose id says "undefined"', () => {
    for (const kind of KINDS) {
      const { view } = create()
      view.revoke(revocation({ [kind]: 'undefined' }))
      expect(view.isRevoked(ids({ [kind]: 'undefined' }))).toBe(true)
      expect(view.isRevoked(ids({ [kind]: undefined }))).toBe(false)
    }
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', '0'])(
    'treats the id %p like any other',
    (name) => {
      for (const kind of KINDS) {
        const { view } = create()
        view.revoke(revocation({ [kind]: 'another' }))
        expect(view.isRevoked(ids({ [kind]: name }))).toBe(false)
        view.revoke(revocation({ [kind]: name }))
        expect(view.isRevoked(ids({ [kind]: name }))).toBe(true)
        expect(view.isRevoked(ids())).toBe(false)
      }
    },
  )

  it('keeps issuer and id apart, whatever they are made of (cache key collision)', () => {
    // One text, cut in two places: what runs together is told apart by where it was cut.
    const unit = fc.constantFrom('a', '1', '2', ':', '0', '-')
    const text = fc.string({ unit, minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(
        text,
        fc.nat(),
        fc.nat(),
        fc.constantFrom(...KINDS),
        (whole, one, other, kind) => {
          const { view } = create()
          const cut = (at: number) => [
            whole.slice(0, at % (whole.length - 1)),
            whole.slice(at % (whole.length - 1)),
          ]
          const [issuer, id] = cut(one)
          const [otherIssuer = '', otherId] = cut(other)
          view.revoke(revocation({ issuer: issuer === '' ? undefined : issuer, [kind]: id }))
          return (
            view.isRevoked(ids({ issuer: otherIssuer, [kind]: otherId })) ===
            (issuer === otherIssuer)
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  describe('bounded', () => {
    it('refuses to revoke rather than drop an entry that matters', () => {
      const { view } = create(2)
      view.revoke(revocation({ tokenId: 'a' }))
      view.revoke(revocation({ tokenId: 'b' }))
      const error = thrownBy(() => {
        view.revoke(revocation({ tokenId: 'c' }))
      })
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toBe('all 2 entries are in use: raise maxEntries')
      expect(view.size).toBe(2)
      for (const tokenId of ['a', 'b']) expect(view.isRevoked(ids({ tokenId }))).toBe(true)
    })

    it('revokes again what it holds, even when it is full', () => {
      const { view, clock } = create(1)
      view.revoke(revocation({ tokenId: 'a' }))
      view.revoke(revocation({ tokenId: 'a', until: NOW + 900 }))
      clock.now = NOW + 899
      expect(view.isRevoked(ids({ tokenId: 'a' }))).toBe(true)
    })

    it('makes room by dropping what is over', () => {
      const { view, clock } = create(2)
      view.revoke(revocation({ tokenId: 'a', until: NOW + 10 }))
      view.revoke(revocation({ tokenId: 'b', until: NOW + 11 }))
      clock.now = NOW + 10
      view.revoke(revocation({ tokenId: 'c' }))
      expect(view.size).toBe(2)
      for (const [tokenId, revoked] of [
        ['a', false],
        ['b', true],
        ['c', true],
      ] as const)
        expect(view.isRevoked(ids({ tokenId }))).toBe(revoked)
    })

    it('holds 100,000 entries by itself', () => {
      const { view } = create()
      for (let at = 0; at < 100_000; at++) view.revoke(revocation({ tokenId: `t${at}` }))
      expect(view.size).toBe(100_000)
      expect(() => {
        view.revoke(revocation({ tokenId: 'more' }))
      }).toThrow(RangeError)
    })

    it.each([0, -1, 1.5, NaN, Infinity, '5', null])('refuses maxEntries %p', (maxEntries) => {
      const error = thrownBy(() => createMemoryRevocations({ maxEntries: maxEntries as number }))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toBe(
        `maxEntries: expected a whole number of at least 1, ${describeGiven(maxEntries)}`,
      )
    })

    it('refuses a clock that tells no time', () => {
      expect(thrownBy(() => createMemoryRevocations({ clock: () => NaN }))).toMatchObject({
        option: 'clock',
      })
    })
  })

  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['two identifiers', { tokenId: 'a', subject: 'b' }],
    ['an empty identifier', { tokenId: '' }],
    ['an undefined identifier', { tokenId: undefined }],
    ['an identifier that is no text', { tokenId: { $ne: null } }],
    ['a misspelt identifier', { jti: 'a' }],
    ['everything: false', { everything: false }],
    ['everything beside an identifier', { everything: true, subject: 'a' }],
    ['everything of a name', { everything: 'alice' }],
  ])('refuses to revoke by %s', (_, members) => {
    const { view } = create()
    expect(
      thrownBy(() => {
        view.revoke(revocation(members))
      }),
    ).toBeInstanceOf(TypeError)
    expect(view.size).toBe(0)
  })

  it.each([NaN, Infinity, undefined, '1750000000', null])('refuses until %p', (until) => {
    expect(
      thrownBy(() => {
        create().view.revoke(revocation({ tokenId: 'a', until }))
      }),
    ).toBeInstanceOf(TypeError)
  })
})
