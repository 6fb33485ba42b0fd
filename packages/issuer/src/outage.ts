import type { IssuerStore } from '@gatewarden/core'
import { IssuerError } from './errors.ts'
import { KeysUnavailableError } from './keys/keys-unavailable-error.ts'

/** However long it takes: a new database may have to be made first. @throws IssuerError `ERR_STORE_UNAVAILABLE` */
export async function storeIsReady(store: IssuerStore): Promise<void> {
  try {
    await store.ready()
  } catch (cause) {
    throw new IssuerError('ERR_STORE_UNAVAILABLE', 'the session store is not ready', { cause })
  }
}

/** Callers are promised an IssuerError for an outage, whichever part of the store it is that cannot be read. */
export function rethrowAsOutage(error: unknown): never {
  if (!(error instanceof KeysUnavailableError)) throw error
  const { message, retryAfter } = error
  throw new IssuerError('ERR_SIGNING_UNAVAILABLE', message, { cause: error, retryAfter })
}
