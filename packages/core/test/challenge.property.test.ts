import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import fc from 'fast-check'
import { refusalHeaders, withHeaders } from '../src/challenge.ts'
import { GuardError, guardErrorCodes } from '../src/errors.ts'
import { createGuard } from '../src/guard.ts'
import { ConfigError } from '../src/options/config-error.ts'
import { AUDIENCE, ISSUER, newEcKeys } from './mint.ts'

// What is written into a header is read back by somebody who knows RFC 9110 and nothing of how it was written.

interface Challenge {
  readonly scheme: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/

/**
 * Reads one challenge, RFC 9110 §11.3: `auth-scheme 1*SP #auth-param`.
 *
 * @throws SyntaxError for what the grammar does not allow
 */
function readChallenge(text: string): Challenge {
  let rest = text
  const take = (pattern: RegExp): string => {
    const [found] = pattern.exec(rest) ?? []
    if (found === undefined) throw new SyntaxError(`expected ${String(pattern)} before ${rest}`)
    rest = rest.slice(found.length)
    return found
  }
  const scheme = take(TOKEN)
  take(/^ +/)
  const parameters: [string, string][] = []
  do {
    const name = take(TOKEN).toLowerCase()
    take(/^[ \t]*=[ \t]*/)
    parameters.push([name, rest.startsWith('"') ? quotedString() : take(TOKEN)])
  } while (rest !== '' && take(/^[ \t]*,[ \t]*/))
  return { scheme, parameters }

  /** RFC 9110 §5.6.4: qdtext without obs-text, which RFC 6750 §3 rules out, and quoted pairs. */
  function quotedString(): string {
    take(/^"/)
    let value = ''
    while (!rest.startsWith('"')) {
      const piece = take(/^([\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])/)
      value += piece.slice(-1)
    }
    take(/^"/)
    return value
  }
}

/** Text that wants to get out of where it is put. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        ...['"', '\\', '\\"', '\r\n', '\n', '\0', '\u007f', '\u0080', '\u00ff', '\u2028', '\ud800'],
        ...['Set-Cookie: a=b', ', error="none"', ', Basic realm="x', '=', ',', ' ', '\t', 'a'],
      ),
      { maxLength: 6 },
    )
    .map((pieces) => pieces.join('')),
)

const optionalText = fc.option(hostileText, { nil: undefined })
const error = fc
  .record({
    code: fc.constantFrom(...guardErrorCodes),
    message: hostileText,
    scopes: fc.option(fc.array(hostileText, { maxLength: 4 }), { nil: undefined }),
    retryAfter: fc.option(fc.nat(), { nil: undefined }),
    description: optionalText,
  })
  .map(({ code, message, scopes, retryAfter, description }) => {
    const details = {
      ...(scopes !== undefined && { scopes }),
      ...(retryAfter !== undefined && { retryAfter }),
    }
    const made = new GuardError(code, message, details)
    // Fixed sentences today. Should one ever come from outside, it is written as safely as everything else.
    if (description !== undefined)
      Object.defineProperty(made, 'description', { value: description })
    return made
  })
const settings = fc.record({ realm: hostileText, resourceMetadata: optionalText })

/** What a reader must find: the text, with a question mark for every character that cannot be quoted as it is. */
const shown = (text: string): string =>
  text
    .split('')
    .map((character) =>
      /^[\x20-\x7e]$/.test(character) && !'"\\'.includes(character) ? character : '?',
    )
    .join('')

describe('refusalHeaders', () => {
  it('RS-10 writes a challenge that says what it was given, and nothing else, whatever that is', () => {
    fc.assert(
      fc.property(error, settings, (refusal, { realm, resourceMetadata }) => {
        const headers = refusalHeaders(refusal, { realm, resourceMetadata })
        const written = headers['www-authenticate']
        if (written === undefined) {
          expect(refusal.status === 401 || refusal.error !== undefined).toBe(false)
          return
        }
        const expected: (readonly [string, string | undefined])[] = [
          ['realm', realm],
          ['error', refusal.error],
          ['error_description', refusal.error === undefined ? undefined : refusal.description],
          ['scope', refusal.scopes?.join(' ')],
          ['resource_metadata', resourceMetadata],
        ]
        expect(readChallenge(written)).toEqual({
          scheme: 'Bearer',
          parameters: expected.flatMap(([name, text]) =>
            text === undefined ? [] : [[name, shown(text)]],
          ),
        })
      }),
      { numRuns: 3_000 },
    )
  })

  it('RS-10 writes headers that Node takes, each on one line of printable ASCII', () => {
    fc.assert(
      fc.property(error, settings, (refusal, given) => {
        const response = new ServerResponse(new IncomingMessage(new Socket()))
        for (const [name, value] of Object.entries(refusalHeaders(refusal, given))) {
          response.setHeader(name, value)
          expect(response.getHeader(name)).toBe(value)
          expect(value).toMatch(/^[\x20-\x7e]*$/)
        }
        // No other header came about than those of the refusal.
        for (const name of response.getHeaderNames())
          expect(['cache-control', 'www-authenticate', 'retry-after']).toContain(name)
      }),
      { numRuns: 1_000 },
    )
  })

  it('RS-10 does not believe the text of an error that another copy of the package made', () => {
    fc.assert(
      fc.property(error, settings, hostileText, (refusal, given, text) => {
        const foreign = Object.assign(new Error(text), {
          name: 'GuardError',
          code: refusal.code,
          description: text,
          error: text,
          status: 200,
          scopes: [text, 5],
          retryAfter: text,
          headers: { [text]: text },
        })
        const { headers, status } = withHeaders(foreign as unknown as GuardError, given)
        expect(status).toBe(refusal.status)
        const ours = new GuardError(refusal.code, text, { scopes: [text, '5'] })
        expect(headers).toEqual(refusalHeaders(ours, given))
      }),
      { numRuns: 500 },
    )
  })
})

describe('a guard with any realm and any resource metadata', () => {
  const { publicKey } = newEcKeys()

  it('RS-10 does not start, or writes a challenge with both that can be read', async () => {
    let started = 0
    const metadata = fc.oneof(
      fc.constant(undefined),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      hostileText.map((text) => `https://api.example/${text}`),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(hostileText, fc.constant('the api')),
        metadata,
        async (realm, resourceMetadata) => {
          const options = { issuer: ISSUER, audience: AUDIENCE, publicKey, realm }
          let guard
          try {
            guard = createGuard({ ...options, ...(resourceMetadata && { resourceMetadata }) })
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError)
            return
          }
          started++
          const { refusal } = await guard.admit({ headers: {} })
          const { parameters } = readChallenge(refusal?.headers['www-authenticate'] ?? '')
          const found = new Map(parameters)
          expect(found.size).toBe(parameters.length)
          expect(found.get('realm')).toBe(realm)
          expect(found.get('resource_metadata')).toBe(
            resourceMetadata === undefined ? undefined : shown(resourceMetadata),
          )
        },
      ),
      { numRuns: 1_000 },
    )
    expect(started).toBeGreaterThan(100)
  })
})
