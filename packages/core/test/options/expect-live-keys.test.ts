import { ConfigError } from '../../src/options/config-error.ts'
import { expectLiveKeys } from '../../src/options/expect-live-keys.ts'
import { newEcKeys, thrownBy, toJwk } from '../mint.ts'

const set = { keys: [toJwk(newEcKeys().publicKey, { kid: 'a', alg: 'ES256' })] }
const live = (jwks: () => unknown) => ({ jwks, refresh: () => Promise.resolve() })
const jwks = () => set
const refresh = () => Promise.resolve()
const ring = live(jwks)
const problem = (given: unknown, allowed?: ['RS256']) => {
  const error = thrownBy(() => expectLiveKeys('keys', given, allowed))
  expect(error).toBeInstanceOf(ConfigError)
  return error.message
}
const EXPECTED = 'keys: expected the live keys of an issuer in this process, as issuer.keys'

describe('expectLiveKeys', () => {
  it('takes what has jwks() and refresh(), a class with them too', () => {
    const keys = live(() => set)
    expect(expectLiveKeys('keys', keys, undefined)).toBe(keys)
    class Ring {
      jwks() {
        return set
      }
      refresh() {
        return Promise.resolve()
      }
    }
    expect(expectLiveKeys('keys', new Ring(), undefined)).toBeInstanceOf(Ring)
  })

  it.each([
    [undefined, ', got undefined (a missing environment variable?)'],
    [null, ', got null'],
    [5, ', got 5'],
    [[set], ', got a list'],
    [jwks, ', got a function'],
    [{}, ', got an object without jwks() and refresh()'],
    [{ jwks }, ', got an object without jwks() and refresh()'],
    [{ refresh }, ', got an object without jwks() and refresh()'],
    [{ jwks: set, refresh }, ', got an object without jwks() and refresh()'],
    [set, '; got a key set, which is jwks'],
    [{ keys: ring }, '; got what has them: write its .keys'],
    ['https://issuer.example/jwks', '; a URL of keys is jwksUri, a secret is secret'],
  ])('does not start with %p', (given, said) => {
    expect(problem(given)).toBe(EXPECTED + said)
  })

  it('says nothing of a text, which may be a secret', () => {
    expect(problem('correct horse battery staple')).not.toContain('horse')
  })

  it.each([
    [undefined, 'it is no JWK Set: it has no "keys" list'],
    [{ keys: 'a' }, 'it is no JWK Set: it has no "keys" list'],
    [{ keys: [{ kty: 'oct', k: 'AAAA' }] }, 'none of its 1 keys can verify RS256'],
    [set, 'none of its 1 keys can verify RS256'],
  ])('does not start with a set that is here and cannot be used: %j', (given, said) => {
    const message = problem(
      live(() => given),
      ['RS256'],
    )
    expect(message).toBe(`keys: its key set cannot be used: ${said}`)
  })

  it('starts where the set is still to come, or is empty', () => {
    for (const jwks of [() => Promise.resolve(set), () => new Promise(() => undefined)])
      expect(problemOrNone(jwks)).toBeUndefined()
    expect(problemOrNone(() => ({ keys: [] }))).toBeUndefined()
  })

  it('starts during an outage, and lets nobody hear of it twice', async () => {
    expect(
      problemOrNone(() => {
        throw new Error('down')
      }),
    ).toBeUndefined()
    expect(problemOrNone(() => Promise.reject(new Error('down')))).toBeUndefined()
    await new Promise((resolve) => setImmediate(resolve))
  })
})

function problemOrNone(jwks: () => unknown): unknown {
  try {
    expectLiveKeys('keys', live(jwks), undefined)
    return undefined
  } catch (error) {
    return error
  }
}
