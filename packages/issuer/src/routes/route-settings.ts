import type { Clock, Guard, GuardRequest, Route, RouteReply, RouteRequest } from '@gatewarden/core'
import { readBody } from '@gatewarden/core/kit'
import type { Clients } from '../clients.ts'
import type { CookieSettings } from '../cookies.ts'
import { IssuerError } from '../errors.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { RefreshRequest } from '../refresh.ts'
import type { TokenRevoker } from '../revoke-token.ts'
import type { Sessions } from '../sessions.ts'
import type { TokenSet } from '../token-set.ts'
import { errorReply } from './error-reply.ts'

/** What the routes of an issuer are made of. */
export interface RouteSettings {
  readonly issuer: string
  readonly clients: Clients
  readonly cookie: CookieSettings
  readonly basePath: string
  readonly keys: SigningKeys
  readonly sessions: Sessions
  readonly revoker: TokenRevoker
  /** Judges the access tokens that are sent to the routes. */
  readonly guard: Guard
  readonly clock: Clock
  /**
   * Refuses a write that a foreign page may have made the browser send with its cookies.
   *
   * @throws GuardError `ERR_CSRF`
   */
  readonly checkPage: (request: GuardRequest) => void
  ready(): Promise<void>
  refresh(request: RefreshRequest): Promise<TokenSet>
}

/** A route of which whatever goes wrong has an answer. */
export function route(
  settings: RouteSettings,
  method: Route['method'],
  path: string,
  handle: (request: RouteRequest) => Promise<RouteReply>,
): Route {
  return {
    method,
    path,
    async handle(request) {
      try {
        await settings.ready()
        return await handle(request)
      } catch (error) {
        return errorReply(error, settings.issuer)
      }
    },
  }
}

/** The parameters of a form; none of an empty body. RFC 6749 §3.2, RFC 7009 §2.1, RFC 7662 §2.1: forms, no JSON. */
export async function readForm(request: RouteRequest): Promise<ReadonlyMap<string, string>> {
  const body = await readBody(request)
  if (body.kind === 'form') return body.values
  if (body.kind === 'none') return new Map()
  throw new IssuerError('ERR_AUTH_REQUEST_INVALID', 'the body is JSON; a form is expected', {
    status: 415,
  })
}
