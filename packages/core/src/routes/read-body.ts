import { isRecord } from '../is-record.ts'
import { type JsonObject, parseStrictJson } from '../strict-json.ts'
import { BodyError } from './body-error.ts'
import { parseForm, readParsedForm } from './form-values.ts'
import { readBytes } from './read-bytes.ts'
import type { RouteRequest } from './route.ts'

/** The body of a request, by its media type. */
export type Body =
  | {
      readonly kind: 'form'
      /** Every parameter that has a value, once: RFC 6749 §3.2 takes an empty one for none. */
      readonly values: ReadonlyMap<string, string>
    }
  | { readonly kind: 'json'; readonly value: JsonObject }
  | { readonly kind: 'none' }

/** Bytes. The largest thing that is sent here is a token or two. */
const DEFAULT_LIMIT = 16 * 1024

/**
 * Reads the body of a request: a form (`application/x-www-form-urlencoded`) or a JSON object, in UTF-8, of at most
 * `limit` bytes. Takes what a parser of the application's made of it where one ran before. Of a body that is too long,
 * the rest is passed over, so that the connection can serve the next request.
 *
 * @throws BodyError and nothing else
 */
export async function readBody(request: RouteRequest, limit = DEFAULT_LIMIT): Promise<Body> {
  const { headers, stream } = request
  const type = mediaTypeOf(headers['content-type'])
  refuseEncoded(headers['content-encoding'])
  if (Number(headers['content-length']) > limit) throw tooLarge(limit)

  if (stream === undefined) return fromParsed(request.body, type, limit, headers)
  return fromText(decode(await readBytes(stream, limit, () => tooLarge(limit))), type)
}

type MediaType = 'form' | 'json' | 'none' | 'other'

/** RFC 9110 §8.3.1: names in any case, parameters after a semicolon. */
function mediaTypeOf(field: string | readonly string[] | undefined): MediaType {
  if (field === undefined) return 'none'
  if (typeof field !== 'string') return 'other'
  const [type = '', ...parameters] = field.split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  // RFC 8259 §8.1 knows UTF-8 only, and RFC 6749 appendix B wants it of forms.
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return 'other'
  if (type === 'application/x-www-form-urlencoded') return 'form'
  return type === 'application/json' ? 'json' : 'other'
}

function refuseEncoded(field: string | readonly string[] | undefined): void {
  if (field === undefined) return
  // A compressed body of a few bytes can be one of a gigabyte.
  if (typeof field === 'string' && field.trim().toLowerCase() === 'identity') return
  throw new BodyError(415, 'The body must not have a content coding.')
}

function fromText(text: string, type: MediaType): Body {
  if (type === 'form') return { kind: 'form', values: parseForm(text) }
  if (text === '') return { kind: 'none' }
  if (type !== 'json') throw unsupported()
  try {
    return { kind: 'json', value: parseStrictJson(text) }
  } catch (cause) {
    throw new BodyError(400, `The body ${(cause as Error).message}.`, cause)
  }
}

/** A text, or bytes, where the application's parser is one that leaves the format to its handlers. */
function fromParsed(
  body: unknown,
  type: MediaType,
  limit: number,
  headers: RouteRequest['headers'],
): Body {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    if (bytes.byteLength > limit) throw tooLarge(limit)
    return fromText(decode(bytes), type)
  }
  if (body === undefined || body === null || (type !== 'form' && type !== 'json')) {
    if (isEmpty(headers)) return fromText('', type)
    if (type === 'form' || type === 'json') throw notKept()
    throw unsupported()
  }
  if (type === 'form') return { kind: 'form', values: readParsedForm(body) }
  if (!isRecord(body)) throw new BodyError(400, 'The body is not a JSON object.')
  return { kind: 'json', value: body }
}

/** RFC 9112 §6.3: without these two fields a request has no body. */
function isEmpty(headers: RouteRequest['headers']): boolean {
  if (headers['transfer-encoding'] !== undefined) return false
  return Number(headers['content-length'] ?? 0) === 0
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch (cause) {
    throw new BodyError(400, 'The body is not UTF-8.', cause)
  }
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `The body must not be longer than ${limit} bytes.`)
}

function unsupported(): BodyError {
  return new BodyError(
    415,
    'The body must be application/x-www-form-urlencoded or application/json, in UTF-8.',
  )
}

function notKept(): BodyError {
  return new BodyError(500, 'The body was read before it came here, and was not kept.')
}
