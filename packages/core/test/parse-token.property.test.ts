import fc from 'fast-check'
import { BoundedMemo } from '../src/bounded-memo.ts'
import { isGuardError } from '../src/errors.ts'
import type { JoseHeader } from '../src/parse-header.ts'
import { type ParsedToken, parseToken } from '../src/parse-token.ts'
import { encode } from './mint.ts'

// What the parser takes is compared with a reference that is slow, small and written from the RFCs alone.

const MAX = 2_000
const CODES = [
  'ERR_TOKEN_TOO_LARGE',
  'ERR_TOKEN_MALFORMED',
  'ERR_TOKEN_ENCRYPTED',
  'ERR_ALGORITHM_REFUSED',
  'ERR_HEADER_REFUSED',
]
const ALGORITHMS =
  'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

/** Small enough to be full in the course of a test. */
const newMemo = () => new BoundedMemo<JoseHeader>(3)

/** What the parser makes of a token; undefined when it refuses it as a parser may. Anything else it throws is a bug. */
function parse(token: string, memo = newMemo()): ParsedToken | undefined {
  try {
    return parseToken(token, MAX, memo)
  } catch (error) {
    if (!isGuardError(error) || error.status !== 401 || !CODES.includes(error.code)) throw error
    return undefined
  }
}

type Reference = Pick<ParsedToken, 'header' | 'unverifiedClaims' | 'signature' | 'signingInput'>

/** RFC 7515 §5.2 and §7.1, RFC 7519 §7.2. */
function reference(token: string): Reference | undefined {
  if (token.length > MAX) return undefined
  const match = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(token)
  const segments = match?.slice(1).map(decodeSegment) ?? []
  const [header, claims] = segments.slice(0, 2).map((bytes) => readObject(bytes))
  const signature = segments[2]
  if (header === undefined || claims === undefined || signature === undefined) return undefined
  if (!isHeader(header)) return undefined
  return {
    header: header as Reference['header'],
    unverifiedClaims: claims,
    signature,
    signingInput: token.slice(0, token.lastIndexOf('.')),
  }
}

function decodeSegment(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url')
  return bytes.toString('base64url') === segment ? bytes : undefined
}

function readObject(bytes: Buffer | undefined): Record<string, unknown> | undefined {
  try {
    // A byte order mark is kept, so that JSON.parse refuses it.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    return isPlain(text) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** No member twice, at most 32 levels: of a text that JSON.parse takes, read once more, lexeme by lexeme. */
function isPlain(text: string): boolean {
  const open: { readonly isObject: boolean; readonly names: unknown[] }[] = []
  const lexemes = text.match(/"(\\.|[^"\\])*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? []
  for (const [at, lexeme] of lexemes.entries()) {
    if ('{['.includes(lexeme)) open.push({ isObject: lexeme === '{', names: [] })
    if ('}]'.includes(lexeme)) open.pop()
    if (open.length > 32) return false
    const { isObject, names } = open.at(-1) ?? { isObject: false, names: [] }
    if (!isObject || lexemes[at + 1] !== ':') continue
    const name: unknown = JSON.parse(lexeme)
    if (names.includes(name)) return false
    names.push(name)
  }
  return true
}

/** RFC 7515 §4.1, RFC 7519 §5.2: text where text belongs, no extension, and no token in the token. */
function isHeader({ alg, kid = '', typ = '', cty = '', ...others }: Record<string, unknown>) {
  return (
    ALGORITHMS.includes(alg as string) &&
    [kid, typ, cty].every((value) => typeof value === 'string') &&
    (kid as string).length <= 512 &&
    !['jwt', 'application/jwt'].includes((cty as string).toLowerCase()) &&
    !['crit', 'b64', 'zip'].some((name) => Object.hasOwn(others, name))
  )
}

/** JSON as people, machines and attackers write it, and a little beyond. Few names, so that some come twice. */
const { json, object } = fc.letrec<{ json: string; object: string; name: string; member: string }>(
  (tie) => ({
    name: fc.constantFrom(...['"a"', '"b"', '"\\u0061"', '""', '"__proto__"', '"a:{"', '"1"']),
    member: fc
      .tuple(tie('name'), fc.constantFrom(':', ' :\n'), tie('json'))
      .map((parts) => parts.join('')),
    object: fc.array(tie('member'), { maxLength: 4 }).map((members) => `{${members.join(',')}}`),
    json: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(
        ...['1', '-0', '1e999', 'null', 'true', '"\\ud800"', '"\\""', '"é"', '"\ufffd"', '"[{"'],
      ),
      fc.string({ unit: 'binary', maxLength: 6 }).map((text) => JSON.stringify(text)),
      tie('object'),
      fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc.integer({ min: 25, max: 35 }).map((deep) => `${'['.repeat(deep)}${']'.repeat(deep)}`),
    ),
  }),
)

/** Members of a header: three good ones for every odd one. */
const headerMember = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('"typ":"JWT"', '"kid":"k1"', '"x":{}', '"cty":"json"', '"jwk":{}'),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom(...['"kid":1', '"typ":null', '"cty":"JWT"', '"crit":["x"]', '"b64":true']),
      fc.constantFrom(...['"zip":"DEF"', '"alg":"none"', '"cty":[]', '"cty":"Application/JWT"']),
      fc.constantFrom(...['"crit":null', '"b64":false', '"zip":0', '"kid":null', '"cty":null']),
      fc.integer({ min: 510, max: 514 }).map((length) => `"kid":"${'k'.repeat(length)}"`),
      json.map((value) => `"y":${value}`),
    ),
  },
)
const header = fc
  .tuple(fc.constantFrom(...ALGORITHMS, 'none', 'hs256'), fc.array(headerMember, { maxLength: 3 }))
  .map(([alg, members]) => `{${[`"alg":"${alg}"`, ...members].join(',')}}`)

