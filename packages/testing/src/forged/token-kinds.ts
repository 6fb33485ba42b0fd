import type { Forge, ForgedRow } from './forge.ts'

/** `typ` of other tokens, and spellings that a careless comparison takes for an access token's. */
const TYPES: readonly (readonly [id: string, typ: string])[] = [
  ['longer', 'xat+jwt'],
  ['parameter', 'at+jwt;x'],
  ['charset', 'at+jwt; charset=utf-8'],
  ['suffix', 'at+jwt+x'],
  ['blank', 'at+jwt '],
  ['nul', 'at+jwt\0'],
  ['two', 'JWT,at+jwt'],
  ['media-type', 'text/at+jwt'],
  ['application-twice', 'application/application/at+jwt'],
  ['empty', ''],
  ['jose', 'JOSE'],
  ['id-token', 'id+jwt'],
  ['refresh-token', 'refresh+jwt'],
  ['logout-token', 'logout+jwt'],
  ['dpop-proof', 'dpop+jwt'],
  ['security-event', 'secevent+jwt'],
  ['introspection', 'token-introspection+jwt'],
  ['status-list', 'statuslist+jwt'],
  ['request-object', 'oauth-authz-req+jwt'],
  ['client-assertion', 'client-authentication+jwt'],
  ['key-binding', 'kb+jwt'],
  ['credential', 'dc+sd-jwt'],
  ['proto', '__proto__'],
]

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** What other tokens say in their claims, whatever their `typ`. */
const TELLTALES: readonly (readonly [id: string, name: string, claims: Record<string, unknown>])[] =
  [
    ['id-token-at-hash', 'an ID token (at_hash)', { at_hash: 'x', nonce: 'n' }],
    ['id-token-c-hash', 'an ID token (c_hash)', { c_hash: 'x', nonce: 'n' }],
    ['id-token-use', 'an ID token (token_use: id)', { token_use: 'id' }],
    ['id-token-typ', 'an ID token (typ: ID)', { typ: 'ID' }],
    ['refresh-token-typ', 'a refresh token (typ: Refresh)', { typ: 'Refresh' }],
    ['offline-token-typ', 'an offline token (typ: Offline)', { typ: 'Offline' }],
    ['refresh-token-use', 'a refresh token (token_use: refresh)', { token_use: 'refresh' }],
    ['refresh-token-type', 'a refresh token (type: refresh)', { type: 'refresh' }],
    ['refresh-token-type-long', 'a refresh token (token_type)', { token_type: 'refresh_token' }],
    ['logout-token-events', 'a logout token (events)', { events: { [LOGOUT_EVENT]: {} } }],
    ['logout-token-typ', 'a logout token (typ: Logout)', { typ: 'Logout' }],
    ['introspection-claim', 'an introspection response', { token_introspection: { active: true } }],
    ['status-list-claim', 'a status list', { status_list: { bits: 1, lst: 'x' } }],
    ['dpop-proof-claims', 'a DPoP proof', { htm: 'GET', htu: 'https://api.test/hello' }],
  ]

/** Tokens of another kind, by the same issuer and key: RFC 8725 §3.11 and §3.12. */
export function otherTokenKinds({ header, claims, signed }: Forge): ForgedRow[] {
  return [
    ...TYPES.map(([id, typ]): ForgedRow => [
      `typ-${id}`,
      `typ ${JSON.stringify(typ)}`,
      'ERR_TOKEN_TYPE_REFUSED',
      signed(header({ typ }), claims()),
    ]),
    ...TELLTALES.map(([id, name, telltale]): ForgedRow => [
      id,
      name,
      'ERR_TOKEN_TYPE_REFUSED',
      signed(header(), claims(telltale)),
    ]),
    [
      'id-token-audience',
      'an ID token (aud is the client)',
      'ERR_AUDIENCE_MISMATCH',
      signed(header(), claims({ aud: 'web-client', azp: 'web-client', nonce: 'n' })),
    ],
  ]
}
