import assert from 'node:assert/strict'
import { isGuardError, type Reply } from '@gatewarden/core'
import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { type Expected, passed } from '../expected.ts'
import { bearer, row, type Scenario } from '../scenario.ts'
import { scopedRoute } from './challenge-settings.ts'
import { helloApp, helloRoutes } from './hello-app.ts'

/** An application that answers refusals itself. */
export function ownErrorHandler(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  return {
    title: "the application's own error handler",
    app: helloApp(authority.guardOptions(), { routes: [...helloRoutes, scopedRoute], answerError }),
    rows: [
      row('no token', {}, handled('ERR_TOKEN_MISSING', 401)),
      row('a bad token', { headers: bearer('x') }, handled('ERR_TOKEN_MALFORMED', 401)),
      row('two tokens', { headers: bearer(token, token) }, handled('ERR_TOKEN_REPEATED', 400)),
      row(
        'a policy',
        { path: '/scoped', headers: bearer(token) },
        handled('ERR_SCOPE_INSUFFICIENT', 403),
      ),
      row('a good token', { headers: bearer(token) }, passed()),
    ],
  }
}

function answerError(error: unknown): Reply {
  assert.ok(isGuardError(error), 'what is handed on is a GuardError')
  const { code, status, expose, stack } = error
  // Frameworks show `message` where `expose` is true, and `stack` while developing.
  assert.equal(expose, false)
  assert.doesNotMatch(stack ?? '', /\n\s+at /)
  const headers = { ...error.headers, 'content-type': 'application/json' }
  return { status, headers, body: JSON.stringify({ code }) }
}

function handled(code: string, status: number): Expected {
  return {
    statuses: [status],
    headers: { 'cache-control': 'no-store', 'content-type': 'application/json' },
    body: { code },
    reached: 0,
  }
}
