/** How long an identity provider may take for its whole answer. */
const TIMEOUT_MS = 5_000

/** Far above any real key set; jose reads one of 60 MB. */
const MOST_BYTES = 256 * 1024

/**
 * Gets a JSON document from an identity provider, within 5 s and 256 KiB. Redirects are refused: they would let
 * the endpoint send us anywhere. Undefined when the server says that there is no such document (404).
 *
 * @throws TypeError or DOMException when the document cannot be had
 */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status === 404) {
    await response.body?.cancel()
    return undefined
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new TypeError(`it answered with status ${response.status}`)
  }
  const text = await readBounded(response)
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError('its answer is not JSON')
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    // Leaving the loop cancels the body: the rest is never read.
    if (bytes > MOST_BYTES) throw new TypeError(`its answer is larger than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Why a fetch failed. Node says "fetch failed" and hides the reason (ENOTFOUND, ECONNREFUSED …) one cause deeper. */
export function describeCause(error: unknown): string {
  const { message, cause } = error as Error
  if (!(cause instanceof Error)) return message
  return `${message} (${(cause as NodeJS.ErrnoException).code ?? cause.message})`
}

/** Keys travel over TLS, or not at all between hosts. */
export function isSecureUrl(text: unknown): text is string {
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