/** Mostly the bytes themselves, else other bytes: cut off, or with one more. */
const bytes = (text: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 8, arbitrary: text.map((written) => Buffer.from(written)) },
    { weight: 1, arbitrary: text.map((written) => Buffer.from(`\ufeff${written}`)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(text, fc.nat(), fc.integer({ min: 0, max: 255 }))
        .map(([written, at, byte]) => {
          const buffer = Buffer.from(written)
          return Buffer.concat([
            buffer.subarray(0, at % buffer.length),
            Buffer.of(byte),
            buffer.subarray(at % buffer.length),
          ])
        }),
    },
  )

/** Any JSON once in a while; the members of an object else. */
const payload = fc.oneof({ weight: 9, arbitrary: object }, { weight: 1, arbitrary: json })

const token = fc
  .tuple(bytes(header), bytes(payload), fc.uint8Array({ maxLength: 8, size: 'max' }))
  .map(([...parts]) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.'))

/** What a lenient decoder skips, or takes for something else: U+0141 ends in the byte of A. */
const LOOKALIKES = [...'+/=-_AQgw09 \n\t%é\u0141\u00a0\ud800\u0000']

/** A few characters replaced by others: most often one by another. */
const edit = fc.oneof(
  fc.record({ at: fc.nat(999), removed: fc.constant(1), inserted: fc.constantFrom(...LOOKALIKES) }),
  fc.record({
    at: fc.nat(999),
    removed: fc.nat(2),
    inserted: fc.constantFrom(...LOOKALIKES, '', '.', '..', '==', 'AA', '"', '{'),
  }),
)

/** Every third of them with the text changed after encoding. */
const editedToken = fc
  .tuple(
    token,
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(edit, { minLength: 1, maxLength: 2 }) },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((edited, { at, removed, inserted }) => {
      const start = Math.floor((at / 1_000) * edited.length)
      return edited.slice(0, start) + inserted + edited.slice(start + removed)
    }, text),
  )

/** The plainest of tokens with one character replaced by what may pass for one. */
const respelledToken = fc
  .record({
    bytes: fc.uint8Array({ minLength: 3, maxLength: 8 }),
    at: fc.nat(99),
    lookalike: fc.constantFrom(...LOOKALIKES),
  })
  .map(({ bytes: signature, at, lookalike }) => {
    const segment = Buffer.from(signature).toString('base64url')
    const place = at % segment.length
    const respelled = segment.slice(0, place) + lookalike + segment.slice(place + 1)
    return [encode({ alg: 'HS256' }), encode({}), respelled].join('.')
  })

/** Tokens about as long as is allowed. */
const longToken = fc.integer({ min: -3, max: 3 }).map((more) => {
  const start = `${encode({ alg: 'HS256' })}.${encode({})}.`
  return start + 'A'.repeat(MAX - start.length + more)
})

const anyToken = fc.oneof(
  { weight: 8, arbitrary: editedToken },
  { weight: 4, arbitrary: respelledToken },
  { weight: 1, arbitrary: longToken },
)

describe('parseToken', () => {
  it('takes what the reference takes, reads it alike, and refuses everything else', () => {
    let taken = 0
    const runs = 6_000
    fc.assert(
      fc.property(anyToken, (text) => {
        const expected = reference(text)
        const parsed = parse(text)
        if (expected === undefined) {
          expect(parsed).toBeUndefined()
        } else {
          taken++
          expect(parsed).toEqual({
            ...expected,
            token: text,
            headerSegment: text.slice(0, text.indexOf('.')),
          })
        }
      }),
      { numRuns: runs },
    )
    // Neither of the two answers is rare, or the comparison would prove little.
    expect(taken).toBeGreaterThan(runs / 15)
    expect(taken).toBeLessThan(runs / 2)
  })

  it('refuses, as a parser may, whatever else is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 99 })),
        (given) => {
          expect(parse(given as string)).toEqual(
            typeof given === 'string' ? reference(given) : undefined,
          )
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('gives back what was encoded, and the text itself', () => {
    const claims = fc.dictionary(fc.string({ unit: 'binary', maxLength: 5 }), fc.jsonValue(), {
      maxKeys: 5,
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...ALGORITHMS),
        fc.option(fc.string({ unit: 'binary', maxLength: 20 }), { nil: undefined }),
        claims,
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        (alg, kid, written, signature) => {
          const given = { alg, kid }
          const segments = [encode(given), encode(written)]
          fc.pre(segments.join('.').length < MAX - 120)
          const text = [...segments, encode(Buffer.from(signature))].join('.')
          const parsed = parse(text)
          expect(parsed?.header).toEqual(JSON.parse(JSON.stringify(given)))
          expect(parsed?.unverifiedClaims).toEqual(JSON.parse(JSON.stringify(written)))
          expect(parsed?.signature).toEqual(Buffer.from(signature))
          expect(`${parsed?.signingInput}.${parsed?.signature.toString('base64url')}`).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('reads a token alike with a remembered header and without', () => {
    fc.assert(
      fc.property(fc.array(editedToken, { minLength: 2, maxLength: 6 }), (texts) => {
        const memo = newMemo()
        for (const text of [...texts, ...texts]) {
          const parsed = parse(text, memo)
          expect(parsed).toEqual(parse(text))
          if (parsed !== undefined) memo.remember(parsed.headerSegment, parsed.header)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never repeats a token in what it says', () => {
    fc.assert(
      fc.property(editedToken, (text) => {
        fc.pre(text.length > 40)
        try {
          parseToken(text, MAX, newMemo())
        } catch (error) {
          for (const segment of text.split('.').filter(({ length }) => length > 20))
            expect((error as Error).message).not.toContain(segment)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
