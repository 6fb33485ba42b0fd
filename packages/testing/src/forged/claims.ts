import type { GuardErrorCode } from '@gatewarden/core'
import type { Forge, ForgedRow } from './forge.ts'

type ClaimsRow = readonly [id: string, name: string, code: GuardErrorCode, claims: object]

/*
 * Claims that are not what they must be, in tokens that the right key signed.
 */

export function forgedIssuers(forge: Forge): ForgedRow[] {
  const { rogue, lure, header, claims } = forge
  return [
    ...signedRows(forge, issuers(forge)),
    [
      'iss-attacker',
      "all of it the attacker's, the URL of the keys included",
      'ERR_ISSUER_UNTRUSTED',
      rogue.sign(header({ kid: rogue.kid }), claims({ iss: lure })),
    ],
  ]
}

export function forgedAudiences(forge: Forge): ForgedRow[] {
  return signedRows(forge, audiences(forge))
}

export function forgedIdentifiers(forge: Forge): ForgedRow[] {
  return signedRows(forge, identifiers())
}

export function senderBound(forge: Forge): ForgedRow[] {
  return signedRows(forge, senderConstraints())
}

function signedRows({ header, claims, signed }: Forge, rows: readonly ClaimsRow[]): ForgedRow[] {
  return rows.map(([id, name, code, changes]) => [
    id,
    name,
    code,
    signed(header(), claims({ ...changes })),
  ])
}

/** One exact string: RFC 7519 §4.1.1, RFC 9068 §4. */
function issuers({ victim: { issuer }, lure }: Forge): ClaimsRow[] {
  const values: (readonly [id: string, name: string, iss: unknown])[] = [
    ['other', 'another issuer', 'https://issuer.attacker.test'],
    ['lure', "the attacker's URL", lure],
    ['missing', 'nothing', undefined],
    ['empty', 'an empty text', ''],
    ['null', 'null', null],
    ['number', 'a number', 0],
    ['list', 'a list with the right one', [issuer]],
    ['list-of-two', 'a list of another and the right one', [lure, issuer]],
    ['object', 'a query of a document store', { $ne: null }],
    ['prefix', 'all but the last character', issuer.slice(0, -1)],
    ['longer', 'the right one as sub-domain', `${issuer}.attacker.test`],
    ['userinfo', 'the right one as user of a URL', `${issuer}@attacker.test`],
    ['slash', 'a slash more', `${issuer}/`],
    ['path', 'a path more', `${issuer}/realms/other`],
    ['upper-case', 'upper case', issuer.toUpperCase()],
    ['blank', 'a blank more', `${issuer} `],
    ['nul', 'a zero byte more', `${issuer}\0.attacker.test`],
    ['crlf', 'a line break and a header', `${issuer}\r\nSet-Cookie: a=b`],
    ['not-latin', 'letters no header can hold', 'https://эмитент.test'],
    ['proto', '__proto__', '__proto__'],
  ]
  return values.map(([id, name, iss]) => [
    `iss-${id}`,
    `iss: ${name}`,
    'ERR_ISSUER_UNTRUSTED',
    { iss },
  ])
}

/** One of the strings is ours: RFC 7519 §4.1.3. */
function audiences({ victim: { audience } }: Forge): ClaimsRow[] {
  const mismatches: (readonly [id: string, name: string, aud: unknown])[] = [
    ['other', 'another API', 'https://other.test'],
    ['missing', 'nothing', undefined],
    ['empty', 'an empty text', ''],
    ['empty-list', 'an empty list', []],
    ['others', 'a list of other APIs', ['https://other.test', 'https://another.test']],
    ['prefix', 'all but the last character', audience.slice(0, -1)],
    ['longer', 'ours and more', `${audience}.attacker.test`],
    ['within', 'ours behind something', `x${audience}`],
    ['slash', 'a slash more', `${audience}/`],
    ['upper-case', 'upper case', audience.toUpperCase()],
    ['blanks', 'a list in a text, by blanks', `https://other.test ${audience}`],
    ['commas', 'a list in a text, by commas', `${audience},https://other.test`],
    ['json', 'a list in a text, as JSON', JSON.stringify([audience])],
    ['characters', 'a list of its characters', [...audience]],
    ['star', 'a star', '*'],
  ]
  const noTexts: (readonly [id: string, name: string, aud: unknown])[] = [
    ['null', 'null', null],
    ['number', 'a number', 0],
    ['true', 'true', true],
    ['object', 'an object with our name as member', { [audience]: true, length: 1, 0: audience }],
    ['nested', 'a list in a list', [[audience]]],
    ['mixed', 'a list of us and a number', [audience, 0]],
    ['null-listed', 'a list of us and null', [audience, null]],
  ]
  return [
    ...mismatches.map(([id, name, aud]): ClaimsRow => [
      `aud-${id}`,
      `aud: ${name}`,
      'ERR_AUDIENCE_MISMATCH',
      { aud },
    ]),
    ...noTexts.map(([id, name, aud]): ClaimsRow => [
      `aud-${id}`,
      `aud: ${name}`,
      'ERR_CLAIM_INVALID',
      { aud },
    ]),
  ]
}

/** What applications put into queries as it is. */
function identifiers(): ClaimsRow[] {
  const values: (readonly [id: string, name: string, value: unknown])[] = [
    ['query', 'a query of a document store', { $ne: null }],
    ['list', 'a list', ['alice', 'root']],
    ['number', 'a number', 0],
    ['true', 'true', true],
    ['null', 'null', null],
  ]
  return ['sub', 'jti', 'sid', 'client_id', 'azp'].flatMap((claim) =>
    values.map(([id, name, value]): ClaimsRow => [
      `${claim.replace('_', '-')}-${id}`,
      `${claim} is ${name}`,
      'ERR_CLAIM_INVALID',
      { [claim]: value },
    ]),
  )
}

/** Tokens bound to a key of their sender, stolen and presented as plain Bearer: RFC 9449 §7.2, RFC 8705 §3. */
function senderConstraints(): ClaimsRow[] {
  const values: (readonly [id: string, name: string, cnf: unknown])[] = [
    ['jkt', 'a DPoP key', { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' }],
    ['x5t', 'a certificate', { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' }],
    ['jwk', 'a key', { jwk: { kty: 'oct', k: 'x' } }],
    ['unknown', 'something unknown', { x: 1 }],
    ['empty', 'nothing', {}],
    ['null', 'null', null],
  ]
  return values.map(([id, name, cnf]) => [
    `cnf-${id}`,
    `bound to ${name}`,
    'ERR_SENDER_CONSTRAINED',
    { cnf },
  ])
}
