import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createLocalJWKSet, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose'
import type { Authority } from '../src/index.ts'

/** Ways to break the server, for the attacks that must notice. */
export interface Faults {
  /** True to answer without a token. */
  readonly isPublic?: (request: IncomingMessage) => boolean
  /** Where the token is. */
  readonly tokenOf?: (request: IncomingMessage) => string | undefined
  /** Whose the token is. Throws for a bad one. */
  readonly claimsOf?: (token: string, authority: Authority) => Promise<JWTPayload> | JWTPayload
  readonly refuse?: (response: ServerResponse, error: unknown, request: IncomingMessage) => void
  /** Answers at other paths, too. */
  readonly isOrders?: (url: string) => boolean
}

/** An API on Node alone, guarded by jose as its documentation says. */
export function naiveServer(authority: Authority, faults: Faults = {}): RequestListener {
  const {
    isPublic = () => false,
    tokenOf = bearerOf,
    claimsOf = verified,
    refuse = refuseWell,
    isOrders = (url) => /^\/orders(\?|$)/.test(url),
  } = faults
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      if (!isPublic(request)) {
        const token = tokenOf(request)
        if (token === undefined) throw new Error('no token')
        await claimsOf(token, authority)
      }
    } catch (error) {
      refuse(response, error, request)
      return
    }
    if (!isOrders(request.url ?? '')) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"orders":[]}')
  }
  return (request, response) => void answer(request, response)
}

/** One token in one field, spelled as the ABNF of RFC 6750 §2.1 has it. */
export function bearerOf({ rawHeaders }: IncomingMessage): string | undefined {
  const fields = rawHeaders.filter(
    (_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization',
  )
  const [, token] = /^Bearer +([A-Za-z0-9_.-]+)$/i.exec(fields[0] ?? '') ?? []
  return fields.length === 1 ? token : undefined
}

export async function verified(
  token: string,
  authority: Authority,
  changes: JWTVerifyOptions = {},
): Promise<JWTPayload> {
  const { issuer, audience, algorithm } = authority
  const options = {
    issuer,
    audience,
    algorithms: [algorithm],
    requiredClaims: ['exp'],
    currentDate: new Date(authority.clock() * 1000),
    ...changes,
  }
  const { payload } = algorithm.startsWith('HS')
    ? await jwtVerify(token, authority.secret, options)
    : await jwtVerify(token, createLocalJWKSet(authority.jwks()), options)
  if (!Number.isFinite(payload.exp ?? 0)) throw new Error('exp is not finite')
  return payload
}

function refuseWell(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
}
