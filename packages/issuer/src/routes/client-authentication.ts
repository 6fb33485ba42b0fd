import type { RouteRequest } from '@gatewarden/core'
import { hasRepeatedAuthorization } from '@gatewarden/core/kit'
import {
  type Client,
  type Clients,
  isConfidential,
  isSecretOf,
  unauthenticated,
} from '../clients.ts'
import { IssuerError } from '../errors.ts'

interface Credentials {
  readonly id: string
  readonly secret: string | undefined
}

/**
 * The client that sends a request, authenticated as it must be: by `client_secret_basic` or `client_secret_post` where it
 * has a secret (RFC 6749 §2.3.1), by its mere name where it has none.
 *
 * @throws IssuerError `ERR_CLIENT_UNAUTHENTICATED`, `ERR_AUTH_REQUEST_INVALID`
 */
export function authenticateClient(
  request: RouteRequest,
  form: ReadonlyMap<string, string>,
  clients: Clients,
): Client {
  const { id, secret } = credentialsOf(request, form) ?? refuse('it does not say which it is')
  const client = clients.find(id)
  if (client === undefined) return refuse('there is none of that name')
  if (!isConfidential(client)) {
    // A secret that nobody checks would make its sender believe that somebody does.
    return secret === undefined ? client : refuse('it has no secret, but sent one')
  }
  if (secret === undefined) return refuse('it must authenticate')
  return isSecretOf(client, secret) ? client : refuse('its secret is wrong')
}

function credentialsOf(
  request: RouteRequest,
  form: ReadonlyMap<string, string>,
): Credentials | undefined {
  const basic = basicCredentials(request)
  const id = form.get('client_id')
  const secret = form.get('client_secret')
  if (basic === undefined) {
    return id === undefined ? undefined : { id, secret }
  }
  // RFC 6749 §2.3: not more than one method in a request.
  if (secret !== undefined) throw invalid('the client authenticates twice')
  if (id !== undefined && id !== basic.id) throw invalid('the client has two names')
  return basic
}

/** RFC 6749 §2.3.1: name and secret are form-urlencoded first, then joined for the Basic scheme of RFC 7617. */
function basicCredentials(request: RouteRequest): Credentials | undefined {
  const field = request.headers.authorization
  if (field === undefined) return undefined
  if (hasRepeatedAuthorization(request, field))
    throw invalid('there is more than one Authorization field')
  // Another scheme is about something else: a page's access token, say, that its script adds to every request.
  if (!/^basic\b/i.test(String(field))) return undefined
  const [, encoded] = /^basic +([a-z\d+/]+={0,2})$/i.exec(String(field)) ?? []
  if (encoded === undefined) return refuse('its Basic credentials are not base64')
  const text = decodeUtf8(Buffer.from(encoded, 'base64'))
  const colon = text.indexOf(':')
  if (colon === -1) return refuse('its Basic credentials have no colon')
  return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Strict: bytes that are no text must not all be read as one and the same replacement character. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    return refuse('its Basic credentials are not UTF-8')
  }
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return refuse('its Basic credentials are not form-urlencoded')
  }
}

function refuse(problem: string): never {
  throw unauthenticated(problem)
}

function invalid(problem: string): IssuerError {
  return new IssuerError('ERR_AUTH_REQUEST_INVALID', `a request was refused: ${problem}`)
}
