import type { RouteRequest } from '@gatewarden/core'
import { IssuerError } from '../errors.ts'
import type { RouteSettings } from './route-settings.ts'

/** Who a request with an access token is from. */
export interface AuthenticatedUser {
  readonly subject: string
  readonly sessionId: string | undefined
}

/** @throws GuardError */
export async function authenticatedUser(
  request: RouteRequest,
  { guard }: RouteSettings,
): Promise<AuthenticatedUser> {
  const { method, url, headers, rawHeaders } = request
  const auth = await guard.authenticate({ method, url, headers, rawHeaders })
  // RFC 9068 §2.2 requires a subject, and the profile of the guard does.
  const { subject, sessionId } = auth!
  if (subject !== undefined) return { subject, sessionId }
  throw new IssuerError('ERR_SESSION_UNKNOWN', 'the access token has no subject')
}
