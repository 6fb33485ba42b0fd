import { createMemoryRevocations } from '@gatewarden/core'
import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passed } from '../expected.ts'
import { revoked } from '../refusals.ts'
import { bearer, type Row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** Revoked is revoked, by every identifier, for tokens that passed a moment ago, too. */
export function revocation(): Scenario {
  const clock = createTestClock()
  const authority = createAuthority({ clock })
  const { issuer } = authority
  const revocations = createMemoryRevocations({ clock })
  const until = clock() + 3_600
  const tokens = {
    jti: authority.token({ jti: 'token-1' }),
    sid: authority.token({ sid: 'session-1' }),
    sub: authority.token({ sub: 'mallory' }),
    client: authority.token({ client_id: 'client-1' }),
    other: authority.token(),
  }
  const rows = (
    what: string,
    token: string,
    sub: string,
    revocation: Parameters<typeof revocations.revoke>[0],
  ): Row[] => [
    { title: `${what}: before`, request: { headers: bearer(token) }, expected: passed({ sub }) },
    {
      title: `RS-08: ${what}: afterwards`,
      before: () => revocations.revoke(revocation),
      request: { headers: bearer(token) },
      expected: revoked,
    },
  ]

  return {
    title: 'revocation',
    app: helloApp({ ...authority.guardOptions(), revocation: revocations }),
    rows: [
      ...rows('by jti', tokens.jti, 'alice', { issuer, until, tokenId: 'token-1' }),
      ...rows('by session', tokens.sid, 'alice', { issuer, until, sessionId: 'session-1' }),
      ...rows('by subject', tokens.sub, 'mallory', { issuer, until, subject: 'mallory' }),
      ...rows('by client', tokens.client, 'alice', { issuer, until, clientId: 'client-1' }),
      { title: 'nothing else is', request: { headers: bearer(tokens.other) }, expected: passed() },
      {
        title: 'jti of another issuer',
        before: () => revocations.revoke({ issuer: 'https://x.test', until, subject: 'alice' }),
        request: { headers: bearer(tokens.other) },
        expected: passed(),
      },
      ...rows('by key', tokens.other, 'alice', { issuer, until, keyId: authority.kid }),
    ],
  }
}
