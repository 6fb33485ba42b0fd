import type { AttackFinding } from '@gatewarden/testing'

/** What follows from a finding, the gravest first: a heading, and two words for a table. */
export const EFFECTS = {
  'gets-in': { title: 'Somebody gets in', inShort: 'gets in' },
  'let-in': { title: 'A token is let in that a specification refuses', inShort: 'let in' },
  fails: { title: 'The server answers 5xx', inShort: '5xx' },
  answers: { title: 'An answer differs from RFC 6750 or RFC 9110', inShort: 'answer' },
} as const

/** Findings with one cause. */
export interface Topic {
  readonly id: string
  readonly effect: keyof typeof EFFECTS
  readonly title: string
  /** What it is and why it matters, for the page. */
  readonly about: string
  /** What closes it, by library. A library without an entry has no setting for it. */
  readonly settings: Readonly<Record<string, string>>
  /** Concerns nearly every refusal: its cases are counted, not listed. */
  readonly isEverywhere?: boolean
  readonly covers: (finding: AttackFinding, library: string) => boolean
}

const letIn =
  (pattern: RegExp) =>
  ({ kind, case: { id } }: AttackFinding) =>
    kind === 'let-in' && pattern.test(id)

/** A finding belongs to the first that covers it. */
export const TOPICS: readonly Topic[] = [
  {
    id: 'issuer',
    effect: 'gets-in',
    title: 'Another issuer',
    about:
      'A token with a good signature and another `iss`, or none. Where several issuers share a key, as tenants of one provider may, a token of each of them is let in.',
    settings: {
      'express-jwt': '`issuer`',
      'koa-jwt': '`issuer`',
      jsonwebtoken: '`issuer`',
      'fast-jwt': '`allowedIss`',
      '@fastify/jwt': '`verify.allowedIss`',
    },
    covers: letIn(/^iss-/),
  },
  {
    id: 'audience',
    effect: 'gets-in',
    title: 'Another audience',
    about:
      'A token with a good signature and another `aud`, or none, and an ID token. Whoever holds a token that the issuer made for another service can use it here (RFC 8725 §3.9).',
    settings: {
      'express-jwt': '`audience`',
      'koa-jwt': '`audience`',
      jsonwebtoken: '`audience`',
      'fast-jwt': '`allowedAud`',
      '@fastify/jwt': '`verify.allowedAud`',
    },
    covers: letIn(/^(aud-|id-token-audience$)/),
  },
  {
    id: 'algorithm',
    effect: 'let-in',
    title: 'Another algorithm of the same family',
    about:
      "The issuer's own key, used with an algorithm that was not meant: HS512 for HS256, PS256 for RS256. Only the issuer can make such a token. RFC 8725 §3.1 asks for one algorithm for each key.",
    settings: {
      'koa-jwt': '`algorithms`',
      'passport-jwt': '`algorithms`',
      jsonwebtoken: '`algorithms`',
      'fast-jwt': '`algorithms`',
      '@fastify/jwt': '`verify.algorithms`',
      jose: '`algorithms`',
    },
    covers: letIn(/^alg-used-/),
  },
  {
    id: 'crit',
    effect: 'let-in',
    title: '`crit` is not judged',
    about:
      'A header with a `crit` that is malformed, or that names an extension the server does not know. RFC 7515 §4.1.11 refuses both, so that an issuer can rely on its extension being understood.',
    settings: {},
    covers: letIn(/^(crit-|b64-)/),
  },
  {
    id: 'exp',
    effect: 'let-in',
    title: 'No `exp`',
    about:
      'A token without `exp` is good for ever. RFC 7519 §4.1.4 leaves it to the issuer whether there is one, RFC 9068 §2.2 requires it of access tokens.',
    settings: {
      'fast-jwt': '`requiredClaims`',
      '@fastify/jwt': '`verify.requiredClaims`',
      jose: '`requiredClaims`',
    },
    covers: letIn(/^exp-missing$/),
  },
  {
    id: 'exp-infinite',
    effect: 'let-in',
    title: '`exp` is infinite',
    about:
      'An `exp` of 1e999, which `JSON.parse` reads as Infinity. Only the issuer can make it. It does not end.',
    settings: {},
    covers: letIn(/^exp-infinite$/),
  },
  {
    id: 'iat',
    effect: 'let-in',
    title: '`iat` is no number',
    about:
      'RFC 7519 §4.1.6 says that it must be one. An age that is computed from a text is NaN, which no comparison finds too old.',
    settings: {
      'express-jwt': '`maxAge`',
      'koa-jwt': 'none documented',
      'passport-jwt': '`jsonWebTokenOptions.maxAge`',
      jsonwebtoken: '`maxAge`',
      'fast-jwt': '`maxAge`',
      '@fastify/jwt': '`verify.maxAge`',
    },
    covers: letIn(/^iat-/),
  },
  {
    id: 'payload',
    effect: 'let-in',
    title: 'A payload that is no object',
    about:
      'A list, a number, `true`, or a JSON string, signed by the issuer. RFC 7519 §7.2 wants an object. A handler reads `undefined` where it expects a user.',
    settings: {
      'express-jwt': '`issuer` or `audience`, but for the string',
      'koa-jwt': '`issuer` or `audience`, but for the string',
      jsonwebtoken: '`issuer` or `audience`, but for the string',
    },
    covers: letIn(/^payload-(list|number|string|true)$/),
  },
  {
    id: 'utf-8',
    effect: 'let-in',
    title: 'Bytes that are no UTF-8',
    about:
      'A header or payload with bytes that RFC 3629 does not allow, signed by the issuer. They are read as U+FFFD, and by another program perhaps as something else.',
    settings: {},
    covers: letIn(/-(bad-utf8|overlong-utf8|surrogate)$/),
  },
  {
    id: 'spelling',
    effect: 'let-in',
    title: 'Another spelling of a good token',
    about:
      'Padding, the other Base64 alphabet, bits that no byte uses, or characters that a lenient decoder skips. In the signature, anybody can write a good token so; in the header or the payload, only the issuer can. The claims are those of a good token, so nobody gains access. A list of revoked tokens by their text does not find the second spelling. RFC 7515 §2 defines the encoding without padding and without other characters; RFC 4648 §3.5 lets a decoder refuse bits that are not zero.',
    settings: {},
    covers: letIn(/^(junk|padded|spare-bits|standard-alphabet)/),
  },
  {
    id: 'query',
    effect: 'let-in',
    title: 'The token in the query',
    about:
      '`?access_token=` is the third way of RFC 6750 §2.3, which the library implements. RFC 9700 §4.3.2 says not to use it: URLs end up in logs and histories.',
    settings: {},
    covers: letIn(/^query/),
  },
  {
    id: 'blanks',
    effect: 'let-in',
    title: 'Other characters around the token',
    about:
      'A tab or U+00A0 where RFC 6750 §2.1 has blanks, or something behind the token. Nobody gains access. A proxy in front may read another token there, or none.',
    settings: {},
    covers: letIn(/^(nbsp|next-line|tab|two-by-blank)/),
  },
  {
    id: 'two-fields',
    effect: 'let-in',
    title: 'Two `Authorization` fields',
    about:
      "RFC 9110 §5.3 does not allow a second one. Node's `req.headers` keeps the first and drops the rest, and `req.rawHeaders` has them all. A proxy that goes by the last one sees another token.",
    settings: {},
    covers: letIn(/^two-fields-/),
  },
  {
    id: 'null-payload',
    effect: 'fails',
    title: 'A payload that is `null`',
    about:
      "Signed by the issuer. The function that looks up the user reads `sub` of it, as the README's does, and that throws.",
    settings: { 'passport-jwt': 'none; a check in the function that is given the payload' },
    covers: ({ kind }, library) => kind === 'server-error' && library === 'passport-jwt',
  },
  {
    id: 'server-error',
    effect: 'fails',
    title: '500 for a token that is refused',
    about:
      'The token is refused, with a status that says the server failed. A client does not learn that it needs another token, and whoever watches for 5xx is alarmed by what a stranger sends.',
    settings: { '@fastify/jwt': 'none; `setErrorHandler`, or a reply of your own in the hook' },
    covers: ({ kind }) => kind === 'server-error',
  },
  {
    id: 'no-challenge',
    effect: 'answers',
    title: '401 without `WWW-Authenticate`',
    about:
      'RFC 9110 §15.5.2 says that a 401 must have one, and RFC 6750 §3 what stands in it. Without it a client cannot tell an expired token from a missing one.',
    settings: {
      'express-jwt': 'none; an error handler of your own',
      'koa-jwt': 'none; a middleware before it',
      '@fastify/jwt': 'none; `setErrorHandler`, or a reply of your own in the hook',
    },
    isEverywhere: true,
    covers: ({ kind }) => kind === 'no-challenge',
  },
]

/** @throws Error for a finding that is not explained yet */
export function topicOf(finding: AttackFinding, library: string): Topic {
  const topic = TOPICS.find(({ covers }) => covers(finding, library))
  if (topic === undefined) {
    const { kind, case: tried, came } = finding
    throw new Error(
      `src/attacks/topics.ts explains no ${kind} of ${library} for ${tried.id}: ${came}`,
    )
  }
  return topic
}
