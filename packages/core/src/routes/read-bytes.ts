import { BodyError } from './body-error.ts'

/** Texts are what a stream gives that the application called `setEncoding` on. */
type Chunk = Uint8Array | string

/** Milliseconds. A token or two are one packet; not every server ends a request that never does. */
const LONGEST = 10_000

/**
 * Everything a stream gives, up to `limit` bytes and within ten seconds. Of more, nothing is kept: the rest is passed over in the background,
 * because what is left unread would stand before the next request of the connection, and ending the stream would end
 * the connection before the answer is sent.
 *
 * @throws BodyError (400) when the stream fails or ends before its time, as when the client is gone; (408) when it takes
 *   too long; and what `tooLong` makes
 */
export async function readBytes(
  stream: AsyncIterable<Chunk>,
  limit: number,
  tooLong: () => BodyError,
): Promise<Uint8Array> {
  const { next } = iterate(stream)
  const deadline = startDeadline()
  try {
    return await readAll(next, limit, tooLong, deadline.passed)
  } finally {
    deadline.end()
  }
}

async function readAll(
  next: Next,
  limit: number,
  tooLong: () => BodyError,
  passed: Promise<never>,
): Promise<Uint8Array> {
  const kept: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await Promise.race([next().catch(unread), passed])
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

type Next = () => Promise<IteratorResult<Chunk, undefined>>

/** `passed` rejects when it is over. Whoever does not wait for it any more is not bothered by it. */
function startDeadline(): { passed: Promise<never>; end: () => void } {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<never>((_, reject) => {
    const late = () => reject(new BodyError(408, 'The body took too long to arrive.'))
    timer = setTimeout(late, LONGEST).unref()
  })
  passed.catch(() => undefined)
  return { passed, end: () => clearTimeout(timer) }
}

/** By hand: leaving a `for await` early destroys the stream. */
function iterate(stream: AsyncIterable<Chunk>) {
  try {
    const iterator = stream[Symbol.asyncIterator]()
    return { next: () => iterator.next() as ReturnType<Next> }
  } catch (cause) {
    return unread(cause)
  }
}

async function passOver(next: Next): Promise<void> {
  try {
    while ((await next()).done !== true);
  } catch {
    // The client is gone, or the server ended the connection: nobody waits for the rest.
  }
}

function unread(cause: unknown): never {
  throw new BodyError(400, 'The body did not arrive in full.', cause)
}
