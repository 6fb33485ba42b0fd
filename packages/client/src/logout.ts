import { type AuthClientError, unexpected } from './errors.ts'
import { sessionOf } from './held-token.ts'
import { backoff, createLater } from './later.ts'
import { isEnded, postToIssuer } from './post.ts'
import type { Settings } from './resolve-options.ts'
import type { Session } from './session.ts'
import type { Tabs } from './tabs.ts'

/** Logs out here at once, and at the server as soon as it can be reached. */
export interface Logout {
  /**
   * `token`: of the session that is to end.
   *
   * @throws AuthClientError when the server does not know yet
   */
  readonly begin: (everywhere: boolean, token: string | undefined) => Promise<void>
  /** Resolves when a logout that is on its way has been answered. */
  readonly settled: () => Promise<unknown>
  /** Tells the server again what it does not know yet. */
  readonly retry: () => void
  /** A logout that is not finished, of this page or from before it was loaded. */
  readonly pending: () => object | undefined
  /** Whether this is a token of the session that was logged out. It is ended now. */
  readonly concerns: (token: string) => boolean
  /** Somebody has logged in since, or the server knows. */
  readonly forget: () => void
}

/** A logout of which the server does not know yet. */
interface Pending {
  readonly everywhere: boolean
  /** The session, where its token said which. */
  readonly sid?: string | undefined
  refreshToken?: string
  sent?: Promise<void>
}

/** In front of the name of a session, which has no blank in it. */
const EVERYWHERE = 'everywhere '

/** `findSession` refreshes: the answer tells whose cookie it is now, and comes to `concerns`. */
export function createLogout(
  settings: Settings,
  session: Session,
  tabs: Tabs,
  findSession: () => Promise<void>,
): Logout {
  const { vault, logoutUrl } = settings
  const later = createLater(session)
  const key = `gatewarden ${logoutUrl}`
  let pending: Pending | undefined
  let failures = 0

  /** At once: the page may be left now. A login waits for the answer, which takes the cookie away, whosever it is then. */
  function send(mine: Pending): Promise<void> {
    mine.sent ??= post(mine).finally(() => delete mine.sent)
    void tabs.oneAtATime(settled)
    return mine.sent
  }

  async function post(mine: Pending): Promise<void> {
    const url = new URL(logoutUrl)
    if (mine.everywhere) url.pathname += '-everywhere'
    try {
      if (vault && mine.refreshToken === undefined) {
        mine.refreshToken = (await vault.load()) ?? ''
        // Whatever the server says, this device logs nobody in again.
        await vault.clear()
      }
      const answer = await postToIssuer(settings, url.href, mine.refreshToken)
      const { status, body } = answer
      const isDone = status === 204 || (status === 200 && !!body)
      const isOver = isDone || isEnded(answer)
      if (isOver && mine === pending) {
        forget()
        if (session.state.status === 'signed-out') session.end('logout', 'this-tab')
      }
      // That this session has ended already does not end the others.
      if (!isOver || (mine.everywhere && !isDone)) throw unexpected(url.href, answer)
    } catch (error) {
      if (mine === pending && (error as AuthClientError).code !== 'ERR_REFUSED')
        later(retry, backoff(++failures, error as AuthClientError))
      throw error
    }
  }

  /** The cookie may be another's by now: somebody has logged in where no client saw it. A vault's token cannot be. */
  function retry(): void {
    const mine = pending
    if (!mine || mine.sent) return
    const done = vault
      ? send(mine)
      : findSession().then(() => {
          if (mine === pending && !mine.sent) forget()
        })
    done.catch(ignore)
  }

  async function settled(): Promise<void> {
    await pending?.sent?.catch(ignore)
  }

  function forget(): void {
    pending = undefined
    failures = 0
    later()
    kept((storage) => storage.removeItem(key))
  }

  /**
   * Remembers an unfinished logout over a reload: the cookie is still there, and would log in again. What is kept is the
   * name of the session, never a token. A session that was opened since has another, and is not touched.
   */
  function kept<T>(use: (storage: Storage) => T): T | undefined {
    try {
      return settings.tabs ? use(localStorage) : undefined
    } catch {
      // A page may be forbidden to keep anything.
      return undefined
    }
  }

  function found(): Pending | undefined {
    if (pending) return pending
    const text = kept((storage) => storage.getItem(key))
    return text
      ? { everywhere: text.startsWith(EVERYWHERE), sid: text.replace(EVERYWHERE, '') }
      : undefined
  }

  return {
    begin: (everywhere, token) => {
      session.logouts++
      const before = found()
      const sid = token ? sessionOf(token) : before?.sid
      const isSame = before?.sid === sid
      // A second logout makes no less of the first.
      everywhere ||= isSame && !!before?.everywhere
      if (sid) kept((storage) => storage.setItem(key, everywhere ? EVERYWHERE + sid : sid))
      const mine: Pending = (pending = { ...(isSame && before), everywhere, sid })
      delete mine.sent
      session.end('logout', 'this-tab', true)
      void tabs.tell({ reason: 'logout', sid })
      return send(mine)
    },
    settled,
    retry,
    pending: found,
    concerns: (token) => {
      const mine = found()
      if (!mine || (mine.sid && mine.sid !== sessionOf(token))) return false
      pending = mine
      session.end('logout', 'this-tab', true)
      send(mine).catch(ignore)
      return true
    },
    forget,
  }
}

function ignore(): void {
  // Said where it happened: in the state.
}
