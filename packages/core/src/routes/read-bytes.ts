import { BodyError } from './body-error.ts'

/** Texts are what a stream gives that the application called `setEncoding` on. */
type Chunk = Uint8Array | string

/**
 * Everything a stream gives, up to `limit` bytes. Of more, nothing is kept: the rest is passed over in the background,
 * because what is left unread would stand before the next request of the connection, and ending the stream would end
 * the connection before the answer is sent.
 *
 * @throws BodyError (400) when the stream fails or ends before its time, as when the client is gone; and what `tooLong`
 *   makes
 */
export async function readBytes(
  stream: AsyncIterable<Chunk>,
  limit: number,
  tooLong: () => BodyError,
): Promise<Uint8Array> {
  const { next } = iterate(stream)
  const kept: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await next().catch(unread)
    if (done === true) return Buffer.concat(kept, length)
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    length += bytes.byteLength
    if (length > limit) {
      void passOver(next)
      throw tooLong()
    }
    kept.push(bytes)
  }
}

/** By hand: leaving a `for await` early destroys the stream. */
function iterate(stream: AsyncIterable<Chunk>) {
  try {
    const iterator = stream[Symbol.asyncIterator]()
    return { next: () => iterator.next() as Promise<IteratorResult<Chunk, undefined>> }
  } catch (cause) {
    return unread(cause)
  }
}

async function passOver(next: () => Promise<IteratorResult<Chunk, undefined>>): Promise<void> {
  try {
    while ((await next()).done !== true);
  } catch {
    // The client is gone, or the server ended the connection: nobody waits for the rest.
  }
}

function unread(cause: unknown): never {
  throw new BodyError(400, 'The body did not arrive in full.', cause)
}
