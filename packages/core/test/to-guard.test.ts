import { createGuard, type Guard } from '../src/guard.ts'
import { ConfigError } from '../src/options/config-error.ts'
import { toGuard } from '../src/to-guard.ts'
import { AUDIENCE, clock, goodClaims, ISSUER, mint, newSecret, thrownBy } from './mint.ts'

const secret = newSecret()
const options = { issuer: ISSUER, audience: AUDIENCE, secret, clock }

describe('toGuard', () => {
  it('hands a guard back as it is', () => {
    const guard = createGuard(options)
    expect(toGuard(guard)).toBe(guard)
  })

  it('takes a guard of another copy of this package for one, by what it can do', () => {
    class AnotherCopy {
      admit() {
        return { auth: undefined, refusal: undefined }
      }
    }
    const others = [new AnotherCopy(), { admit: () => undefined }] as unknown as Guard[]
    for (const guard of others) expect(toGuard(guard)).toBe(guard)
  })

  it('creates a guard of options, a new one each time', async () => {
    const guard = toGuard(options)
    const request = { headers: { authorization: `Bearer ${token()}` } }
    expect((await guard.admit(request)).auth?.subject).toBe('alice')
    expect(guard.authOf(request).subject).toBe('alice')

    const other = toGuard(options)
    expect(other).not.toBe(guard)
    expect(thrownBy(() => other.authOf(request))).toMatchObject({ code: 'ERR_GUARD_MISSING' })
  })

  it('goes by the options it is given', () => {
    const guard = toGuard({ ...options, optional: true })
    expect(guard.admit({ headers: {} })).toMatchObject({ auth: undefined, refusal: undefined })
    const strict = toGuard({ ...options, realm: 'orders' })
    expect(strict.admit({ headers: {} })).toMatchObject({
      refusal: {
        code: 'ERR_TOKEN_MISSING',
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="orders"' },
      },
    })
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'options: expected a plain object, got undefined'],
    ['null', null, 'options: expected a plain object, got null'],
    ['a text', ISSUER, `options: expected a plain object, got "${ISSUER}"`],
    ['a function', () => options, 'options: expected a plain object, got a function'],
    ['a list', [options], 'options: expected a plain object, got a list'],
    ['a promised guard', Promise.resolve(createGuard(options)), 'options: expected a plain object'],
    ['an empty object', {}, 'issuer: '],
    ['options without an audience', { issuer: ISSUER, secret }, 'audience: '],
    ['options with a short secret', { ...options, secret: 'short' }, 'secret: '],
    ['options that say admit: true', { ...options, admit: true }, 'admit: '],
  ])('does not start with %s', (_, given, message) => {
    const error = thrownBy(() => toGuard(given as Guard))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message.slice(0, message.length)).toBe(message)
  })
})

function token(): string {
  return mint({ alg: 'HS256' }, goodClaims(), secret)
}
