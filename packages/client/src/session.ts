import type { AuthEventName, AuthEvents } from './events.ts'
import { type HeldToken, sessionOf } from './held-token.ts'
import type { AuthState, RefreshTrouble, SignedOut } from './state.ts'

type Where = 'this-tab' | 'other-tab'
type Listener = (value: never) => void

/** Who is logged in, as far as this tab knows, and who wants to know. It asks nobody. */
export interface Session {
  readonly state: AuthState
  readonly held: HeldToken | undefined
  /** When somebody was last seen to be logged out. News from before says nothing. */
  readonly endedAt: number
  /** Grows with every login and logout. What was asked for before says nothing of the session that is now. */
  readonly epoch: number
  /** How often somebody has logged out here. */
  logouts: number
  /** The page has no more use for this client: nothing is planned any more. */
  isClosed: boolean
  readonly on: <Name extends AuthEventName | 'state'>(
    name: Name,
    listener: (value: (AuthEvents & { state: AuthState })[Name]) => void,
  ) => () => void
  readonly emit: <Name extends AuthEventName>(name: Name, event: AuthEvents[Name]) => void
  /** A new access token, of a login or of a refresh. */
  readonly take: (held: HeldToken, by: Where, isLogin: boolean) => void
  readonly end: (reason: SignedOut['reason'], by: Where, isPending?: boolean) => void
  /** A refresh failed, which says nothing of the user. */
  readonly trouble: (trouble: RefreshTrouble) => void
}

export function createSession(clock: () => number): Session {
  const listeners = new Set<readonly [name: string, listener: Listener]>()

  function emit(name: string, value: unknown): void {
    // A copy: a listener that leaves and comes back would be called for ever.
    for (const [wanted, listener] of [...listeners]) {
      try {
        if (wanted === name) listener(value as never)
      } catch (error) {
        // A page's mistake must not stop a refresh half-way. It is reported like that of any listener.
        setTimeout(() => {
          throw error
        })
      }
    }
  }

  function become(state: AuthState): void {
    emit('state', (session.state = Object.freeze(state)))
  }

  const session: { -readonly [Member in keyof Session]: Session[Member] } = {
    state: { status: 'unknown' },
    held: undefined,
    endedAt: 0,
    epoch: 0,
    logouts: 0,
    isClosed: false,
    on: (name, listener) => {
      const entry = [name, listener] as const
      listeners.add(entry)
      return () => listeners.delete(entry)
    },
    emit,
    take: (held, by, isLogin) => {
      const replaced = session.state.status === 'signed-in'
      const { expiresAt, scopes, since } = held
      // The cookie can be that of a login which no client has seen: of a form, or of a tab that could not say so.
      const before = session.held?.token
      const isOther = isLogin || (before && sessionOf(before) !== sessionOf(held.token))
      session.held = held
      if (isOther) session.epoch++
      become({ status: 'signed-in', expiresAt, scopes })
      if (!isLogin) emit('refreshed', { by, expiresIn: expiresAt - since })
      if (isOther || !replaced) emit('signed-in', { by, replaced })
    },
    end: (reason, by, isPending = false) => {
      const { status } = session.state
      session.held = undefined
      session.endedAt = clock()
      session.epoch++
      become({ status: 'signed-out', reason, isPending })
      if (status !== 'signed-out') emit('signed-out', { by, reason })
    },
    trouble: (trouble) => {
      if (session.state.status !== 'signed-out') become({ ...session.state, trouble })
      emit('refresh-failed', trouble)
    },
  }
  return session
}
