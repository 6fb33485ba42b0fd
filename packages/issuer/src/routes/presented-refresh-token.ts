import type { RouteRequest } from '@gatewarden/core'
import { tokenFromCookie } from '@gatewarden/core/kit'
import type { Client } from '../clients.ts'
import { IssuerError } from '../errors.ts'
import { authenticateClient } from './client-authentication.ts'
import type { RouteSettings } from './route-settings.ts'

export interface PresentedByClient {
  readonly token: string
  readonly client: Client
}

/**
 * The refresh token of a request, with the client it came from: of the form, where the client authenticated as it must; or
 * of the cookie, where the request proved that no foreign page made the browser send it. Undefined where there is none.
 *
 * @throws IssuerError, GuardError
 */
export function presentedRefreshToken(
  request: RouteRequest,
  form: ReadonlyMap<string, string>,
  { clients, cookie, checkPage }: RouteSettings,
): PresentedByClient | undefined {
  const inForm = form.get('refresh_token')
  const inCookie = cookieOf(request, cookie.refreshName)
  if (inForm === undefined) {
    if (inCookie === undefined) return undefined
    checkPage(request)
    return { token: inCookie, client: cookieClient(clients.ofCookies, form) }
  }
  if (inCookie !== undefined)
    throw new IssuerError('ERR_AUTH_REQUEST_INVALID', 'there is a refresh token in form and cookie')
  const client = authenticateClient(request, form, clients)
  if (client.transport === 'body') return { token: inForm, client }
  throw new IssuerError(
    'ERR_CLIENT_UNAUTHORIZED',
    `${client.id} gets its refresh tokens by cookie, and sent one in a form: scripts can read it`,
  )
}

/** @throws IssuerError `ERR_AUTH_REQUEST_INVALID` for two of one name: one of them may be a sub-domain's */
export function cookieOf(request: RouteRequest, name: string): string | undefined {
  try {
    return tokenFromCookie(request, name)
  } catch (cause) {
    throw new IssuerError('ERR_AUTH_REQUEST_INVALID', `there are two cookies named ${name}`, {
      cause,
    })
  }
}

function cookieClient(client: Client | undefined, form: ReadonlyMap<string, string>): Client {
  const named = form.get('client_id')
  if (client !== undefined && (named === undefined || named === client.id)) return client
  throw new IssuerError('ERR_CLIENT_UNAUTHORIZED', 'this client gets no refresh tokens by cookie')
}
