import { BodyError } from '../routes/body-error.ts'
import { readBytes } from '../routes/read-bytes.ts'
import type { RouteRequest } from '../routes/route.ts'

const MEDIA_TYPE = 'application/secevent+jwt'

/**
 * A security event token, which is the whole body (RFC 8935 §2.1): as it arrives, or as a parser of the application's left
 * it, text or bytes. Of a body that is too long, nothing is kept.
 *
 * @throws BodyError
 */
export async function readSet(
  { headers, stream, body }: RouteRequest,
  limit: number,
): Promise<string> {
  if (mediaTypeOf(headers['content-type']) !== MEDIA_TYPE)
    throw new BodyError(415, `The body must be ${MEDIA_TYPE}.`)
  const coding = headers['content-encoding']
  // A compressed body of a few bytes can be one of a gigabyte.
  if (coding !== undefined && coding !== 'identity')
    throw new BodyError(415, 'The body must not have a content coding.')
  if (Number(headers['content-length']) > limit) throw tooLarge(limit)
  const bytes =
    stream === undefined ? parsedBytes(body) : await readBytes(stream, limit, () => tooLarge(limit))
  if (bytes.byteLength > limit) throw tooLarge(limit)
  // A token is ASCII, and what is not is refused as a token: no byte of it can pass for another.
  return Buffer.from(bytes).toString('latin1')
}

/** RFC 9110 §8.3.1: names in any case, parameters after a semicolon. */
function mediaTypeOf(field: string | readonly string[] | undefined): string | undefined {
  return typeof field === 'string' ? field.split(';')[0]!.trim().toLowerCase() : undefined
}

function parsedBytes(body: unknown): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  throw new BodyError(500, 'The body was read before it came here, and was not kept.')
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `The body must not be longer than ${limit} bytes.`)
}
