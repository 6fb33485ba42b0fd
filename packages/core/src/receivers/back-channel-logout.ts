import { GuardError } from '../errors.ts'
import type { Revocation } from '../revocations/expect-revocation.ts'
import { expectBoolean } from '../options/expect-option.ts'
import type { RouteReply } from '../routes/route.ts'
import { checkLogoutToken, type Logout, LOGOUT_EVENT } from './check-logout-token.ts'
import { createReceiver, type Receiver } from './create-receiver.ts'
import { createSenderProof } from './prove-sender.ts'
import { readFormToken } from './read-form-token.ts'
import {
  type CommonReceiverOptions,
  expectOneOrMore,
  ownOptions,
  type ReceiverSettings,
  resolveReceiver,
  type SenderOptions,
} from './resolve-receiver.ts'
import { isKnownRevoked, revokeAll, signedByRevoked } from './revoker.ts'
import { createUsedTokens } from './used-tokens.ts'

export type BackChannelLogoutOptions = SenderOptions &
  CommonReceiverOptions & {
    /** The client that the provider knows this application by: a logout token names it in `aud`. Of a list, any. */
    readonly clientId: string | readonly string[]
    /** Where the provider posts to. Default `/backchannel-logout`. */
    readonly path?: string
    /**
     * Takes only logout tokens that say so in their header, `typ: logout+jwt`. Default false, since many providers write
     * `JWT` or nothing; another `typ` is refused either way.
     */
    readonly requireType?: boolean
    /** Seconds since `iat` after which a logout token is refused, however late it expires. Default 3,600. */
    readonly maxTokenAge?: number
  }

/** Characters. A logout token names a session and a user, and no more. */
const MAX_TOKEN_SIZE = 16_384

const NO_STORE = { 'cache-control': 'no-store' }
const ACCEPTED: RouteReply = { status: 200, headers: NO_STORE, body: '' }

/**
 * Receives the logouts of an OpenID provider (OpenID Connect Back-Channel Logout 1.0) and revokes what they end: the
 * session that a logout token names, or, where it names only the user, all that was issued to that user up to the token's
 * own `iat`. Answers 200 when that is durable, 400 to what is no logout token of this provider for this client, or one that
 * was used before, and 503 when keys or revocations cannot be reached, so that the provider tries again.
 *
 * @throws ConfigError
 */
export function backChannelLogout(given: BackChannelLogoutOptions): Receiver {
  const options = ownOptions(given)
  const settings = resolveReceiver(options, {
    path: '/backchannel-logout',
    maxTokenAge: 3_600,
    ownNames: ['clientId', 'requireType'],
  })
  const { issuer, issuers, revocations, clock } = settings
  const audiences = expectOneOrMore('clientId', options.clientId)
  const expected = { ...settings, audiences, requiresExp: true }
  const requiresType = expectBoolean('requireType', options.requireType ?? false)
  const types = new Set(requiresType ? ['logout+jwt'] : ['logout+jwt', 'jwt', undefined])
  const prove = createSenderProof({ issuers, maxTokenSize: MAX_TOKEN_SIZE, types })
  const used = createUsedTokens(revocations, issuer, ['logout', ...audiences], clock)

  return createReceiver({
    name: 'back-channel logout',
    settings,
    accepted: ACCEPTED,
    refused,

    async receive(request) {
      const { signedClaims, keyId } = await prove(await readFormToken(request))
      const logout = checkLogoutToken(signedClaims, expected, clock())
      const { issuedAt } = logout
      // Both at once: a feed whose copy is stale lets whoever asks wait for a while.
      const [isKeyRevoked, isUsed] = await Promise.all([
        isKnownRevoked(revocations, { issuer, keyId, issuedAt }),
        used.has(logout),
      ])
      if (isKeyRevoked) throw signedByRevoked()
      if (isUsed) throw new GuardError('ERR_TOKEN_REVOKED', 'the logout token was used before')
      const ended = endedBy(logout, settings)
      await revokeAll(revocations, [ended])
      // Only now: the same token must work again for as long as the logout is not durable.
      await used.add(logout)
      return { result: 'accepted', events: [LOGOUT_EVENT], revoked: 1, message: undefined }
    },
  })
}

function endedBy(
  { sessionId, subject, issuedAt }: Logout,
  { issuer, longestLifetime, clockTolerance, endsSubject, clock }: ReceiverSettings,
): Revocation {
  // By the later of two clocks: what the issuer signed a moment ago may be in the future here.
  const until = Math.ceil(Math.max(clock(), issuedAt) + longestLifetime + clockTolerance)
  if (subject !== undefined && (sessionId === undefined || endsSubject))
    return { issuer, subject, issuedUpTo: issuedAt, until }
  return { issuer, sessionId: sessionId!, until }
}

/** §2.8, in the form of RFC 6749 §5.2. */
function refused(status: number, _error: Error, description: string): RouteReply {
  return {
    status,
    headers: { ...NO_STORE, 'content-type': 'application/json' },
    body: JSON.stringify({ error: 'invalid_request', error_description: description }),
  }
}
