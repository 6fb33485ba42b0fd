import type { AuthState, RefreshTrouble } from '@gatewarden/client'
import { findElement } from '../find.ts'
import type { Page } from '../page.ts'

const REASONS = {
  nobody: 'Nobody is logged in',
  logout: 'Logged out',
  ended: 'The session has ended',
} as const

const TROUBLES = {
  ERR_UNREACHABLE: 'No answer from the server',
  ERR_UNAVAILABLE: 'The server is out of order',
  ERR_REFUSED: 'The server refuses to refresh',
} as const

/** The state of the client, in the head of the page; and what may be clicked in it. */
export function showStatus({ client, tabName }: Page): void {
  const status = findElement('#status')
  const countdown = findElement('#countdown')
  const trouble = findElement('#trouble')
  const needLogin = [...document.querySelectorAll('fieldset')]
  findElement('#tab-name').textContent = tabName

  const show = (state: AuthState) => {
    document.documentElement.dataset.status = state.status
    status.classList.toggle('bad', state.status === 'signed-out' && state.reason === 'ended')
    const words = wordsFor(state)
    // Only what has changed is read out.
    if (status.textContent !== words) status.textContent = words
    const problem = 'trouble' in state && state.trouble ? describe(state.trouble) : ''
    if (trouble.textContent !== problem) trouble.textContent = problem
    trouble.hidden = problem === ''
    for (const fieldset of needLogin) fieldset.disabled = state.status !== 'signed-in'
  }
  /** Not read out: it changes every second. */
  const tick = () => {
    countdown.textContent = countdownFor(client.state)
  }
  client.subscribe((state) => {
    show(state)
    tick()
  })
  show(client.state)
  setInterval(tick, 500)
}

function wordsFor(state: AuthState): string {
  if (state.status === 'signed-in') return 'Logged in'
  if (state.status === 'unknown') return 'Asking the server …'
  return state.isPending
    ? `${REASONS[state.reason]}; the server does not know yet`
    : REASONS[state.reason]
}

function countdownFor(state: AuthState): string {
  if (state.status === 'signed-out') return ''
  const parts = []
  if (state.status === 'signed-in') parts.push(`access token: ${secondsTo(state.expiresAt)} s`)
  if (state.trouble) parts.push(`next attempt: ${secondsTo(state.trouble.retryAt)} s`)
  return parts.join(', ')
}

function secondsTo(time: number): number {
  return Math.max(0, Math.round(time - Date.now() / 1000))
}

function describe({ code, status }: RefreshTrouble): string {
  const which = status === undefined ? '' : ` (${status})`
  return `${TROUBLES[code]}${which}. That is no logout: it is tried again.`
}
