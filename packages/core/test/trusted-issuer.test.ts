import { createFindIssuer } from '../src/trusted-issuer.ts'
import { ISSUER, refusalOf, trustedIssuer } from './mint.ts'

const one = trustedIssuer()
const two = trustedIssuer({ issuer: 'https://two.example' })

describe('createFindIssuer', () => {
  it('finds the issuer that a token names', () => {
    const find = createFindIssuer([one, two])
    expect(find({ iss: ISSUER })).toBe(one)
    expect(find({ iss: 'https://two.example' })).toBe(two)
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
    for (const issuers of [[one], [one, two]])
      expect(refusalOf(() => createFindIssuer(issuers)({ iss }))).toMatchObject({
        code: 'ERR_ISSUER_UNTRUSTED',
        status: 401,
        description: 'The access token is not valid.',
      })
  })

  it('finds no issuer on a prototype', () => {
    const claims = JSON.parse(`{"__proto__":{"iss":"${ISSUER}"}}`)
    expect(refusalOf(() => createFindIssuer([one])(claims)).message).toBe('the token has no iss')
  })

  it('takes any issuer where the check is waived', () => {
    const waived = trustedIssuer({ issuer: null })
    expect(createFindIssuer([waived])({})).toBe(waived)
    expect(createFindIssuer([waived])({ iss: 'https://anything.example' })).toBe(waived)
  })

  it('names both in the log, and the one slash that differs', () => {
    const message = (iss: unknown, issuers = [one]) =>
      refusalOf(() => createFindIssuer(issuers)({ iss })).message
    expect(message('https://x\r\n')).toBe(
      `the token is not from the trusted issuer '${ISSUER}': the issuer calls itself "https://x\\r\\n"`,
    )
    expect(message(`${ISSUER}/`)).toContain(`write issuer: '${ISSUER}/'`)
    expect(message('https://x', [one, two])).toBe(
      'the issuer calls itself "https://x"; none of the 2 trusted issuers does',
    )
    expect(message('https://two.example/', [one, two])).toBe(
      `the token is not from the trusted issuer 'https://two.example': the issuer calls itself "https://two.example/", with one slash of difference: write issuer: 'https://two.example/'`,
    )
  })
})
