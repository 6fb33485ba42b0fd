import assert from 'node:assert/strict'
import { forgedTokens } from '../../forged-tokens.ts'
import { harmlessTokens } from '../../harmless-tokens.ts'
import { createIssuerServer, type IssuerServer } from '../../issuer-server.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed } from '../expected.ts'
import { isSendable } from '../raw-http.ts'
import { exchange } from '../exchange.ts'
import type { RunningApp } from '../running-app.ts'
import { bearer, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** RS-25, RS-26: a token chooses neither where keys are fetched, nor how often. */
export function outboundRequests(): Scenario {
  const clock = createTestClock()
  let provider: IssuerServer
  return {
    title: 'requests to elsewhere',
    async app() {
      provider = await createIssuerServer({ clock, path: '/tenant' })
      const { issuer, audience } = provider.authority
      return helloApp({ issuer, audience, clock })
    },
    release: () => provider.close(),
    rows: [
      {
        title: 'RS-70: keys are found through the issuer',
        async observe(app) {
          const headers = bearer(provider.authority.token())
          await exchange(app, { headers }, passed())
          assert.deepEqual(provider.requests, ['/tenant/.well-known/openid-configuration', '/jwks'])
        },
      },
      {
        title: 'RS-25: nobody asks the attacker, and hardly anybody the provider',
        observe: (app) => observeForgedTokens(app, provider),
      },
    ],
  }
}

async function observeForgedTokens(app: RunningApp, provider: IssuerServer): Promise<void> {
  const attacker = await createIssuerServer()
  try {
    provider.requests.length = 0
    const lure = { lure: attacker.url }
    const { authority } = provider
    const reached = app.reached()
    for (const { token } of forgedTokens(authority, lure)) {
      if (isSendable(token)) await app.send({ headers: bearer(token) })
    }
    assert.equal(app.reached(), reached, 'a forged token reached the handler')
    for (const { token } of harmlessTokens(authority, lure)) {
      await exchange(app, { headers: bearer(token) }, passed())
    }
    assert.deepEqual(attacker.requests, [])
    // One look for a new key is fair; one for every invented kid is an attack on the provider.
    assert.ok(
      provider.requests.length <= 1,
      `the provider was asked for ${provider.requests.join()}`,
    )
  } finally {
    await attacker.close()
  }
}
