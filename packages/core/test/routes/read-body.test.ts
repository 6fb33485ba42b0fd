import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { BodyError } from '../../src/routes/body-error.ts'
import { type Body, readBody } from '../../src/routes/read-body.ts'
import type { RouteRequest } from '../../src/routes/route.ts'

const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'
const LIMIT = 16 * 1024

type Headers = RouteRequest['headers']

function sent(body: string | Uint8Array, headers: Headers): RouteRequest {
  const stream = Readable.from(body.length === 0 ? [] : [Buffer.from(body)])
  return { method: 'POST', url: '/x', headers, params: {}, stream }
}

const ofType = (type: Headers[string], body: string | Uint8Array) =>
  readBody(sent(body, { 'content-type': type }))
const form = (body: string | Uint8Array) => ofType(FORM, body)
const json = (body: string | Uint8Array) => ofType(JSON_TYPE, body)
const parsed = (body: unknown, type: string = FORM, headers: Headers = {}) =>
  readBody({
    method: 'POST',
    url: '/x',
    headers: { 'content-type': type, 'content-length': '9', ...headers },
    params: {},
    body,
  })

async function valuesOf(body: Promise<Body>): Promise<Record<string, string>> {
  const read = await body
  if (read.kind !== 'form') throw new Error(`got ${read.kind}`)
  return Object.fromEntries(read.values)
}

async function failureOf(body: Promise<Body>): Promise<BodyError> {
  const thrown: unknown = await body.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof BodyError) return thrown
  throw new Error('it was read, or something else was thrown')
}

describe('readBody, of a form', () => {
  it('reads its parameters', async () => {
    expect(await valuesOf(form('grant_type=refresh_token&refresh_token=a.b'))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'a.b',
    })
  })

  it('decodes percent-encoding, a plus sign and UTF-8', async () => {
    expect(await valuesOf(form('a=1+2%2B3&%C3%A9=%F0%9F%94%91&b=x=y'))).toEqual({
      a: '1 2+3',
      é: '🔑',
      b: 'x=y',
    })
    expect(await valuesOf(form('a=ü'))).toEqual({ a: 'ü' })
  })

  it.each(['a=1&b=', 'a=1&b', 'b=&a=1', '&a=1&&'])(
    'AS-01 takes a parameter without a value for none: %s',
    async (text) => {
      expect(await valuesOf(form(text))).toEqual({ a: '1' })
    },
  )

  it.each(['a=1&a=1', 'a=1&b=2&a=', 'a=&a=1', 'a&a', 'a=1&%61=2'])(
    'AS-01 refuses a parameter that is there twice: %s',
    async (text) => {
      expect(await failureOf(form(text))).toMatchObject({
        status: 400,
        problem: 'A parameter of the form is there more than once.',
      })
    },
  )

  it.each([
    ['half a percent-encoding', 'a=%2'],
    ['a percent sign', '100%=a'],
    ['percent-encoded bytes that are not UTF-8', 'a=%ff'],
    ['an overlong percent-encoding', 'a=%C0%AF'],
  ])('refuses %s', async (_, text) => {
    expect(await failureOf(form(text))).toMatchObject({
      status: 400,
      problem: 'The form cannot be read.',
    })
  })

  it('refuses bytes that are not UTF-8', async () => {
    const { status, problem } = await failureOf(form(Buffer.from([0x61, 0x3d, 0xff])))
    expect([status, problem]).toEqual([400, 'The body is not UTF-8.'])
  })

  it('reads a character whose bytes come in two pieces', async () => {
    const bytes = Buffer.from('a=🔑')
    const stream = Readable.from([bytes.subarray(0, 4), bytes.subarray(4)])
    const request = { ...sent('', { 'content-type': FORM }), stream }
    expect(await valuesOf(readBody(request))).toEqual({ a: '🔑' })
  })

  it('has no parameters when it is empty', async () => {
    expect(await valuesOf(form(''))).toEqual({})
  })

  it('knows parameters by names of Object.prototype', async () => {
    const { values } = (await form('__proto__=1&constructor=2')) as Body & { kind: 'form' }
    expect([...values]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })
})

