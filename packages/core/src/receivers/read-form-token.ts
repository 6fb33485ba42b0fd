import { BodyError } from '../routes/body-error.ts'
import { readBody } from '../routes/read-body.ts'
import type { RouteRequest } from '../routes/route.ts'

/**
 * The `logout_token` of a form, there exactly once (OpenID Connect Back-Channel Logout 1.0 §2.5). What else is in the form
 * is passed over, as that says.
 *
 * @throws BodyError
 */
export async function readFormToken(request: RouteRequest): Promise<string> {
  const body = await readBody(request)
  if (body.kind === 'json')
    throw new BodyError(415, 'The body must be application/x-www-form-urlencoded.')
  const token = body.kind === 'form' ? body.values.get('logout_token') : undefined
  if (token === undefined) throw new BodyError(400, 'The form has no logout_token.')
  return token
}
