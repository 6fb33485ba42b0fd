import type { Cause, Evidence } from '../cause.ts'
import { signedBySecret } from '../signed-by-secret.ts'
import { edited } from './edited.ts'

const INVALID = 'ERR_SIGNATURE_INVALID'

/** How else the same text can be read as a secret. */
export function secretCauses({ expected: { keys }, decoded }: Evidence): Cause[] {
  if (keys.kind !== 'secret') return []
  const text = keys.bytes.toString('utf8')
  const readings: readonly (readonly [id: string, reading: string, bytes: Buffer, fix: string])[] =
    [
      [
        'secret-line-break',
        'with the line break at its end',
        Buffer.from(text + (keys.lineBreak || '\n')),
        'The issuer reads the secret from a file that ends in a line break. Cut it off there (trimEnd(), or printf %s in the place of echo), or use it with the line break on both sides.',
      ],
      [
        'secret-line-break',
        'with the line break at its end',
        Buffer.from(`${text}\r\n`),
        'The issuer reads the secret from a file that ends in a line break of Windows. Cut it off there.',
      ],
      [
        'secret-blank',
        'without the blanks around it',
        Buffer.from(text.trim()),
        'There are blanks around the secret here, and not at the issuer. Take them out.',
      ],
      [
        'secret-quotes',
        'without the quotes around it',
        Buffer.from(text.replace(/^(["'])(.*)\1$/s, '$2')),
        'A line of an .env file was read with its quotes. Take them off.',
      ],
      [
        'secret-quotes',
        'with double quotes around it',
        Buffer.from(`"${text}"`),
        'At the issuer, the secret is read with the quotes of its .env file. Take them off there.',
      ],
      [
        'secret-base64',
        'decoded from base64',
        Buffer.from(text, 'base64'),
        "The issuer decodes the secret. Do the same in the options of the guard: secret: Buffer.from(text, 'base64').",
      ],
      [
        'secret-hex',
        'decoded from hexadecimal',
        Buffer.from(text, 'hex'),
        "The issuer decodes the secret. Do the same in the options of the guard: secret: Buffer.from(text, 'hex').",
      ],
      [
        'secret-encoded',
        'encoded as base64',
        Buffer.from(keys.bytes.toString('base64')),
        'The issuer takes the base64 text itself as the secret, and here it was decoded. Give the text on both sides.',
      ],
      [
        'secret-encoded',
        'encoded as base64url',
        Buffer.from(keys.bytes.toString('base64url')),
        'The issuer takes the base64url text itself as the secret, and here it was decoded. Give the text on both sides.',
      ],
      [
        'secret-encoded',
        'encoded as hexadecimal',
        Buffer.from(keys.bytes.toString('hex')),
        'The issuer takes the hexadecimal text itself as the secret, and here it was decoded. Give the text on both sides.',
      ],
    ]
  const isSignedWith = signedBySecret(decoded)
  const fitting = readings.find(([, , bytes]) => isSignedWith?.(bytes))
  if (fitting !== undefined) {
    const [id, reading, , fix] = fitting
    return [
      {
        id,
        code: INVALID,
        what: 'It is the same secret, read differently.',
        evidence: `the signature fits the secret ${reading}`,
        fix,
      },
    ]
  }
  return [
    {
      id: 'secret-other',
      code: INVALID,
      what: 'The token is signed with another secret, or was changed afterwards.',
      evidence:
        'the signature fits the secret neither as it is nor decoded, encoded, quoted or with a line break',
      fix: 'Compare digests on both sides (printf %s "$JWT_SECRET" | sha256sum), then environments: a token of staging fits no secret of production. Log in again, where the secret was changed.',
    },
    edited('A signature of a shared secret does not show which of the two it is.'),
  ]
}
