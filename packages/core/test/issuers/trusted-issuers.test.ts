import { GuardError } from '../../src/errors.ts'
import { ResolvedIssuers } from '../../src/issuers/resolved-issuers.ts'
import type { TrustedIssuer } from '../../src/issuers/trusted-issuer.ts'
import { TrustedIssuers } from '../../src/issuers/trusted-issuers.ts'
import { ConfiguredKeys } from '../../src/keys/key-source.ts'
import { clock, ISSUER, refusalOf, rejectionOf, trustedIssuer } from '../mint.ts'

const named = (issuer: string, changes: Partial<TrustedIssuer> = {}) =>
  trustedIssuer({ issuer, keys: new ConfiguredKeys([]), ...changes })
const one = named(ISSUER)
const two = named('https://two.example')
const tenant = (at: number) => `https://tenant-${at}.example`

/** Issuers that are looked up in a table that tests change. */
function lookup(...known: TrustedIssuer[]) {
  const table = new Map(known.map((issuer) => [issuer.issuer!, issuer]))
  const asked: string[] = []
  const resolved = new ResolvedIssuers({
    allows: (name) => name !== 'https://forbidden.example',
    resolve(name) {
      asked.push(name)
      return Promise.resolve(table.get(name))
    },
    revoke: () => undefined,
    maxIssuers: 1_000,
    clock,
  })
  return { table, asked, resolved }
}

describe('TrustedIssuers.find', () => {
  it('finds the issuer that a token names', () => {
    const issuers = new TrustedIssuers([one, two])
    expect(issuers.find({ iss: ISSUER })).toBe(one)
    expect(issuers.find({ iss: 'https://two.example' })).toBe(two)
  })

  it.each([
    undefined,
    null,
    '',
    ISSUER.slice(0, -1),
    `${ISSUER}/`,
    ` ${ISSUER}`,
    ISSUER.toUpperCase(),
    `${ISSUER}\u0000`,
    [ISSUER],
    { toString: () => ISSUER },
    0,
    true,
  ])('RS-30 refuses iss %j (iss prefix, slash, case, list)', (iss) => {
    for (const issuers of [
      new TrustedIssuers([one]),
      new TrustedIssuers([one, two]),
      new TrustedIssuers([]),
    ]) {
      expect(refusalOf(() => issuers.find({ iss }))).toMatchObject({
        code: 'ERR_ISSUER_UNTRUSTED',
        status: 401,
        description: 'The access token is not valid.',
      })
    }
  })

  it.each([undefined, null, [ISSUER], { toString: () => ISSUER }, 0, true])(
    'RS-30 asks nobody about iss %j, which is no text',
    (iss) => {
      const { resolved, asked } = lookup(one)
      const issuers = new TrustedIssuers([], resolved)
      expect(refusalOf(() => issuers.find({ iss })).code).toBe('ERR_ISSUER_UNTRUSTED')
      expect(asked).toEqual([])
    },
  )

  it('finds no issuer on a prototype', () => {
    const claims = JSON.parse(`{"__proto__":{"iss":"${ISSUER}"}}`) as Record<string, never>
    const { resolved } = lookup(one)
    for (const issuers of [new TrustedIssuers([one]), new TrustedIssuers([], resolved)])
      expect(refusalOf(() => issuers.find(claims)).message).toBe('the token has no iss')
  })

  it('takes any issuer where the check is waived', () => {
    const waived = trustedIssuer({ issuer: null })
    const issuers = new TrustedIssuers([waived])
    expect(issuers.find({})).toBe(waived)
    expect(issuers.find({ iss: 'https://anything.example' })).toBe(waived)
  })

  it('looks up what is not listed, and only that', async () => {
    const { resolved, asked } = lookup(two)
    const issuers = new TrustedIssuers([one], resolved)
    expect(issuers.find({ iss: ISSUER })).toBe(one)
    expect(asked).toEqual([])
    expect(await issuers.find({ iss: 'https://two.example' })).toBe(two)
    // It is here now: nobody has to wait.
    expect(issuers.find({ iss: 'https://two.example' })).toBe(two)
    expect(asked).toEqual(['https://two.example'])
  })

  it('refuses what a lookup does not know, and what may not be looked up', async () => {
    const { resolved, asked } = lookup()
    const issuers = new TrustedIssuers([], resolved)
    for (const iss of ['https://nobody.example', 'https://forbidden.example']) {
      const error = await rejectionOf(() => issuers.find({ iss }))
      expect(error).toMatchObject({ code: 'ERR_ISSUER_UNTRUSTED', status: 401 })
    }
    expect(asked).toEqual(['https://nobody.example'])
  })

  describe('names in the log', () => {
    const message = (iss: unknown, issuers: TrustedIssuers = new TrustedIssuers([one])) =>
      refusalOf(() => issuers.find({ iss })).message

    it('both issuers, where there is one', () => {
      expect(message('https://x\r\n')).toBe(
        `the token is not from the trusted issuer '${ISSUER}': the issuer calls itself "https://x\\r\\n"`,
      )
    })

    it('the one slash that differs', () => {
      expect(message(`${ISSUER}/`)).toContain(`write issuer: '${ISSUER}/'`)
      const slashed = new TrustedIssuers([named(`${ISSUER}/`)])
      expect(message(ISSUER, slashed)).toContain(`write issuer: '${ISSUER}'`)
      expect(message('https://two.example/', new TrustedIssuers([one, two]))).toBe(
        `the token is not from the trusted issuer 'https://two.example': the issuer calls itself "https://two.example/", with one slash of difference: write issuer: 'https://two.example/'`,
      )
    })

    it('how many there are, where there are several or none', () => {
      for (const iss of ['https://x', '/']) {
        expect(message(iss, new TrustedIssuers([one, two]))).toBe(
          `the issuer calls itself "${iss}"; none of the 2 trusted issuers does`,
        )
      }
      expect(message(7, new TrustedIssuers([one, two]))).toBe(
        'the issuer calls itself a number; none of the 2 trusted issuers does',
      )
      expect(message('https://x', new TrustedIssuers([]))).toContain('none of the 0 trusted')
    })

    it('of those that were looked up, too', async () => {
      const { resolved } = lookup(two)
      const issuers = new TrustedIssuers([], resolved)
      await issuers.find({ iss: 'https://two.example' })
      expect((await rejectionOf(() => issuers.find({ iss: 'https://two.example/' }))).message).toBe(
        `the token is not from the trusted issuer 'https://two.example': the issuer calls itself "https://two.example/", with one slash of difference: write issuer: 'https://two.example/'`,
      )
    })
  })

  it('refuses as fast among a hundred thousand issuers as among ten (work chosen by whoever forges)', () => {
    const timeOf = (count: number) => {
      const issuers = new TrustedIssuers(
        Array.from({ length: count }, (_, at) => trustedIssuer({ issuer: tenant(at) })),
      )
      const times = Array.from({ length: 5 }, () => {
        const start = performance.now()
        for (let at = 0; at < 50; at++) refusalOf(() => issuers.find({ iss: `https://x${at}` }))
        return performance.now() - start
      })
      return Math.min(...times)
    }
    // To look at each of them takes thousands of times as long.
    expect(timeOf(100_000)).toBeLessThan(50 * timeOf(10) + 5)
  })
})

