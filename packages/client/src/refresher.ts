import { AuthClientError, unexpected } from './errors.ts'
import { type Grant, readGrant } from './grant.ts'
import { isExpired, sessionOf } from './held-token.ts'
import { backoff, createLater } from './later.ts'
import type { Logout } from './logout.ts'
import { ATTEMPTS, isEnded, postToIssuer } from './post.ts'
import type { Settings } from './resolve-options.ts'
import type { Session } from './session.ts'
import type { Tabs } from './tabs.ts'
import { isHidden } from './wake.ts'

/** Gets new access tokens: when asked, ahead of time, and after trouble; one request at a time in all tabs. */
export interface Refresher {
  /**
   * Replaces `stale`: the access token that will not do, undefined where there is none. Whoever asks at the same time
   * shares the answer. Who is logged in is in the session then.
   *
   * @throws AuthClientError
   */
  readonly refresh: (stale: string | undefined) => Promise<void>
  /** There is a new token, from here or from another tab, or none any more. The next is due before it expires. */
  readonly plan: () => void
  /** Refreshes if it is time to. A tab that nobody looks at waits until somebody does. */
  readonly wake: () => void
  readonly cancel: () => void
}

export function createRefresher(
  settings: Settings,
  session: Session,
  tabs: Tabs,
  logout: Logout,
): Refresher {
  const { refreshUrl, refreshAt, vault, clock } = settings
  const later = createLater(session)
  let flight: Promise<void> | undefined
  let dueAt = Infinity
  let failures = 0
  /** There was no answer: the network may be back any moment. */
  let isCut = false

  function refresh(stale: string | undefined): Promise<void> {
    if (session.held?.token !== stale) return Promise.resolve()
    return (flight ??= tabs.oneAtATime(() => fly(stale)).finally(() => (flight = undefined)))
  }

  async function fly(stale: string | undefined): Promise<void> {
    const { held, epoch } = session
    // Another tab was quicker, or somebody has logged in or out.
    if (held?.token !== stale) return
    try {
      const grant = await request()
      if (grant?.refreshToken) await vault?.save(grant.refreshToken)
      if (epoch === session.epoch) await settle(grant)
      // Logged in or out meanwhile: the answer is about the session before.
      else if (session.state.status === 'signed-out') await vault?.clear()
    } catch (error) {
      if (epoch === session.epoch) failed(error)
      throw error
    }
  }

  /** The other tabs wait for the lock until they know. */
  async function settle(grant: Grant | undefined): Promise<void> {
    if (grant) {
      const { held } = grant
      if (logout.concerns(held.token)) return
      session.take(held, 'this-tab', false)
      plan()
      // A listener may have logged out.
      if (session.held === held) await tabs.tell({ held, isLogin: false })
    } else {
      const token = session.held?.token
      const reason = token ? 'ended' : 'nobody'
      session.end(reason, 'this-tab')
      plan()
      await vault?.clear()
      if (token) await tabs.tell({ reason: 'ended', sid: sessionOf(token) })
    }
  }

  async function request(): Promise<Grant | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await requestOnce()
      } catch (error) {
        const { code } = error as AuthClientError
        if (attempt === ATTEMPTS || session.isClosed || code !== 'ERR_UNREACHABLE') throw error
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt) * 250))
      }
    }
  }

  /** Undefined when nobody is logged in. */
  async function requestOnce(): Promise<Grant | undefined> {
    const refreshToken = await vault?.load()
    if (vault && !refreshToken) return undefined
    const since = clock()
    const answer = await postToIssuer(settings, refreshUrl, refreshToken)
    const grant = answer.status === 200 ? readGrant(answer.body, since) : undefined
    if (grant || isEnded(answer)) return grant
    throw unexpected(refreshUrl, answer)
  }

  /** A vault throws what it likes. */
  function failed(error: unknown): void {
    const known: Partial<AuthClientError> = error instanceof AuthClientError ? error : {}
    const { code = 'ERR_UNAVAILABLE', status } = known
    const retryAt = clock() + backoff(++failures, known)
    isCut = code === 'ERR_UNREACHABLE'
    wakeAt(retryAt)
    session.trouble({ code, retryAt, ...(status && { status }) })
  }

  function plan(): void {
    const { held } = session
    failures = 0
    isCut = false
    if (!held) return cancel()
    const share = refreshAt + (Math.random() - 0.5) / 10
    // A life of a second or less must not become a loop.
    wakeAt(Math.max(held.since + (held.expiresAt - held.since) * share, clock() + 1))
  }

  function wakeAt(time: number): void {
    dueAt = time
    later(wake, time - clock())
  }

  function wake(): void {
    const { held } = session
    const now = clock()
    if (dueAt === Infinity || (isHidden() && !logout.pending())) return
    if (now >= dueAt || isCut || (held && isExpired(held, now)))
      refresh(held?.token).catch(() => undefined)
    else wakeAt(dueAt)
  }

  function cancel(): void {
    dueAt = Infinity
    later()
  }

  return { refresh, plan, wake, cancel }
}
