import { withinDeadline } from './deadline.ts'
import { IssuerError, isIssuerError } from './errors.ts'

/**
 * Waits for a store, but not for ever. Whatever it fails with is an outage: not the client's fault, and no reason to end a session.
 *
 * @throws IssuerError `ERR_STORE_UNAVAILABLE`
 */
export async function fromStore<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await withinDeadline(call)
  } catch (cause) {
    if (isIssuerError(cause)) throw cause
    throw new IssuerError('ERR_STORE_UNAVAILABLE', 'the session store failed', { cause })
  }
}