describe('readBody, of JSON', () => {
  it('reads an object', async () => {
    expect(await json('{"a":[1,{"b":"ü"}]}')).toEqual({
      kind: 'json',
      value: { a: [1, { b: 'ü' }] },
    })
  })

  it.each([
    ['a duplicate member', '{"a":1,"a":2}', 'The body has a duplicate member.'],
    ['a list', '[1]', 'The body is not a JSON object.'],
    ['null', 'null', 'The body is not a JSON object.'],
    ['half of it', '{"a":', 'The body is not JSON.'],
    ['a byte order mark', '\ufeff{"a":1}', 'The body is not JSON.'],
    ['too many levels', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, expect.any(String)],
  ])('refuses %s', async (_, text, problem) => {
    expect(await failureOf(json(text))).toMatchObject({ status: 400, problem })
  })

  it('is none when it is empty', async () => {
    expect(await json('')).toEqual({ kind: 'none' })
  })

  it('says nothing of what was sent', async () => {
    const { message, problem } = await failureOf(json('{"password":"hunter2"'))
    expect(message + problem).not.toContain('hunter2')
  })
})

describe('readBody, by the media type', () => {
  it.each([`${FORM};charset=UTF-8`, `${FORM} ; charset="utf-8"`, FORM.toUpperCase()])(
    'takes %s for a form',
    async (type) => {
      expect(await valuesOf(ofType(type, 'a=1'))).toEqual({ a: '1' })
    },
  )

  it.each([`${JSON_TYPE}; charset=utf-8`, 'Application/JSON'])(
    'takes %s for JSON',
    async (type) => {
      expect(await ofType(type, '{}')).toEqual({ kind: 'json', value: {} })
    },
  )

  it.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    `${FORM}x`,
    `x${FORM}`,
    `text/plain; ${FORM}`,
    `text/plain, ${JSON_TYPE}`,
    'application/jsonp',
    'application/ld+json',
    `${JSON_TYPE}; charset=utf-16`,
    `${FORM}; charset=iso-8859-1`,
    `${FORM}; charset=utf-8x`,
    `${FORM}; charset=x-charset=utf-8`,
    `${FORM}; charset=`,
    '',
    undefined,
    [FORM],
  ])('refuses a body of the type %j', async (type) => {
    expect(await failureOf(ofType(type, 'a=1'))).toMatchObject({ status: 415 })
  })

  it.each(['text/plain', undefined])('is none without a body, under the type %j', async (type) => {
    expect(await ofType(type, '')).toEqual({ kind: 'none' })
  })

  it.each(['identity', ' Identity '])(
    'takes the content coding %j, which is none',
    async (encoding) => {
      const request = sent('a=1', { 'content-type': FORM, 'content-encoding': encoding })
      expect(await readBody(request)).toMatchObject({ kind: 'form' })
    },
  )

  it.each(['gzip', 'br', 'deflate, gzip', 'identity, gzip', '', ['identity']])(
    'refuses the content coding %j, in which a few bytes can be very many',
    async (encoding) => {
      const request = sent(gzipSync('a=1'), { 'content-type': FORM, 'content-encoding': encoding })
      expect(await failureOf(readBody(request))).toMatchObject({ status: 415 })
    },
  )

  it.each(['identity', 'Identity'])('takes the content coding %s for none', async (encoding) => {
    const request = sent('a=1', { 'content-type': FORM, 'content-encoding': encoding })
    expect(await valuesOf(readBody(request))).toEqual({ a: '1' })
  })
})

