import assert from 'node:assert/strict'
import { type Algorithm, createMemoryRevocations } from '@gatewarden/core'
import { createAuthority } from '../../authority.ts'
import { type ForgedToken, forgedTokens } from '../../forged-tokens.ts'
import { harmlessTokens } from '../../harmless-tokens.ts'
import { createTestClock } from '../../test-clock.ts'
import { checkAnswer } from '../check-answer.ts'
import { passed, refused } from '../expected.ts'
import { isSendable } from '../raw-http.ts'
import { unreadable } from '../refusals.ts'
import { bearer, type Row, row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** Every attack that is a token alone, against a guard with keys of one algorithm. */
export function tokens(algorithm: Algorithm): Scenario {
  const authority = createAuthority({ algorithm, clock: createTestClock() })
  const harmless = harmlessTokens(authority)
  const forged = forgedTokens(authority).filter(({ token }) => isSendable(token))
  // With something revoked, so that identifiers are looked up: one named `constructor` must not be found.
  const revocation = createMemoryRevocations({ clock: authority.clock })
  revocation.revoke({ issuer: authority.issuer, tokenId: 'x', until: authority.clock() + 3_600 })
  return {
    title: `${algorithm} tokens`,
    app: helloApp({ ...authority.guardOptions(), revocation }),
    rows: [
      ...harmless.map(({ id, name, token }) =>
        row(`harmless: ${id}: ${name}`, { headers: bearer(token) }, passed()),
      ),
      ...forged.map(forgedRow),
      row('a good token still passes', { headers: bearer(authority.token()) }, passed()),
      { title: 'no prototype was changed', observe: checkPrototypes },
    ],
  }
}

function forgedRow(forged: ForgedToken): Row {
  const { id, name, token, code } = forged
  const title = `forged: ${id}: ${name}`
  const request = { headers: bearer(token) }
  if (code === 'ERR_TOKEN_TOO_LARGE') return oversizeRow(title, token)
  // Behind the scheme, blanks and commas separate credentials (RFC 9110 §11.6.2).
  if (/[ ,]/.test(token)) return row(title, request, unreadable)
  return row(title, request, refused(code))
}

/** A server with limits of its own may be first to refuse. */
function oversizeRow(title: string, token: string): Row {
  return {
    title,
    async observe(app) {
      const request = { headers: bearer(token) }
      const before = app.reached()
      const answer = await app.send(request)
      if (answer.status !== 431) checkAnswer(request, answer, refused('ERR_TOKEN_TOO_LARGE'))
      assert.equal(app.reached(), before, 'the handler was reached')
    },
  }
}

function checkPrototypes(): Promise<void> {
  assert.equal('admin' in {}, false)
  assert.equal('roles' in [], false)
  return Promise.resolve()
}
