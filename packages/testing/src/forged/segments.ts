import { encodeSegment } from '../compact-jws.ts'
import { type Forge, type ForgedRow, segmentsOf } from './forge.ts'

type TokenRow = readonly [id: string, name: string, token: string]

/** Not three segments (RFC 7515 §7.1), or more of them than anybody needs. */
export function forgedSegments(forge: Forge): ForgedRow[] {
  const { header, claims, signed } = forge
  const rows = [...numbersOfSegments(forge), ...otherSerializations(forge)]
  const oversizeClaim = signed(header(), claims({ x: 'x'.repeat(13_000) }))
  const oversizeKid = signed(header({ kid: 'x'.repeat(13_000) }), claims())
  return [
    ...rows.map(([id, name, token]): ForgedRow => [id, name, 'ERR_TOKEN_MALFORMED', token]),
    ['oversize', 'a claim of 13,000 characters', 'ERR_TOKEN_TOO_LARGE', oversizeClaim],
    ['oversize-kid', 'a kid of 13,000 characters', 'ERR_TOKEN_TOO_LARGE', oversizeKid],
    ['oversize-dots', '20,000 dots', 'ERR_TOKEN_TOO_LARGE', '.'.repeat(20_000)],
  ]
}

function numbersOfSegments({ victim }: Forge): TokenRow[] {
  const token = victim.genuine()
  const [header, payload, signature] = segmentsOf(token)
  return [
    ['one-segment', 'the header alone', header],
    ['two-segments', 'no signature', `${header}.${payload}`],
    ['four-segments', 'a fourth segment', `${token}.${signature}`],
    ['six-segments', 'six segments', `${token}.${token}`],
    ['many-segments', '3,000 segments', 'e30.'.repeat(2_999) + 'e30'],
    ['dots', '8,000 dots', '.'.repeat(8_000)],
    ['trailing-dot', 'a dot more', `${token}.`],
    ['leading-dot', 'a dot before', `.${token}`],
    ['empty-header', 'an empty header', `.${payload}.${signature}`],
    ['empty-payload', 'an empty payload', `${header}..${signature}`],
    ['empty-signature', 'an empty signature', `${header}.${payload}.`],
    ['two-dots', 'two dots', '..'],
    ['no-token', 'a word', 'null'],
  ]
}

/** The JSON serializations (RFC 7515 §7.2), which a reader that splits at dots takes for something else. */
function otherSerializations({ victim, claims }: Forge): TokenRow[] {
  const token = victim.genuine()
  const [header, payload, signature] = segmentsOf(token)
  const flattened = { protected: header, payload, signature }
  const general = { payload, signatures: [{ protected: header, signature }] }
  const forgedPayload = encodeSegment(claims({ sub: 'root' }))
  const polyglot = { [`  ${header}.${forgedPayload}.`]: '', ...flattened }
  return [
    ['json-flattened', 'the flattened JSON serialization', JSON.stringify(flattened)],
    ['json-general', 'the general JSON serialization', JSON.stringify(general)],
    ['json-polyglot', 'JSON that reads as a compact token, too', JSON.stringify(polyglot)],
    ['json-string', 'the token as a JSON string', JSON.stringify(token)],
  ]
}
