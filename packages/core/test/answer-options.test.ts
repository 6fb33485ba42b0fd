import { type AnswerOptions, forwardsErrors, rememberAnswerOptions } from '../src/answer-options.ts'
import { ConfigError } from '../src/options/config-error.ts'
import { thrownBy } from './mint.ts'

/** A request that a guard with these options judged. */
function judgedWith(options: AnswerOptions, request: object = {}): object {
  rememberAnswerOptions(options)(request)
  return request
}

describe('forwardsErrors', () => {
  it('is true of the requests whose guard forwards errors, and of no other', () => {
    expect(forwardsErrors(judgedWith({ forwardErrors: true }))).toBe(true)
    expect(forwardsErrors(judgedWith({ forwardErrors: false }))).toBe(false)
    expect(forwardsErrors(judgedWith({}))).toBe(false)
    expect(forwardsErrors({})).toBe(false)
    expect(forwardsErrors({ forwardErrors: true })).toBe(false)
  })

  it('goes by the guard that judged last', () => {
    const forwards = rememberAnswerOptions({ forwardErrors: true })
    const request = {}
    for (const answers of [
      rememberAnswerOptions({ forwardErrors: false }),
      rememberAnswerOptions({}),
    ]) {
      forwards(request)
      expect(forwardsErrors(request)).toBe(true)
      answers(request)
      expect(forwardsErrors(request)).toBe(false)
    }
    forwards(request)
    forwards(request)
    expect(forwardsErrors(request)).toBe(true)
  })

  it('leaves nothing with the request', () => {
    expect(Reflect.ownKeys(judgedWith({ forwardErrors: true }))).toEqual([])
    expect(forwardsErrors(judgedWith({ forwardErrors: true }, Object.freeze({})))).toBe(true)
  })
})

describe('rememberAnswerOptions', () => {
  it('reads its options once, at start-up', () => {
    const options = { forwardErrors: true }
    const remember = rememberAnswerOptions(options)
    options.forwardErrors = false
    const request = {}
    remember(request)
    expect(forwardsErrors(request)).toBe(true)
  })

  it('counts undefined as absent', () => {
    const given = { forwardErrors: undefined } as unknown as AnswerOptions
    expect(forwardsErrors(judgedWith(given))).toBe(false)
  })

  it.each([null, undefined, true, 'forwardErrors', 5, () => ({})])(
    'does not start with %p, which is no options',
    (given) => {
      const error = thrownBy(() => rememberAnswerOptions(given as AnswerOptions))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toBe('the second argument: expected { forwardErrors }')
    },
  )

  it.each(['optional', 'issuer', 'forwardErors', 'ForwardErrors', '__proto__'])(
    'does not start with the option %s, which belongs elsewhere',
    (name) => {
      const given = Object.fromEntries([
        ['forwardErrors', true],
        [name, true],
      ])
      const error = thrownBy(() => rememberAnswerOptions(given))
      expect(error).toBeInstanceOf(ConfigError)
      expect(error).toMatchObject({
        option: name,
        message: `${name}: the second argument takes forwardErrors only; the guard has its options in the first`,
      })
    },
  )

  it.each(['true', 'false', 1, 0, null, {}])('does not take %p for true or false', (given) => {
    const error = thrownBy(() =>
      rememberAnswerOptions({ forwardErrors: given as unknown as boolean }),
    )
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/^forwardErrors: expected true or false, got /)
  })
})
