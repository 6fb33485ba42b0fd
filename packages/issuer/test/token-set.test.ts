import { format, inspect } from 'node:util'
import type { Client } from '../src/clients.ts'
import { sessionOf, toSessionRow } from '../src/session-row.ts'
import { TokenSet } from '../src/token-set.ts'
import { API, NOON, THUMBPRINT } from './test-issuer.ts'

const ACCESS = 'header.claims.signature'
const REFRESH = 'gwr.keyid.handle.0.mac'

function tokenSet(
  transport: Client['transport'],
  binding?: { jkt: string } | { 'x5t#S256': string },
  scope?: string,
) {
  const request = { subject: 'alice', ...(binding !== undefined && { binding }) }
  const row = toSessionRow(request, {
    handle: 'handle',
    client: 'app',
    audiences: [API],
    now: NOON,
    idleLifetime: 1_000,
    lifetime: 5_000,
  })
  const client: Client = { id: 'app', transport, secretDigests: [], introspects: [] }
  const access = { token: ACCESS, expiresAt: NOON + 570, scope }
  return new TokenSet(sessionOf(row), client, access, REFRESH, NOON)
}

describe('TokenSet', () => {
  it('has the tokens and what a client must know of them', () => {
    expect(tokenSet('body', undefined, 'read write')).toMatchObject({
      sid: expect.stringMatching(/^[\da-f-]{36}$/),
      client: 'app',
      transport: 'body',
      tokenType: 'Bearer',
      accessToken: ACCESS,
      refreshToken: REFRESH,
      expiresAt: NOON + 570,
      expiresIn: 570,
      scope: 'read write',
      refreshExpiresAt: NOON + 1_000,
      issuedAt: NOON,
    })
  })

  it('as JSON is the token response of RFC 6749 §5.1', () => {
    expect(JSON.parse(JSON.stringify(tokenSet('body', undefined, 'read write')))).toEqual({
      access_token: ACCESS,
      token_type: 'Bearer',
      expires_in: 570,
      scope: 'read write',
      refresh_token: REFRESH,
    })
  })

  it('leaves out a scope that is none', () => {
    expect(tokenSet('body').toJSON()).not.toHaveProperty('scope')
  })

  it('as JSON hands scripts no refresh token where it travels by cookie', () => {
    const tokens = tokenSet('cookie')
    const everything = { tokens, list: [tokens], spread: { ...tokens } }
    expect(JSON.stringify(everything)).not.toContain(REFRESH)
    expect(tokens.toJSON()).not.toHaveProperty('refresh_token')
    expect(tokens.refreshToken).toBe(REFRESH)
  })

  it('AS-10 says DPoP for a key that must be proven, and Bearer for a certificate', () => {
    expect(tokenSet('body', { jkt: THUMBPRINT }).tokenType).toBe('DPoP')
    expect(tokenSet('body', { 'x5t#S256': THUMBPRINT }).tokenType).toBe('Bearer')
  })

  it.each(['body', 'cookie'] as const)('shows no token in a log line (%s)', (transport) => {
    const tokens = tokenSet(transport)
    const shown = [
      inspect(tokens),
      inspect(tokens, { showHidden: true, depth: null }),
      inspect({ deep: { tokens } }, { depth: 9, showHidden: true }),
      format('%s %o %O', tokens, tokens, tokens),
      Object.entries(tokens).join(),
      JSON.stringify({ ...tokens }),
    ]
    for (const text of shown) {
      expect(text).not.toContain(ACCESS)
      expect(text).not.toContain(REFRESH)
    }
    expect(inspect(tokens)).toContain(`sid: '${tokens.sid}', client: 'app'`)
  })
})
