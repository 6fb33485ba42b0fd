import type { Strictness } from '../strictness.ts'

/** Header parameters that change what a token means, or are of another type than RFC 7515 §4.1 gives them. */
export const strictHeader: readonly Strictness[] = [
  {
    id: 'crit',
    title: '`crit`, whatever it lists',
    why: 'RFC 7515 §4.1.11: what it lists must be understood. jose implements `b64` and accepts it as true; the guard implements no extension.',
    code: 'ERR_HEADER_REFUSED',
    reason: /crit names an extension/,
    recognises: ({ header }) => Object.hasOwn(header, 'crit'),
    example: {
      header: [
        ['crit', '["b64"]'],
        ['b64', 'true'],
      ],
    },
  },
  {
    id: 'b64',
    title: '`b64`, whatever it says',
    why: 'RFC 7797 §6 wants `crit` beside it. Without, one verifier reads the payload as base64url and another as it is: two payloads under one signature.',
    code: 'ERR_HEADER_REFUSED',
    reason: /b64 is not supported/,
    recognises: ({ header }) => Object.hasOwn(header, 'b64'),
    example: { header: [['b64', 'false']] },
  },
  {
    id: 'zip',
    title: '`zip` in a signed token',
    why: 'RFC 7516 §4.1.3 defines it for encrypted tokens only. A verifier that inflates the payload would read another one.',
    code: 'ERR_HEADER_REFUSED',
    reason: /zip has no meaning/,
    recognises: ({ header }) => Object.hasOwn(header, 'zip'),
    example: { header: [['zip', '"DEF"']] },
  },
  {
    id: 'kid-not-a-string',
    title: 'A `kid` that is not a string',
    why: 'RFC 7515 §4.1.4: a string. An object or a list is meant for whatever looks the key up (RFC 8725 §3.10).',
    code: 'ERR_HEADER_REFUSED',
    reason: /kid is .*, not a string/,
    recognises: ({ header }) => Object.hasOwn(header, 'kid') && typeof header.kid !== 'string',
    example: { header: [['kid', '{"$ne":null}']] },
  },
  {
    id: 'long-kid',
    title: 'A `kid` of more than 512 characters',
    why: 'Key ids are thumbprints and short names. A longer one is somebody probing what looks keys up (RFC 8725 §3.10).',
    code: 'ERR_HEADER_REFUSED',
    reason: /kid is longer than 512 characters/,
    recognises: ({ header: { kid } }) => typeof kid === 'string' && kid.length > 512,
    example: { header: [['kid', JSON.stringify('k'.repeat(513))]] },
  },
  {
    id: 'typ-not-a-string',
    title: 'A `typ` that is not a string',
    why: 'RFC 7515 §4.1.9: a string. What is no text cannot say that it is an access token.',
    code: 'ERR_HEADER_REFUSED',
    reason: /typ is .*, not a string/,
    recognises: ({ header }) => Object.hasOwn(header, 'typ') && typeof header.typ !== 'string',
    example: { header: [['typ', 'null']] },
  },
  {
    id: 'nested-token',
    title: 'A `cty` that names a token, or is not a string',
    why: 'RFC 7519 §5.2: with `cty: JWT` the payload is a token of its own, and nobody verified that one.',
    code: 'ERR_HEADER_REFUSED',
    reason: /cty says that the payload is another token/,
    recognises: ({ header }) =>
      Object.hasOwn(header, 'cty') &&
      (typeof header.cty !== 'string' ||
        ['jwt', 'application/jwt'].includes(header.cty.toLowerCase())),
    example: { header: [['cty', '"JWT"']] },
  },
]
