import { encodeSegment } from '../compact-jws.ts'
import { type Forge, type ForgedRow, segmentsOf } from './forge.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** What is put into the middle of the signature; lenient decoders skip it. */
const JUNK: readonly (readonly [id: string, name: string, text: string])[] = [
  ['space', 'a space', ' '],
  ['tab', 'a tab', '\t'],
  ['newline', 'a line break', '\n'],
  ['no-break-space', 'a no-break space', '\u00A0'],
  ['zero-width-space', 'a zero-width space', '\u200B'],
  ['nul', 'a zero byte', '\0'],
  ['exclamation-mark', 'an exclamation mark', '!'],
  ['star', 'a star', '*'],
  ['percent', 'percent-encoding', '%2D'],
]

/**
 * Other spellings of a good token (RFC 4648 §3): what was revoked or cached under one must not be let in under
 * another. Where the spelling is in a signed segment, the signature is over that spelling.
 */
export function otherSpellings(forge: Forge): ForgedRow[] {
  const { victim, signText } = forge
  const token = victim.genuine()
  const [header, payload, signature] = segmentsOf(token)
  const asSignature = (segment: string) => `${header}.${payload}.${segment}`
  const asHeader = (segment: string) => signText(`${segment}.${payload}`)
  const asPayload = (segment: string) => signText(`${header}.${segment}`)

  const rows: (readonly [id: string, name: string, token: string])[] = [
    ...JUNK.map(
      ([id, name, text]) =>
        [`junk-${id}`, `${name} in the signature`, asSignature(withinIt(signature, text))] as const,
    ),
    ['junk-semicolon', 'a parameter behind the signature', `${token};a=b`],
    ['junk-comma', 'a comma behind the signature', `${token},`],
    ['quoted', 'quotes around the token', `'${token}'`],
    ['byte-order-mark', 'a byte order mark before the token', `\uFEFF${token}`],
    ['full-width-dots', 'full-width dots', token.replaceAll('.', '．')],
    ['padded-signature', 'padding behind the signature', asSignature(padded(signature))],
    ['padded-once', 'a single = behind the signature', `${token}=`],
    ['padded-header', 'padding behind the header', asHeader(padded(openHeader(forge)))],
    ['padded-payload', 'padding behind the payload', asPayload(padded(openPayload(forge)))],
    ['impossible-length', 'a length base64url cannot have', withImpossibleLength(token)],
    ['spare-bits-signature', 'spare bits in the signature', withSpareBit(token, signature)],
    ['spare-bits-header', 'spare bits in the header', asHeader(setSpareBit(openHeader(forge)))],
    ['spare-bits-payload', 'spare bits in the payload', asPayload(setSpareBit(openPayload(forge)))],
    ['standard-alphabet', 'the standard alphabet', asPayload(standardPayload(forge))],
  ]
  return rows.map(([id, name, spelling]) => [id, name, 'ERR_TOKEN_MALFORMED', spelling])
}

function withinIt(segment: string, text: string): string {
  return `${segment.slice(0, -5)}${text}${segment.slice(-5)}`
}

/** A header whose segment leaves bits unused, and so could be padded. */
function openHeader({ header }: Forge): string {
  return grownUntil((x) => encodeSegment(header({ x })), leavesBitsUnused)
}

function openPayload({ claims }: Forge): string {
  return grownUntil((x) => encodeSegment(claims({ x })), leavesBitsUnused)
}

/** Claims that need both characters in which the alphabets differ. */
function standardPayload({ claims }: Forge): string {
  const payload = grownUntil(
    (x) => encodeSegment(claims({ x: `${x}>>>???` })),
    (segment) => segment.includes('-') && segment.includes('_'),
  )
  return payload.replaceAll('-', '+').replaceAll('_', '/')
}

function grownUntil(
  make: (filling: string) => string,
  isWanted: (segment: string) => boolean,
): string {
  let filling = 'x'
  while (!isWanted(make(filling))) filling += 'x'
  return make(filling)
}

function leavesBitsUnused(segment: string): boolean {
  return segment.length % 4 !== 0
}

function padded(segment: string): string {
  return segment.padEnd(Math.max(segment.length + 1, 4 * Math.ceil(segment.length / 4)), '=')
}

/** Signatures of 48, 66 and 96 bytes leave no bits unused: then it is one more character, which is no better. */
function withSpareBit(token: string, signature: string): string {
  return leavesBitsUnused(signature) ? setSpareBit(token) : withImpossibleLength(token)
}

/** The lowest bit of the last character is unused in every segment that could be padded. */
function setSpareBit(segment: string): string {
  return segment.slice(0, -1) + ALPHABET.charAt(ALPHABET.indexOf(segment.slice(-1)) ^ 1)
}

/** Four characters are three bytes, three are two, two are one; one character is nothing. */
function withImpossibleLength(token: string): string {
  const [, , signature] = segmentsOf(token)
  return token + 'A'.repeat(5 - (signature.length % 4 || 4))
}