describe('readBody, of what a parser of the application read before', () => {
  it('takes its parameters', async () => {
    expect(await valuesOf(parsed({ a: '1', b: '' }))).toEqual({ a: '1' })
    expect(await valuesOf(parsed(Object.assign(Object.create(null), { a: '1' })))).toEqual({
      a: '1',
    })
  })

  it.each([[['1', '2']], [['']], [[]], [{ b: '1' }], [null]])(
    'AS-01 refuses a parameter that it made %j of',
    async (value) => {
      expect(await failureOf(parsed({ a: value }))).toMatchObject({ status: 400 })
    },
  )

  it.each([1, true, [], ['a']])('refuses a form that it made %j of', async (body) => {
    expect(await failureOf(parsed(body))).toMatchObject({ status: 400 })
    expect(await failureOf(parsed({ a: typeof body === 'object' ? 1 : body }))).toMatchObject({
      status: 400,
    })
  })

  it('takes its JSON object', async () => {
    expect(await parsed({ a: 1 }, JSON_TYPE)).toEqual({ kind: 'json', value: { a: 1 } })
  })

  it.each([[[1]], [1], [true]])('refuses the JSON %j', async (body) => {
    expect(await failureOf(parsed(body, JSON_TYPE))).toMatchObject({ status: 400 })
  })

  it.each([
    ['bytes', Buffer.from('a=1&b=2')],
    ['a text', 'a=1&b=2'],
  ])('reads %s that it left as it came', async (_, body) => {
    expect(await valuesOf(parsed(body))).toEqual({ a: '1', b: '2' })
    expect(await failureOf(parsed(body, JSON_TYPE))).toMatchObject({ status: 400 })
    expect(await failureOf(parsed(body, 'text/plain'))).toMatchObject({ status: 415 })
  })

  it('is as strict with a text or bytes as with a stream', async () => {
    expect(await failureOf(parsed('a=1&a=2'))).toMatchObject({ status: 400 })
    expect(await failureOf(parsed(Buffer.from([0xff])))).toMatchObject({ status: 400 })
    expect(await failureOf(parsed('a=' + 'ü'.repeat(LIMIT / 2)))).toMatchObject({ status: 413 })
    expect(await valuesOf(parsed('a=' + 'ü'.repeat(LIMIT / 2 - 1)))).toHaveProperty('a')
  })

  it('does not look at a body of another type', async () => {
    expect(await failureOf(parsed({ a: '1' }, 'multipart/form-data'))).toMatchObject({
      status: 415,
    })
  })

  it('goes by the stream where there is one: a parser of another type leaves an empty object', async () => {
    const request = { ...sent('a=1', { 'content-type': FORM }), body: {} }
    expect(await valuesOf(readBody(request))).toEqual({ a: '1' })
  })

  it('says that it is the server when the body was read and not kept', async () => {
    expect(await failureOf(parsed(undefined))).toMatchObject({ status: 500 })
    expect(await failureOf(parsed(null, JSON_TYPE))).toMatchObject({ status: 500 })
    expect(
      await failureOf(
        parsed(undefined, FORM, { 'content-length': undefined, 'transfer-encoding': 'chunked' }),
      ),
    ).toMatchObject({ status: 500 })
  })

  it('is none where there was nothing to read', async () => {
    const none = { 'content-length': '0' }
    expect(await parsed(undefined, 'text/plain', none)).toEqual({ kind: 'none' })
    expect(await parsed(undefined, JSON_TYPE, none)).toEqual({ kind: 'none' })
    expect(await valuesOf(parsed(undefined, FORM, { 'content-length': undefined }))).toEqual({})
  })
})