describe('TrustedIssuers.add', () => {
  it('trusts one more', () => {
    const issuers = new TrustedIssuers([one])
    expect(refusalOf(() => issuers.find({ iss: 'https://two.example' }))).toBeInstanceOf(GuardError)
    expect(issuers.add(two)).toBe(true)
    expect(issuers.find({ iss: 'https://two.example' })).toBe(two)
    expect(issuers.find({ iss: ISSUER })).toBe(one)
    expect(issuers.listed()).toEqual([one, two])
  })

  it('does not put another in the place of one that is trusted', () => {
    const issuers = new TrustedIssuers([one])
    const imposter = named(ISSUER)
    expect(issuers.add(imposter)).toBe(false)
    expect(issuers.find({ iss: ISSUER })).toBe(one)
    expect(one.keys.tend()).toBe(true)
  })

  it('trusts the first one of all', () => {
    const issuers = new TrustedIssuers([])
    issuers.add(one)
    expect(issuers.find({ iss: ISSUER })).toBe(one)
  })

  it('comes before what was looked up, whose verdicts are void', async () => {
    const looked = named(ISSUER)
    const { resolved } = lookup(looked)
    const issuers = new TrustedIssuers([], resolved)
    expect(await issuers.find({ iss: ISSUER })).toBe(looked)
    const added = named(ISSUER)
    expect(issuers.add(added)).toBe(true)
    expect(issuers.find({ iss: ISSUER })).toBe(added)
    expect(looked.keys.tend()).toBe(false)
    expect(issuers.all()).toEqual([added])
  })

  it('comes before what is being looked up', async () => {
    const { resolved } = lookup(named(ISSUER))
    const issuers = new TrustedIssuers([], resolved)
    const waiting = issuers.find({ iss: ISSUER })
    const added = named(ISSUER)
    issuers.add(added)
    expect(await waiting).toBe(added)
  })

  it('trusts one that a lookup did not know a moment ago', async () => {
    const { resolved } = lookup()
    const issuers = new TrustedIssuers([], resolved)
    await rejectionOf(() => issuers.find({ iss: ISSUER }))
    const added = named(ISSUER)
    issuers.add(added)
    expect(issuers.find({ iss: ISSUER })).toBe(added)
  })
})

