import type { AuthClient } from './auth-client.ts'
import { fetchWithToken } from './fetch-with-token.ts'
import { readGrant } from './grant.ts'
import { type HeldToken, isExpired, sessionOf } from './held-token.ts'
import { createLogout } from './logout.ts'
import type { AuthClientOptions } from './options.ts'
import { postJson } from './post.ts'
import { createRefresher } from './refresher.ts'
import { resolveOptions } from './resolve-options.ts'
import { createSession } from './session.ts'
import { type News, openTabs } from './tabs.ts'
import { onWake } from './wake.ts'

/**
 * The browser's side of a login: the access token in memory only, refreshed by a cookie that no script can read, once for
 * all tabs. One client a page, in a module of its own: whoever has it can act for the user.
 *
 * @throws TypeError that names the option, for one that cannot be
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const settings = resolveOptions(options)
  const { vault, clock } = settings
  const session = createSession(clock)
  const tabs = openTabs(settings, hear)
  const logout = createLogout(settings, session, tabs, () => refresher.refresh(undefined))
  const refresher = createRefresher(settings, session, tabs, logout)
  const stopWaking = onWake((isRestored) => {
    logout.retry()
    // A page that was kept aside has not heard who logged out.
    if (isRestored) refresher.refresh(session.held?.token).catch(ignore)
    else refresher.wake()
  })

  function hear(news: News): void {
    if (news.held) {
      const { held, isLogin } = news
      if (!isLogin && held.since < (session.held?.since ?? session.endedAt)) return
      if (isLogin) logout.forget()
      session.take(held, 'other-tab', isLogin)
    } else {
      // Of another session: this tab has logged in meanwhile.
      if (session.held && news.sid !== sessionOf(session.held.token)) return
      session.end(news.reason, 'other-tab')
    }
    refresher.plan()
  }

  /** A token that has not expired, at once where there is one. */
  function tokenNow(): string | undefined | Promise<string | undefined> {
    const { held, state } = session
    if (held && !isExpired(held, clock())) return held.token
    if (state.status === 'signed-out') return undefined
    return refresher.refresh(held?.token).then(() => session.held?.token)
  }

  async function refresh() {
    await refresher.refresh(session.held?.token)
    return session.state
  }

  async function login(url: string | URL, body: unknown): Promise<Response> {
    // A logout that the server does not know yet comes first.
    if (!session.held && logout.pending()) await refresh().catch(ignore)
    const { logouts } = session
    // The cookie of a refresh or a logout that is answered later would take the place of this login's.
    return tabs.oneAtATime(async () => {
      await logout.settled()
      const since = clock()
      const response = await postJson(settings, url, body)
      const answer: unknown = response.ok && (await response.clone().json().catch(ignore))
      const grant = readGrant(answer, since)
      if (!grant) return response
      const { held, refreshToken } = grant
      if (refreshToken) await vault?.save(refreshToken)
      if (logouts === session.logouts) await loggedIn(held)
      // Logged out while the login was answered: this session ends, too.
      else logout.begin(false, held.token).catch(ignore)
      return response
    })
  }

  async function loggedIn(held: HeldToken): Promise<void> {
    logout.forget()
    session.take(held, 'this-tab', true)
    refresher.plan()
    // A listener may have logged out.
    if (session.held === held) await tabs.tell({ held, isLogin: true })
  }

  return {
    get state() {
      return session.state
    },
    subscribe: (onChange) => session.on('state', onChange),
    on: session.on,
    start: () => refresh().catch(() => session.state),
    fetch: fetchWithToken(settings, session, refresher, tokenNow),
    token: async () => tokenNow(),
    refresh,
    login,
    logout: ({ everywhere = false } = {}) => {
      refresher.cancel()
      return logout.begin(everywhere, session.held?.token)
    },
    close: () => {
      session.isClosed = true
      stopWaking()
      refresher.cancel()
      tabs.close()
    },
  }
}

function ignore(): void {
  // Said where it happened: in the state.
}
