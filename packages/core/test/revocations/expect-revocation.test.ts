import { expectRevocation, type Revocation } from '../../src/revocations/expect-revocation.ts'

const ISSUER = 'https://issuer.example'
const UNTIL = 1_800_000_000
const good = { issuer: ISSUER, until: UNTIL, subject: 'alice' }

const expected = (revocation: unknown) => expectRevocation(revocation as Revocation)
const without = (name: keyof typeof good) =>
  Object.fromEntries(Object.entries(good).filter(([each]) => each !== name))
const refusal = (revocation: unknown) => {
  try {
    expected(revocation)
  } catch (error) {
    if (error instanceof TypeError) return error.message
    throw error
  }
  return undefined
}

describe('expectRevocation', () => {
  it.each(['tokenId', 'sessionId', 'subject', 'clientId', 'tenant', 'keyId'])(
    'takes a %s of an issuer, for all tokens or those up to a second',
    (kind) => {
      const given = { issuer: ISSUER, until: UNTIL, [kind]: 'x' }
      const found = { kind, issuer: ISSUER, id: 'x', until: UNTIL }
      expect(expected(given)).toEqual({ ...found, issuedUpTo: Infinity })
      expect(expected({ ...given, issuedUpTo: UNTIL - 1 })).toEqual({
        ...found,
        issuedUpTo: UNTIL - 1,
      })
    },
  )

  it('takes everything of an issuer, and tokens that name none where that is written', () => {
    expect(expected({ issuer: undefined, until: UNTIL, everything: true })).toEqual({
      kind: 'everything',
      issuer: '',
      id: '',
      until: UNTIL,
      issuedUpTo: Infinity,
    })
  })

  it.each([null, undefined, 'alice', 7])('refuses %j in place of a revocation', (given) => {
    expect(refusal(given)).toBe('revoke: expected { issuer, until } and what to revoke')
  })

  it.each([
    ['jti', 'write tokenId'],
    ['sid', 'write sessionId'],
    ['sub', 'write subject'],
    ['client_id', 'write clientId'],
    ['kid', 'write keyId'],
    ['iss', 'write issuer'],
    ['reason', 'nothing was revoked'],
    ['exp', 'nothing was revoked'],
  ])('refuses a member %s: %s', (name, hint) => {
    expect(refusal({ ...good, [name]: 'x' })).toBe(`revoke: there is no ${name}; ${hint}`)
  })

  it.each([
    ['none', without('issuer')],
    ['an empty one', { ...good, issuer: '' }],
    ['null', { ...good, issuer: null }],
  ])('refuses %s for an issuer', (_what, given) => {
    expect(refusal(given)).toBe(
      'revoke: expected issuer, the iss of the tokens; undefined for tokens without one',
    )
  })

  it.each([
    ['no identifier', without('subject')],
    ['two of them', { ...good, tokenId: 'x' }],
    ['one beside everything', { ...good, everything: true }],
    ['an empty one', { ...good, subject: '' }],
    ['one that is no text', { ...good, subject: { $ne: null } }],
    ['everything: false', { issuer: ISSUER, until: UNTIL, everything: false }],
    ['everything as a text', { issuer: ISSUER, until: UNTIL, everything: 'all' }],
  ])('refuses %s', (_what, given) => {
    expect(refusal(given)).toBe(
      'revoke: expected exactly one of tokenId, sessionId, subject, clientId, tenant, keyId, ' +
        'as a non-empty text, or everything: true',
    )
  })

  it.each(['until', 'issuedUpTo'])(
    'takes %s from the second 1e9 up to 1e11, and no other',
    (name) => {
      for (const value of [1e9, 1e11 - 1])
        expect(expected({ ...good, [name]: value })).toMatchObject({ [name]: value })
      const problem = `revoke: expected ${name} in seconds since the epoch`
      expect(refusal({ ...good, [name]: 1e9 - 1 })).toBe(`${problem}: this is a duration`)
      expect(refusal({ ...good, [name]: 1e11 })).toBe(`${problem}: these are milliseconds`)
      expect(refusal({ ...good, [name]: NaN })).toBe(`${problem}: these are milliseconds`)
      expect(refusal({ ...good, [name]: '1800000000' })).toBe(problem)
    },
  )

  it('reads own members only: a polluted prototype narrows nothing and names nothing', () => {
    const inherited = Object.create({ issuedUpTo: UNTIL, subject: 'mallory' }) as object
    expect(expected(Object.assign(inherited, without('subject'), { tokenId: 'x' }))).toEqual({
      kind: 'tokenId',
      issuer: ISSUER,
      id: 'x',
      until: UNTIL,
      issuedUpTo: Infinity,
    })
  })
})
