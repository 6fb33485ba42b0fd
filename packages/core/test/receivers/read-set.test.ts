import { readSet } from '../../src/receivers/read-set.ts'
import { BodyError } from '../../src/routes/body-error.ts'
import type { RouteRequest } from '../../src/routes/route.ts'
import { SET } from './receive.ts'

const request = (body: unknown, headers: Record<string, string> = {}): RouteRequest => ({
  method: 'POST',
  url: '/events',
  headers: { ...SET, ...headers },
  params: {},
  body,
})
const streamed = (text: string, headers: Record<string, string> = {}): RouteRequest => {
  async function* pieces() {
    for (const character of text) yield await Promise.resolve(Buffer.from(character))
  }
  return { ...request(undefined, headers), stream: pieces() }
}
const refusal = async (given: RouteRequest, limit = 10) => {
  const error: unknown = await readSet(given, limit).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(BodyError)
  const { status, problem } = error as BodyError
  return { status, problem }
}
const tooLong = { status: 413, problem: 'The body must not be longer than 10 bytes.' }

describe('readSet', () => {
  it.each([
    ['streamed', streamed('a.b.c')],
    ['streamed, of the length that is allowed', streamed('a.b.c', { 'content-length': '10' })],
    ['a text that a parser left', request('a.b.c')],
    ['bytes that a parser left', request(Buffer.from('a.b.c'))],
    ['said to have no coding', request('a.b.c', { 'content-encoding': 'identity' })],
    ['spelled otherwise', request('a.b.c', { 'content-type': ' Application/SecEvent+JWT ; a=b' })],
  ])('reads a body %s', async (_, given) => {
    expect(await readSet(given, 10)).toBe('a.b.c')
  })

  it('takes as many bytes as are allowed, and not one more', async () => {
    expect(await readSet(request('0123456789'), 10)).toBe('0123456789')
    expect(await readSet(streamed('0123456789'), 10)).toBe('0123456789')
    expect(await refusal(request('0123456789x'))).toEqual(tooLong)
    expect(await refusal(streamed('0123456789x'))).toEqual(tooLong)
    expect(await refusal(streamed('', { 'content-length': '11' }))).toEqual(tooLong)
  })

  it.each(['application/jwt', 'application/secevent+jwtx', 'text/plain', ''])(
    'refuses a body of type %j',
    async (type) => {
      expect(await refusal(request('a.b.c', { 'content-type': type }))).toEqual({
        status: 415,
        problem: 'The body must be application/secevent+jwt.',
      })
    },
  )

  it('refuses a body with a coding', async () => {
    expect(await refusal(request('a.b.c', { 'content-encoding': 'gzip' }))).toEqual({
      status: 415,
      problem: 'The body must not have a content coding.',
    })
  })

  it.each([undefined, null, {}, 7])('cannot take %j for a body', async (body) => {
    expect(await refusal(request(body))).toEqual({
      status: 500,
      problem: 'The body was read before it came here, and was not kept.',
    })
  })

  it('keeps what is not ASCII apart from what is', async () => {
    expect(await readSet(request('ä'), 10)).toBe('Ã¤')
  })
})
