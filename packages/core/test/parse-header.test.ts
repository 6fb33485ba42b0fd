import { parseHeader } from '../src/parse-header.ts'
import { algorithmFacts } from '../src/algorithms.ts'
import { describeType } from '../src/quote-for-log.ts'
import { refusalOf } from './mint.ts'

const refusal = (header: Record<string, unknown>) => refusalOf(() => parseHeader(header))

describe('parseHeader', () => {
  it.each([...algorithmFacts.keys()])('takes %s', (alg) => {
    expect(parseHeader({ alg })).toEqual({ alg })
  })

  it.each([
    ['none', '"none"'],
    ['None', '"None"'],
    ['NONE', '"NONE"'],
    ['nOnE', '"nOnE"'],
    ['none ', '"none "'],
    ['ｎｏｎｅ', '"\\uff4e\\uff4f\\uff4e\\uff45"'],
    ['none\u0000', '"none\\u0000"'],
    ['', '""'],
    ['rs256', '"rs256"'],
    ['RS256 ', '"RS256 "'],
    ['HS257', '"HS257"'],
    ['ES256K', '"ES256K"'],
    ['RSA1_5', '"RSA1_5"'],
    ['dir', '"dir"'],
    ['PBES2-HS256+A128KW', '"PBES2-HS256+A128KW"'],
    ['__proto__', '"__proto__"'],
    ['constructor', '"constructor"'],
    ['toString', '"toString"'],
    [undefined, 'undefined'],
    [null, 'null'],
    [0, 'a number'],
    [true, 'a boolean'],
    [['ES256'], 'a list'],
    [{}, 'an object'],
  ])('RS-21 RS-22 refuses alg %p (alg none, alg missing, prototype members)', (alg, shown) => {
    const error = refusal({ alg })

    expect(error).toMatchObject({
      code: 'ERR_ALGORITHM_REFUSED',
      status: 401,
      description: 'The access token is not valid.',
    })
    expect(error.message).toBe(`the token's alg is ${shown}, which is no signature algorithm`)
  })

  it('does not find an alg on the prototype', () => {
    expect(refusal(JSON.parse('{"__proto__":{"alg":"ES256"}}'))).toMatchObject({
      code: 'ERR_ALGORITHM_REFUSED',
    })
  })

  it('RS-26 takes a kid of 512 characters and refuses one of 513', () => {
    expect(parseHeader({ alg: 'ES256', kid: 'k'.repeat(512) }).kid).toHaveLength(512)
    const error = refusal({ alg: 'ES256', kid: 'k'.repeat(513) })
    expect(error.code).toBe('ERR_HEADER_REFUSED')
    expect(error.message).toBe("the token's header is refused: kid is longer than 512 characters")
  })

  it.each([[['good']], [5], [null], [true], [{ $ne: null }]])(
    'refuses the kid %p (kid of another type)',
    (kid) => {
      expect(refusal({ alg: 'ES256', kid })).toMatchObject({
        code: 'ERR_HEADER_REFUSED',
        message: `the token's header is refused: kid is ${describeType(kid)}, not a string`,
      })
    },
  )

  it('takes any text as kid, which is opaque', () => {
    for (const kid of ['', '../../dev/null', "' OR 1=1", '__proto__', '\r\nx: y'])
      expect(parseHeader({ alg: 'ES256', kid }).kid).toBe(kid)
  })

  it.each([[['JWT']], [5], [null], [{}]])('refuses the typ %p (typ of another type)', (typ) => {
    expect(refusal({ alg: 'ES256', typ })).toMatchObject({
      code: 'ERR_HEADER_REFUSED',
      message: `the token's header is refused: typ is ${describeType(typ)}, not a string`,
    })
  })

  it.each([
    [['exp']],
    [['b64']],
    [['unknown']],
    [[]],
    [null],
    [undefined],
    ['exp'],
    [['alg']],
    [['x', 'x']],
    [{}],
  ])('RS-24 refuses crit %j', (crit) => {
    const error = refusal({ alg: 'ES256', exp: 1, crit })
    expect(error.code).toBe('ERR_HEADER_REFUSED')
    expect(error.message).toBe(
      "the token's header is refused: crit names an extension this guard does not implement",
    )
  })

  it.each([true, false, null])('refuses b64: %p without crit', (b64) => {
    expect(refusal({ alg: 'ES256', b64 })).toMatchObject({
      code: 'ERR_HEADER_REFUSED',
      message: "the token's header is refused: b64 is not supported",
    })
  })

  it('RS-39 refuses zip', () => {
    expect(refusal({ alg: 'ES256', zip: 'DEF' })).toMatchObject({
      code: 'ERR_HEADER_REFUSED',
      message: "the token's header is refused: zip has no meaning in a signed token",
    })
  })

  it.each(['JWT', 'jwt', 'Jwt', 'application/jwt', 5, null, ['JWT']])(
    'refuses cty %p (nested JWT)',
    (cty) => {
      expect(refusal({ alg: 'ES256', cty })).toMatchObject({
        code: 'ERR_HEADER_REFUSED',
        message: "the token's header is refused: cty says that the payload is another token",
      })
    },
  )

  it.each(['json', 'application/json', 'not-a-jwt', 'jwt-claims', 'application/x-jwt'])(
    'takes the cty %s, which names no token',
    (cty) => {
      expect(parseHeader({ alg: 'ES256', cty }).cty).toBe(cty)
    },
  )

  it('RS-25 lets jwk, jku, x5u and x5c stand, because nothing reads them', () => {
    const given = { alg: 'ES256', jwk: {}, jku: 'https://evil.example', x5u: 'file:', x5c: ['x'] }
    expect(parseHeader(given)).toBe(given)
  })

  it('never repeats control characters of a header in its message', () => {
    for (const value of ['\r\nSet-Cookie: a=b', '\u001b[31m', '\u2028']) {
      expect(refusal({ alg: value }).message).not.toContain(value)
    }
  })
})