describe('TrustedIssuers.remove', () => {
  it('trusts it no more, and voids what was verified before', () => {
    const removed = named(ISSUER)
    const issuers = new TrustedIssuers([removed, two])
    expect(issuers.remove(ISSUER)).toBe(true)
    expect(refusalOf(() => issuers.find({ iss: ISSUER })).code).toBe('ERR_ISSUER_UNTRUSTED')
    expect(removed.keys.tend()).toBe(false)
    expect(issuers.find({ iss: 'https://two.example' })).toBe(two)
    expect(two.keys.tend()).toBe(true)
    expect(issuers.all()).toEqual([two])
  })

  it('leaves none where there was one', () => {
    const issuers = new TrustedIssuers([named(ISSUER)])
    expect(issuers.remove(ISSUER)).toBe(true)
    expect(refusalOf(() => issuers.find({ iss: ISSUER })).code).toBe('ERR_ISSUER_UNTRUSTED')
    expect(refusalOf(() => issuers.find({})).code).toBe('ERR_ISSUER_UNTRUSTED')
  })

  it('of what is not there is false, and touches nothing', () => {
    const issuers = new TrustedIssuers([one])
    for (const name of [`${ISSUER}/`, '', 'https://two.example'])
      expect(issuers.remove(name)).toBe(false)
    expect(issuers.find({ iss: ISSUER })).toBe(one)
  })

  it('has one that is looked up be looked up anew', async () => {
    const before = named(ISSUER)
    const after = named(ISSUER)
    const { resolved, table, asked } = lookup(before)
    const issuers = new TrustedIssuers([], resolved)
    await issuers.find({ iss: ISSUER })
    table.set(ISSUER, after)
    expect(issuers.remove(ISSUER)).toBe(true)
    expect(before.keys.tend()).toBe(false)
    expect(await issuers.find({ iss: ISSUER })).toBe(after)
    expect(asked).toEqual([ISSUER, ISSUER])
    table.delete(ISSUER)
    issuers.remove(ISSUER)
    expect((await rejectionOf(() => issuers.find({ iss: ISSUER }))).code).toBe(
      'ERR_ISSUER_UNTRUSTED',
    )
    expect(issuers.remove(ISSUER)).toBe(false)
  })

  it('takes one that was added back to what a lookup says now', async () => {
    const { resolved, table } = lookup()
    const issuers = new TrustedIssuers([], resolved)
    await rejectionOf(() => issuers.find({ iss: ISSUER }))
    issuers.add(named(ISSUER))
    const looked = named(ISSUER)
    table.set(ISSUER, looked)
    expect(issuers.remove(ISSUER)).toBe(true)
    expect(await issuers.find({ iss: ISSUER })).toBe(looked)
  })

  it('leaves nothing of a lookup behind that was under way when it was added', async () => {
    const { resolved, table } = lookup(named(ISSUER))
    const issuers = new TrustedIssuers([], resolved)
    const waiting = issuers.find({ iss: ISSUER })
    issuers.add(named(ISSUER))
    await waiting
    table.delete(ISSUER)
    expect(issuers.remove(ISSUER)).toBe(true)
    expect((await rejectionOf(() => issuers.find({ iss: ISSUER }))).code).toBe(
      'ERR_ISSUER_UNTRUSTED',
    )
  })
})

it('tells those that are listed from all', async () => {
  const listed = named(ISSUER)
  const looked = named('https://two.example')
  const { resolved } = lookup(looked)
  const issuers = new TrustedIssuers([listed], resolved)
  await issuers.find({ iss: 'https://two.example' })
  expect(issuers.all()).toEqual([listed, looked])
  expect(issuers.listed()).toEqual([listed])
})
