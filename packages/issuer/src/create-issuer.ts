import { createGuard } from '@gatewarden/core'
import { ConfigError, expectText, type LiveKeys } from '@gatewarden/core/kit'
import { AccessTokens } from './access-token.ts'
import type { Issuer, IssuerTrust } from './issuer.ts'
import { createSigningKeys } from './keys/create-signing-keys.ts'
import type { IssuerOptions } from './options.ts'
import { rethrowAsOutage, storeIsReady } from './outage.ts'
import { Refresher } from './refresh.ts'
import { RefreshTokens } from './refresh-token.ts'
import { resolveOptions } from './resolve-options.ts'
import { IssuerRevocations } from './revocations.ts'
import { TokenRevoker } from './revoke-token.ts'
import { createRoutes } from './routes/create-routes.ts'
import { tokenReply } from './routes/token-reply.ts'
import { Sessions } from './sessions.ts'
import { fromStore } from './store-calls.ts'
import { TokenSet } from './token-set.ts'

/**
 * Creates an issuer. Everything that can be wrong with the configuration is found here.
 *
 * @throws ConfigError naming the option, what was given and what is expected
 */
export function createIssuer(options: IssuerOptions): Issuer {
  const settings = resolveOptions(options)
  const { issuer, audiences, store, clock, cookie, origins } = settings
  const revocations = new IssuerRevocations({ ...settings, log: store.revocations })
  const keys = createSigningKeys(settings)
  const refreshTokens = new RefreshTokens(settings.secrets)
  const accessTokens = new AccessTokens({ ...settings, keys, revocations })
  const ending = { sessions: store.sessions, revocations }
  const sessions = new Sessions({ ...ending, issuer: settings, refreshTokens, accessTokens })
  const refresher = new Refresher({ ...settings, ...ending, refreshTokens, accessTokens })
  let wasReady = false

  /** Not before the store is ready: a guard asks for the keys when it is made, and a new database has no tables then. */
  const liveKeys: LiveKeys = {
    jwks: () => (wasReady ? keys.jwks() : ready().then(() => keys.jwks())),
    refresh: () => ready().then(() => keys.refresh()),
  }

  const trust: IssuerTrust = {
    issuer,
    audience: audiences,
    keys: liveKeys,
    profile: 'rfc9068',
    revocation: revocations.feed,
    clock,
    tokenFrom:
      cookie.accessName === undefined
        ? 'header'
        : ['header', { cookie: cookie.accessName, origins }],
  }

  // Apart from the rest: to end a session, no key is needed.
  const storeReady = onceUnlessItFails(() => storeIsReady(store))
  const ready = onceUnlessItFails(async () => {
    await storeReady()
    await Promise.all([
      keys.ready().catch(rethrowAsOutage),
      fromStore(() => revocations.feed.ready()),
    ])
    wasReady = true
  })

  const guard = createGuard({ ...trust, revocation: revocations.durable })
  const revoker = new TokenRevoker({ ...ending, guard, refreshTokens, clock })

  /** The ring first: whoever signs next must find another key, or what they sign counts for nobody. */
  async function revokeKey(kid: string): Promise<boolean> {
    const isKnown = await keys.revoke(kid).catch(rethrowAsOutage)
    if (isKnown) await revocations.revokeKey(kid, Math.floor(clock()))
    return isKnown
  }

  const api: Omit<Issuer, 'routes'> = {
    issuer,
    keys: {
      list: () => keys.list().catch(rethrowAsOutage),
      rotate: () => keys.rotate().catch(rethrowAsOutage),
      revoke: revokeKey,
    },
    async openSession(request) {
      await ready()
      return sessions.open(request)
    },
    reply(tokens) {
      if (tokens instanceof TokenSet) return tokenReply(tokens, cookie)
      throw new ConfigError(
        'reply',
        'expected what openSession() or refresh() resolves to: is an await missing?',
      )
    },
    async refresh(request) {
      await ready()
      return refresher.refresh(request)
    },
    async listSessions(subject) {
      await storeReady()
      return sessions.list(subject)
    },
    async revokeSession(sid, options = {}) {
      // Whoever names a subject, and has none, must not end anybody's session.
      if ('subject' in options) expectText('subject', options.subject)
      await storeReady()
      return sessions.end(sid, 'revoked', options.subject)
    },
    async revokeSessions(subject, { except } = {}) {
      await storeReady()
      return sessions.endAll(subject, 'revoked', except)
    },
    async revokeToken(token) {
      await storeReady()
      return revoker.revoke(token)
    },
    trust: () => ({ ...trust }),
    revocations: revocations.feed,
    ready,
    async sweep() {
      await storeReady()
      return sessions.sweep()
    },
    async close() {
      await revocations.feed.close()
      await store.close()
    },
  }
  return { ...api, routes: createRoutes({ ...settings, ...api, keys, sessions, revoker, guard }) }
}

/** Once for the process, and again after a failure: a store that comes late must not need a restart. */
function onceUnlessItFails(prepare: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= prepare().catch((error: unknown) => {
      done = undefined
      throw error
    })
    return done
  }
}
