import { checkSender } from '../src/check-sender.ts'
import { checkedClaims, goodClaims, refusalOf } from './mint.ts'

const claims = (changes: Record<string, unknown> = {}) => checkedClaims(goodClaims(changes))

describe('checkSender', () => {
  it('lets a token pass that is bound to nobody', () => {
    expect(() => {
      checkSender(claims())
    }).not.toThrow()
  })

  it.each([
    ['RS-50 a DPoP key', { jkt: 'x' }],
    ['RS-60 a certificate', { 'x5t#S256': 'x' }],
    ['RS-62 a member nobody knows', { other: 'x' }],
    ['RS-62 nothing', {}],
    ['null', null],
    ['false', false],
    ['a text', ''],
  ])('refuses a token bound to %s as a plain Bearer token', (_, cnf) => {
    expect(
      refusalOf(() => {
        checkSender(claims({ cnf }))
      }),
    ).toMatchObject({
      code: 'ERR_SENDER_CONSTRAINED',
      status: 401,
      error: 'invalid_token',
      message: 'the token is bound to its sender (cnf); this guard takes Bearer tokens',
    })
  })

  it('does not find a cnf on a prototype', () => {
    expect(() => {
      checkSender(checkedClaims(JSON.parse('{"exp":1,"__proto__":{"cnf":{}}}')))
    }).not.toThrow()
  })
})