describe('readBody, of too much', () => {
  const ofLength = (length: number) => `a=${'x'.repeat(length - 2)}`
  const NEVER: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      throw new Error('it was read')
    },
  }

  it('reads up to 16 KiB and not a byte more', async () => {
    expect(await valuesOf(form(ofLength(LIMIT)))).toHaveProperty('a')
    expect(await failureOf(form(ofLength(LIMIT + 1)))).toMatchObject({
      status: 413,
      problem: 'The body must not be longer than 16384 bytes.',
    })
  })

  it('reads up to the limit it is given', async () => {
    expect(await valuesOf(readBody(sent('a=1', { 'content-type': FORM }), 3))).toEqual({ a: '1' })
    const tooMuch = readBody(sent('a=12', { 'content-type': FORM }), 3)
    expect(await failureOf(tooMuch)).toMatchObject({ status: 413 })
  })

  it('reads nothing of a body that says it is too long', async () => {
    const request = {
      ...sent('', { 'content-type': FORM, 'content-length': String(LIMIT + 1) }),
      stream: NEVER,
    }
    expect(await failureOf(readBody(request))).toMatchObject({ status: 413 })
  })

  it('refuses one that says so when a parser of the application read it', async () => {
    const headers = { 'content-length': String(LIMIT + 1) }
    expect(await failureOf(parsed({ a: '1' }, FORM, headers))).toMatchObject({ status: 413 })
  })

  it('passes over the rest, keeping none of it and ending nothing', async () => {
    let given = 0
    let ended = false
    async function* pieces() {
      try {
        while (given < 100) {
          given++
          yield await Promise.resolve(Buffer.alloc(1024, 'x'))
        }
      } finally {
        ended = true
      }
    }
    const request = { ...sent('', { 'content-type': FORM }), stream: pieces() }
    expect(await failureOf(readBody(request))).toMatchObject({ status: 413 })
    expect(given).toBeLessThan(20)
    expect(ended).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    expect([given, ended]).toEqual([100, true])
  })

  it('lets nothing be heard of a client that goes away meanwhile', async () => {
    async function* pieces() {
      yield await Promise.resolve(Buffer.alloc(LIMIT + 1))
      throw new Error('aborted')
    }
    const request = { ...sent('', { 'content-type': FORM }), stream: pieces() }
    expect(await failureOf(readBody(request))).toMatchObject({ status: 413 })
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('readBody, of a stream that fails', () => {
  const NEVER_ENDING = () => new Readable({ read: () => undefined })
  const reading = (stream: Readable) => readBody({ ...sent('', { 'content-type': FORM }), stream })

  it('says so, and keeps the reason', async () => {
    const stream = NEVER_ENDING()
    const body = reading(stream)
    stream.push('a=1')
    stream.destroy(new Error('ECONNRESET'))
    const error = await failureOf(body)
    expect(error).toMatchObject({ status: 400, problem: 'The body did not arrive in full.' })
    expect(error.cause).toMatchObject({ message: 'ECONNRESET' })
  })

  it('says so when it ends before its time without a reason', async () => {
    const stream = NEVER_ENDING()
    const body = reading(stream)
    stream.destroy()
    expect(await failureOf(body)).toMatchObject({ status: 400 })
  })

  it('says so when it had ended before', async () => {
    const stream = NEVER_ENDING()
    stream.destroy()
    expect(await failureOf(reading(stream))).toMatchObject({ status: 400 })
  })

  it('says so when it throws at once', async () => {
    const stream = {
      [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
        throw new Error('in use')
      },
    }
    const body = readBody({ ...sent('', { 'content-type': FORM }), stream })
    expect(await failureOf(body)).toMatchObject({ status: 400 })
  })

  it('waits ten seconds for it, and says so in the eleventh', async () => {
    const { jest } = import.meta
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      const stream = NEVER_ENDING()
      let isRefused = false
      const refused = failureOf(reading(stream)).finally(() => (isRefused = true))
      for (let second = 1; second <= 10; second++) {
        stream.push('a')
        await jest.advanceTimersByTimeAsync(second === 10 ? 999 : 1_000)
        expect(isRefused).toBe(false)
      }
      await jest.advanceTimersByTimeAsync(1)
      expect(await refused).toMatchObject({
        status: 408,
        problem: 'The body took too long to arrive.',
      })
    } finally {
      jest.useRealTimers()
    }
  })

  it('keeps no timer once it has arrived', async () => {
    const { jest } = import.meta
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      await form('a=1')
      expect(jest.getTimerCount()).toBe(0)
    } finally {
      jest.useRealTimers()
    }
  })

  it('reads texts, which a stream gives after setEncoding', async () => {
    const request = sent('a=ü', { 'content-type': FORM })
    ;(request.stream as Readable).setEncoding('utf8')
    expect(await valuesOf(readBody(request))).toEqual({ a: 'ü' })
  })
})
