import type { Algorithm } from '../src/algorithms.ts'
import { selectKeys } from '../src/select-key.ts'
import { header, newEcKeys, newEd25519Keys, recordOf, refusalOf } from './mint.ts'

const one = recordOf(newEcKeys().publicKey, ['ES256'], 'one')
const two = recordOf(newEcKeys().publicKey, ['ES256'], 'two')
const edwards = recordOf(newEd25519Keys().publicKey, ['EdDSA', 'Ed25519'], 'ed')
const set = [one, two, edwards]

const select = (members: Record<string, unknown>, keys = set) => selectKeys(header(members), keys)
const refusal = (members: Record<string, unknown>, keys = set) =>
  refusalOf(() => select(members, keys))

describe('selectKeys', () => {
  it('finds the key that has the kid', () => {
    expect(select({ kid: 'one' })).toEqual([one])
    expect(select({ kid: 'two' })).toEqual([two])
  })

  it.each([
    'three',
    '',
    'One',
    'one ',
    ' one',
    'on',
    'onee',
    'one\u0000',
    '*',
    '.*',
    'one|two',
    '__proto__',
    'constructor',
    'length',
    '0',
    '../../dev/null',
    "' UNION SELECT 'x'",
    '$(sleep 6)',
    'https://evil.example/jwks.json',
  ])('RS-26 refuses the kid %p (kid look-alikes, prototype members, path, SQL, URL)', (kid) => {
    expect(refusal({ kid })).toMatchObject({
      code: 'ERR_KEY_UNKNOWN',
      status: 401,
      description: 'The access token is not valid.',
    })
  })

  it('makes a kid safe for the log', () => {
    expect(refusal({ kid: '\r\n\u001b[31m' }).message).toBe(
      'no trusted key has kid "\\r\\n\\u001b[31m"',
    )
  })

  it('RS-21 refuses a key whose algorithm is another (same key, other algorithm)', () => {
    for (const alg of ['ES384', 'ES512', 'RS256', 'HS256', 'EdDSA'] as Algorithm[]) {
      const error = refusal({ alg, kid: 'one' })
      expect(error.code).toBe('ERR_ALGORITHM_REFUSED')
      expect(error.message).toBe(`the token says alg ${alg}; its key verifies ES256 only`)
    }
  })

  it('RS-23 refuses HS256 wherever keys are public', () => {
    expect(refusal({ alg: 'HS256' }).code).toBe('ERR_ALGORITHM_REFUSED')
    expect(refusal({ alg: 'HS256' }).message).toBe(
      'the token says alg HS256; its key verifies ES256, EdDSA, Ed25519 only',
    )
  })

  it('takes either name of Ed25519', () => {
    expect(select({ alg: 'EdDSA', kid: 'ed' })).toEqual([edwards])
    expect(select({ alg: 'Ed25519', kid: 'ed' })).toEqual([edwards])
  })

  it('takes no kid where one key fits, and refuses where two do (kid missing)', () => {
    expect(select({ alg: 'EdDSA' })).toEqual([edwards])
    expect(select({}, [one])).toEqual([one])
    const error = refusal({})
    expect(error.code).toBe('ERR_KEY_UNKNOWN')
    expect(error.message).toBe('the token names no kid and 2 keys of the set fit ES256')
  })

  it('tries every configured key that has no kid, with and without a kid in the token', () => {
    const current = recordOf(newEcKeys().publicKey, ['ES256'])
    const previous = recordOf(newEcKeys().publicKey, ['ES256'])
    expect(select({}, [current, previous])).toEqual([current, previous])
    expect(select({ kid: 'anything' }, [current, previous])).toEqual([current, previous])
  })

  it('refuses a token without kid where a named key stands beside an unnamed one', () => {
    const unnamed = recordOf(newEcKeys().publicKey, ['ES256'])
    expect(select({ kid: 'one' }, [one, unnamed])).toEqual([one, unnamed])
    expect(refusal({}, [one, unnamed]).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('gives all keys of one kid (duplicate kid)', () => {
    const twin = recordOf(newEcKeys().publicKey, ['ES256'], 'one')
    expect(select({ kid: 'one' }, [one, twin, two])).toEqual([one, twin])
  })

  it('does not answer with a key of a set that has no kid to a token that names one', () => {
    const nameless = recordOf(newEcKeys().publicKey, ['ES256'], undefined, false)
    expect(refusal({ kid: 'one' }, [nameless]).code).toBe('ERR_KEY_UNKNOWN')
    expect(select({}, [nameless])).toEqual([nameless])
  })

  it('never gives a key that is no longer trusted (removed key)', () => {
    const withdrawn = recordOf(newEcKeys().publicKey, ['ES256'], 'gone')
    withdrawn.trusted = false
    expect(refusal({ kid: 'gone' }, [withdrawn, one]).code).toBe('ERR_KEY_UNKNOWN')
    expect(refusal({}, [withdrawn]).code).toBe('ERR_KEY_UNKNOWN')
    expect(select({}, [withdrawn, one])).toEqual([one])
    const unnamed = recordOf(newEcKeys().publicKey, ['ES256'])
    unnamed.trusted = false
    expect(refusal({}, [unnamed]).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('RS-25 finds no key in the header (jwk, jku, x5u, x5c)', () => {
    const smuggled = newEcKeys().publicKey.export({ format: 'jwk' })
    const members = { jwk: smuggled, jku: 'https://evil.example', x5u: 'x', x5c: ['x'] }
    expect(refusal({ ...members, kid: 'unknown' }).code).toBe('ERR_KEY_UNKNOWN')
    expect(select({ ...members, kid: 'one' })).toEqual([one])
  })

  it('finds nothing among no keys', () => {
    expect(refusal({ kid: 'one' }, []).code).toBe('ERR_KEY_UNKNOWN')
    expect(refusal({}, []).message).toBe('no trusted key has kid undefined')
  })
})
