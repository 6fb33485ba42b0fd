/** One challenge of a `WWW-Authenticate` field. */
export interface Challenge {
  /** As it was sent. Compare it without regard to case. */
  readonly scheme: string
  /** What some schemes have in place of parameters. */
  readonly token68: string | undefined
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const TOKEN68 = /[0-9A-Za-z._~+/-]+=*(?=[ \t]*(?:,|$))/y
const PARAMETER = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*/y
const QUOTED = /"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"/y
const SPACES = / +/y
const COMMAS = /[ \t]*(?:,[ \t]*)*/y

/**
 * The challenges of a `WWW-Authenticate` field (RFC 9110 §11.6.1): several fields of that name, joined by commas, are one.
 *
 * @throws SyntaxError naming the place where it is not well-formed, and for a parameter that is there twice (§11.2)
 */
export function parseChallenges(field: string): Challenge[] {
  const reader = new Reader(field)
  const challenges: Challenge[] = []
  reader.take(COMMAS)
  while (!reader.isAtEnd) {
    challenges.push(challengeFrom(reader))
    const [separator] = reader.take(COMMAS) ?? ['']
    if (!reader.isAtEnd && !separator.includes(',')) reader.fail('a comma')
  }
  if (challenges.length === 0) reader.fail('a challenge')
  return challenges
}

function challengeFrom(reader: Reader): Challenge {
  const [scheme] = reader.take(TOKEN) ?? reader.fail('an authentication scheme')
  const parameters = new Map<string, string>()
  if (reader.take(SPACES) === undefined) return { scheme, token68: undefined, parameters }
  if (!reader.sees(PARAMETER_AHEAD)) {
    const token68 = reader.take(TOKEN68)?.[0]
    return { scheme, token68, parameters }
  }
  do {
    readParameter(reader, parameters)
  } while (reader.takeSeparatorBeforeParameter())
  return { scheme, token68: undefined, parameters }
}

/** A name, `=`, and a value: so `abc=` and `abc==` are no parameters but a token68. */
const PARAMETER_AHEAD = /[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*=[ \t]*["!#$%&'*+.^_`|~0-9A-Za-z-]/y

function readParameter(reader: Reader, parameters: Map<string, string>): void {
  const name = (reader.take(PARAMETER)?.[1] ?? reader.fail('a parameter')).toLowerCase()
  if (parameters.has(name)) reader.fail(`no second ${name}`)
  const quoted = reader.take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1')
  parameters.set(name, quoted ?? reader.take(TOKEN)?.[0] ?? reader.fail(`a value of ${name}`))
}

/** Reads a text from left to right. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** What matches here, and goes on behind it. The expression is sticky. */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const match = expression.exec(this.#text)
    if (match === null) return undefined
    this.#at += match[0].length
    return match
  }

  sees(expression: RegExp): boolean {
    expression.lastIndex = this.#at
    return expression.test(this.#text)
  }

  /** A comma ends a parameter or a whole challenge: what follows tells (RFC 9110 §11.6.1). */
  takeSeparatorBeforeParameter(): boolean {
    const before = this.#at
    const [separator] = this.take(COMMAS) ?? ['']
    if (separator.includes(',') && this.sees(PARAMETER_AHEAD)) return true
    this.#at = before
    return false
  }

  fail(expected: string): never {
    throw new SyntaxError(
      `expected ${expected} at character ${this.#at + 1} of WWW-Authenticate: ${this.#text}`,
    )
  }
}
