import fc from 'fast-check'
import { isGuardError } from '../src/errors.ts'
import { BoundedMemo } from '../src/bounded-memo.ts'
import type { JoseHeader } from '../src/parse-header.ts'
import { type ParsedToken, parseToken } from '../src/parse-token.ts'
import { encode, goodClaims, mint, newEcKeys, newSecret, refusalOf } from './mint.ts'

const MAX = 16_384
const { privateKey } = newEcKeys()
const good = mint({ alg: 'ES256', typ: 'JWT', kid: 'k1' }, goodClaims(), privateKey)
const [head, payload, signature] = good.split('.') as [string, string, string]

const parse = (token: string, max = MAX): ParsedToken =>
  parseToken(token, max, new BoundedMemo<JoseHeader>(4))
const refusal = (token: unknown, max = MAX) => refusalOf(() => parse(token as string, max))

describe('parseToken', () => {
  it('takes a compact JWS apart', () => {
    const parsed = parse(good)

    expect(parsed).toEqual({
      token: good,
      header: { alg: 'ES256', typ: 'JWT', kid: 'k1' },
      headerSegment: head,
      unverifiedClaims: goodClaims(),
      signingInput: `${head}.${payload}`,
      signature: Buffer.from(signature, 'base64url'),
    })
  })

  it('freezes the header, because all tokens of one key share it', () => {
    const memo = new BoundedMemo<JoseHeader>(4)
    const { header } = parseToken(good, MAX, memo)

    expect(Object.isFrozen(header)).toBe(true)
  })

  it('does not remember a header whose signature nobody verified', () => {
    const memo = new BoundedMemo<JoseHeader>(4)
    parseToken(good, MAX, memo)

    expect(memo.recall(head)).toBeUndefined()
  })

  it('takes a remembered header as it was judged', () => {
    const memo = new BoundedMemo<JoseHeader>(4)
    const judged = parse(good).header
    memo.remember(head, judged)

    expect(parseToken(good, MAX, memo).header).toBe(judged)
  })

  describe('RS-40 size', () => {
    it('takes a token of exactly the size allowed and refuses one character more', () => {
      expect(parse(good, good.length).token).toBe(good)
      expect(refusal(good, good.length - 1)).toMatchObject({
        code: 'ERR_TOKEN_TOO_LARGE',
        status: 401,
        error: 'invalid_token',
      })
    })

    it('judges the size before anything is decoded', () => {
      // A megabyte of dots, braces and junk is never looked into.
      for (const junk of ['.', '{', 'a.', '\u0000', 'é']) {
        expect(refusal(junk.repeat(1_000_000))).toMatchObject({ code: 'ERR_TOKEN_TOO_LARGE' })
      }
    })

    it('says how large it is and not what it is', () => {
      expect(refusal(good, 100).message).toBe(
        `the token has ${good.length} characters; maxTokenSize allows 100`,
      )
    })
  })

  describe('RS-20 segments', () => {
    it.each([
      ['no segment (wrong number of segments)', ''],
      ['one segment (wrong number of segments)', head],
      ['two segments (none with two segments)', `${head}.${payload}`],
      ['four segments', `${good}.${signature}`],
      ['six segments', `${good}.${good}`],
      ['thousands of dots', '.'.repeat(8_000)],
      ['an empty header', `.${payload}.${signature}`],
      ['an empty payload', `${head}..${signature}`],
      ['an empty signature (alg none)', `${head}.${payload}.`],
      ['nothing but two dots', '..'],
      ['a flattened JWS (JSON serialisation)', JSON.stringify({ payload, protected: head })],
      ['a general JWS (JSON serialisation)', JSON.stringify({ payload, signatures: [] })],
      ['JSON and compact in one (polyglot)', `{"x":"${good}"}`],
      ['padding in the signature', `${good}=`],
      ['padding in the payload', `${head}.${payload}=.${signature}`],
      ['a blank in front', ` ${good}`],
      ['a blank behind', `${good} `],
      ['a tab behind', `${good}\t`],
      ['a line break behind', `${good}\n`],
      ['a line break inside the signature', `${good.slice(0, -4)}\n${good.slice(-4)}`],
      ['a no-break space behind', `${good}\u00a0`],
      ['U+0085 behind', `${good}\u0085`],
      ['a NUL behind', `${good}\u0000`],
      ['the standard alphabet (+)', `${good.slice(0, -1)}+`],
      ['the standard alphabet (/)', `${good.slice(0, -1)}/`],
      ['junk in the signature (!)', `${good}!`],
      ['junk in the signature (*)', `${good}*`],
      ['a comma', `${good},${signature}`],
      ['full-width letters', good.replace('e', 'ｅ')],
      ['a percent-encoded dot', good.replaceAll('.', '%2e')],
    ])('refuses %s', (_, token) => {
      expect(refusal(token)).toMatchObject({
        code: 'ERR_TOKEN_MALFORMED',
        status: 401,
        error: 'invalid_token',
        description: 'The access token is malformed.',
      })
    })

    it.each([
      ['is direct encryption (JWE where JWS is expected)', `${head}..${payload}.${signature}.AAAA`],
      ['has five segments', `${head}.${payload}.${payload}.${payload}.${signature}`],
    ])('RS-37 refuses a token that %s as encrypted', (_, token) => {
      expect(refusal(token)).toMatchObject({ code: 'ERR_TOKEN_ENCRYPTED', status: 401 })
    })

    it.each([undefined, null, 5, true, {}, [], [good], { toString: () => good }])(
      'refuses %p, which is no text',
      (token) => {
        expect(refusal(token)).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
      },
    )

    it('names the usual mistakes in the log', () => {
      expect(refusal('{}').message).toBe(
        'the token is malformed: it is a JSON-serialized JWS; only the compact serialization is accepted',
      )
      expect(refusal('a.b').message).toBe(
        'the token is malformed: it has 2 segment(s) instead of three',
      )
      expect(refusal('a.b.c.d.e.f.g').message).toBe(
        'the token is malformed: it has more than five segment(s) instead of three',
      )
      expect(refusal('a..c').message).toBe('the token is malformed: a segment is empty')
      expect(refusal(`Bearer ${good}`).message).toBe(
        'the token is malformed: it begins with the scheme "Bearer"; give the token alone',
      )
      expect(refusal(`BEARER ${good}=`).message).toContain('begins with the scheme')
      expect(refusal(`"${good}"`).message).toBe('the token is malformed: it is in quotes')
      expect(refusal(`'${good}'`).message).toBe('the token is malformed: it is in quotes')
      expect(refusal(`${good} bearer "x"`).message).toBe(
        'the token is malformed: its signature is not canonical base64url',
      )
      expect(refusal(5).message).toBe('the token is malformed: it is not a string')
      expect(refusal(`${head}.${payload}.${signature}.AAAA.AAAA`).message).toBe(
        'the token has five segments: it is encrypted (JWE), not signed (JWS)',
      )
    })
  })

  describe('spare bits in the last character', () => {
    const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

    it('gives one signature one spelling', () => {
      const start = good.slice(0, -1)
      // 64 bytes leave four unused bits in the last of 86 characters.
      const spellings = [...ALPHABET]
        .map((last) => start + last)
        .filter((token) => {
          const bytes = Buffer.from(token.split('.')[2]!, 'base64url')
          return bytes.equals(Buffer.from(signature, 'base64url'))
        })

      expect(spellings).toHaveLength(16)
      for (const spelling of spellings) {
        if (spelling === good) expect(parse(spelling).token).toBe(good)
        else expect(refusal(spelling)).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
      }
    })

    it.each(['header', 'payload'] as const)('gives one %s one spelling', (part) => {
      // Three characters for two bytes: the last one has two unused bits.
      const text = '{"alg":"ES256"}  '
      const segment = encode(text.slice(0, 17))
      expect(segment.length % 4).toBe(3)
      const changed =
        segment.slice(0, -1) + (ALPHABET[ALPHABET.indexOf(segment.slice(-1)) + 1] ?? '')
      const build = (own: string) =>
        part === 'header' ? `${own}.${payload}.${signature}` : `${head}.${own}.${signature}`

      expect(parse(build(segment)).token).toBe(build(segment))
      expect(refusal(build(changed)).message).toBe(
        `the token is malformed: its ${part} is not canonical base64url`,
      )
    })

    it('refuses a segment of a length that encodes nothing', () => {
      expect(refusal(`A.${payload}.${signature}`)).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
      expect(refusal(`${head}.${payload}.AAAAA`)).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
    })
  })

  describe.each(['header', 'payload'] as const)('the JSON of the %s', (part) => {
    const withText = (text: string | Buffer) =>
      part === 'header'
        ? `${encode(text)}.${payload}.${signature}`
        : `${head}.${encode(text)}.${signature}`

    it.each([
      ['a list', '[]'],
      ['a text', '"x"'],
      ['a text that holds JSON', JSON.stringify('{"alg":"ES256"}')],
      ['a number', '1'],
      ['null', 'null'],
      ['no JSON', 'x'],
      ['trailing bytes', '{"alg":"ES256"}x'],
      ['two objects', '{"alg":"ES256"}{}'],
      ['a comment', '{"alg":"ES256"/**/}'],
      ['single quotes', "{'alg':'ES256'}"],
      ['a trailing comma', '{"alg":"ES256",}'],
      ['NaN', '{"alg":"ES256","n":NaN}'],
      ['UTF-16', Buffer.from('{"alg":"ES256"}', 'utf16le')],
      ['a byte order mark (BOM)', '\ufeff{"alg":"ES256"}'],
      ['ill-formed UTF-8', Buffer.from([...Buffer.from('{"alg":"ES256","a'), 0xff, 0x22])],
      ['another token (nested JWT)', good],
    ])('refuses %s', (_, text) => {
      expect(refusal(withText(text))).toMatchObject({ code: 'ERR_TOKEN_MALFORMED', status: 401 })
    })

    it.each([
      ['at the top', '{"alg":"none","alg":"ES256"}'],
      ['spelled with an escape', '{"alg":"none","\\u0061lg":"ES256"}'],
      ['further down', '{"alg":"ES256","a":{"b":1,"b":2}}'],
    ])('RS-28 refuses a duplicate member %s', (_, text) => {
      expect(refusal(withText(text)).message).toBe(
        `the token is malformed: its ${part} has a duplicate member`,
      )
    })

    it('takes 32 levels and refuses 33 (deep JSON)', () => {
      const nested = (levels: number) =>
        `{"alg":"ES256","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`

      expect(parse(withText(nested(32)))).toBeDefined()
      expect(refusal(withText(nested(33)))).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
      expect(refusal(withText('['.repeat(12_000)))).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
    })
  })

  it('RS-22 refuses alg none with and without a signature', () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', 'ｎone', 'none\u0000']) {
      expect(refusal(`${encode({ alg })}.${payload}.${signature}`)).toMatchObject({
        code: 'ERR_ALGORITHM_REFUSED',
      })
      expect(refusal(`${encode({ alg })}.${payload}.`)).toMatchObject({ status: 401 })
    }
  })

  it('keeps a __proto__ claim as plain data', () => {
    const token = mint(
      { alg: 'HS256' },
      '{"__proto__":{"admin":true},"constructor":1}',
      newSecret(),
      'HS256',
    )
    const { unverifiedClaims } = parse(token)

    expect(Object.keys(unverifiedClaims)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(unverifiedClaims)).toBe(Object.prototype)
    expect('admin' in unverifiedClaims).toBe(false)
  })

  describe('as a property', () => {
    const parsesOrRefuses = (token: string) => {
      try {
        const { header } = parse(token)
        return typeof header.alg === 'string'
      } catch (error) {
        return isGuardError(error) && error.status === 401 && !error.message.includes(token)
      }
    }

    it('never throws anything but a GuardError for arbitrary text', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', minLength: 4, maxLength: 300 }), parsesOrRefuses),
      )
    })

    it('never throws anything but a GuardError for three arbitrary segments', () => {
      const segment = fc.uint8Array({ maxLength: 60 }).map((bytes) => encode(Buffer.from(bytes)))
      fc.assert(
        fc.property(
          fc.tuple(segment, segment, segment).map((segments) => segments.join('.') + '.'),
          fc.boolean(),
          (token, cut) => parsesOrRefuses(cut ? token.slice(0, -1) + 'AAAA' : token),
        ),
      )
    })

    it('never throws anything but a GuardError for arbitrary JSON in both segments', () => {
      fc.assert(
        fc.property(fc.json(), fc.json(), (one, other) =>
          parsesOrRefuses(`${encode(one)}.${encode(other)}.${signature}`),
        ),
      )
    })

    it('never throws anything but a GuardError for a good token with one character changed', () => {
      fc.assert(
        fc.property(
          fc.nat(good.length - 1),
          fc.string({ unit: 'binary', maxLength: 2 }),
          (at, text) => parsesOrRefuses(good.slice(0, at) + text + good.slice(at + 1)),
        ),
        { numRuns: 500 },
      )
    })

    it('never takes two spellings for one header, payload and signature', () => {
      fc.assert(
        fc.property(
          fc.nat(good.length - 1),
          fc.constantFrom(...'AQgwBxyz01-_'),
          (at, character) => {
            const changed = good.slice(0, at) + character + good.slice(at + 1)
            fc.pre(changed !== good)
            try {
              const parsed = parse(changed)
              const original = parse(good)
              return (
                parsed.signingInput !== original.signingInput ||
                !parsed.signature.equals(original.signature)
              )
            } catch (error) {
              return isGuardError(error)
            }
          },
        ),
        { numRuns: 500 },
      )
    })
  })
})
