import { encodeSegment } from '../../compact-jws.ts'
import { type Forge, segmentsOf } from '../../forged/forge.ts'
import { type Attack, type AttackedServer, isSuccess } from '../attack.ts'
import { requestCase } from './request-attacks.ts'

type Segments = readonly [header: string, payload: string, signature: string]

/** One line of the table: what becomes of the segments of a token that was let in. */
type Row = readonly [
  id: string,
  name: string,
  forge: (segments: Segments, forge: Forge) => Segments,
]

const ROWS: readonly Row[] = [
  [
    'accepted-payload-changed',
    'another subject, under a signature that was let in',
    ([header, , signature], { claims }) => [
      header,
      encodeSegment(claims({ sub: 'root' })),
      signature,
    ],
  ],
  [
    'accepted-header-changed',
    'another header, before a payload and a signature that were let in',
    ([, payload, signature], { header }) => [
      encodeSegment(header({ typ: 'x' })),
      payload,
      signature,
    ],
  ],
  [
    'accepted-signature-first',
    'the first letter of a signature changed that was let in',
    ([header, payload, signature]) => [header, payload, withOtherLetter(signature, 0)],
  ],
  [
    'accepted-signature-middle',
    'a letter in the middle of a signature changed that was let in',
    ([header, payload, signature]) => [
      header,
      payload,
      withOtherLetter(signature, signature.length >> 1),
    ],
  ],
  [
    'accepted-signature-foreign',
    "a signature by the attacker's key, behind a payload that was let in",
    ([header, payload], { rogue }) => segmentsOf(rogue.sign(bytesOf(header), bytesOf(payload))),
  ],
  [
    'accepted-signature-missing',
    'alg none and no signature, with a payload that was let in',
    ([, payload], { header }) => [encodeSegment(header({ alg: 'none' })), payload, ''],
  ],
]

/**
 * Forged of a token that the server has just let in. A cache of verdicts must go by all of the token: one that goes by its
 * signature gives the verdict on another payload, one that goes by its payload on a signature that nobody made.
 */
export function besideAcceptedToken(forge: Forge): Attack[] {
  return ROWS.map(([id, name, change]) => ({
    case: requestCase('shared-state', id, name, 'hole'),
    async send(server: AttackedServer) {
      const token = server.goodToken
      // Twice: there are caches that keep what comes back.
      await server.send(server.request(bearer(token)))
      await server.send(server.request(bearer(token)))
      return server.send(server.request(bearer(change(segmentsOf(token), forge).join('.'))))
    },
    isLetIn: isSuccess,
    refusal: 'as-bad-token',
  }))
}

function bearer(token: string) {
  return { headers: { Authorization: `Bearer ${token}` } }
}

function bytesOf(segment: string): Buffer {
  return Buffer.from(segment, 'base64url')
}

function withOtherLetter(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}
