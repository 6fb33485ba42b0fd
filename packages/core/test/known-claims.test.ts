import { readKnownClaims } from '../src/known-claims.ts'
import type { JsonObject } from '../src/strict-json.ts'
import { goodClaims, NOW, refusalOf } from './mint.ts'
import { whilePolluted } from './pollute.ts'

const TEXTS = ['iss', 'sub', 'jti', 'sid', 'client_id', 'azp'] as const
const TIMES = ['exp', 'nbf', 'iat'] as const
const OTHERS = ['aud', 'auth_time', 'cnf', 'cid', 'appid', 'gty', 'idtyp'] as const
const ALL = [...TEXTS, ...TIMES, ...OTHERS]

const setOf = (json: string) => JSON.parse(json) as JsonObject

describe('readKnownClaims', () => {
  it('has nothing of a token that says nothing', () => {
    const set = setOf('{}')
    const known = readKnownClaims(set)
    expect(Object.keys(known).sort()).toEqual(['set', ...ALL].sort())
    for (const name of ALL) expect(known[name]).toBeUndefined()
    expect(known.set).toBe(set)
  })

  it.each(TEXTS)('reads %s, a text, and refuses anything else there', (name) => {
    expect(readKnownClaims({ [name]: 'x' })[name]).toBe('x')
    for (const value of [1, null, true, ['x'], { $ne: null }]) {
      const error = refusalOf(() => readKnownClaims({ [name]: value }))
      expect(error).toMatchObject({ code: 'ERR_CLAIM_INVALID', status: 401 })
      expect(error.message).toMatch(`the token's ${name} is `)
      expect(error.message).toMatch(/, not a string$/)
    }
  })

  it.each(TIMES)('reads %s, a number, and refuses anything else there', (name) => {
    expect(readKnownClaims({ [name]: NOW })[name]).toBe(NOW)
    for (const value of [String(NOW), null, true, [NOW], {}]) {
      const error = refusalOf(() => readKnownClaims({ [name]: value }))
      expect(error.code).toBe('ERR_CLAIM_INVALID')
      expect(error.message).toMatch(/, not a number$/)
    }
  })

  it.each(TIMES)('refuses %s that is infinite (1e999), or in milliseconds', (name) => {
    for (const value of ['1e999', '-1e999']) {
      const error = refusalOf(() => readKnownClaims(setOf(`{"${name}":${value}}`)))
      expect(error.message).toBe(`the token's ${name} is not finite`)
    }
    expect(readKnownClaims({ [name]: 1e11 - 1 })[name]).toBe(1e11 - 1)
    expect(refusalOf(() => readKnownClaims({ [name]: 1e11 })).message).toBe(
      `the token's ${name} is 100000000000: milliseconds where seconds belong?`,
    )
  })

  it.each(OTHERS)('reads %s as it is', (name) => {
    for (const value of ['x', 1, null, false, ['x'], {}])
      expect(readKnownClaims({ [name]: value })[name]).toBe(value)
  })

  it('reads a claim wherever it stands among others', () => {
    const others = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`claim-${at}`, at]))
    const known = readKnownClaims({ ...others, sub: 'alice', more: 1, exp: NOW })
    expect(known).toMatchObject({ sub: 'alice', exp: NOW })
  })

  it('takes nothing from a polluted Object.prototype, and goes by the token where both say something', () => {
    const pollution = Object.fromEntries(ALL.map((name) => [name, 'polluted']))
    const known = whilePolluted(pollution, () => readKnownClaims(setOf('{"sub":"alice","x":1}')))
    expect(known.sub).toBe('alice')
    for (const name of ALL) if (name !== 'sub') expect(known[name]).toBeUndefined()
  })

  it('takes what is called __proto__ for one more claim', () => {
    const known = readKnownClaims(setOf('{"__proto__":{"sub":"admin"},"exp":1}'))
    expect(known).toMatchObject({ sub: undefined, exp: 1 })
  })

  it('reads good claims', () => {
    expect(readKnownClaims(goodClaims() as JsonObject)).toMatchObject(goodClaims())
  })
})
