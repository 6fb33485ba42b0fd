import type { Strictness } from '../strictness.ts'
import { settingNamed } from '../settings/all.ts'

/** What makes it another kind of token. */
const TELLTALES = ['at_hash', 'c_hash', 'events', 'token_introspection', 'status_list', 'htu']
const KIND_CLAIMS = ['token_use', 'token_type', 'typ', 'type']
const OTHER_KIND = /^(id|refresh|logout)(token)?$|^offline$/

const IDENTIFIERS = ['iss', 'sub', 'jti', 'sid', 'client_id', 'azp']

/** What the claims must be, whatever the signature is worth. */
export const strictClaims: readonly Strictness[] = [
  {
    id: 'typ-of-another-kind',
    title: 'A `typ` other than `JWT` and `at+jwt`',
    why: 'RFC 8725 §3.11: the type keeps tokens of one kind from being taken for another. jose compares it only when told to.',
    code: 'ERR_TOKEN_TYPE_REFUSED',
    reason: /its typ is .*; the profile/,
    recognises: ({ header: { typ } }) =>
      typeof typ === 'string' && !/^(application\/)?(jwt|at\+jwt)$/i.test(typ),
    example: { header: [['typ', '"logout+jwt"']] },
  },
  {
    id: 'telltale-claim',
    title:
      'A claim that only other kinds of token have: `at_hash`, `c_hash`, `events`, `token_introspection`, `status_list`, `htu`',
    why: 'RFC 8725 §3.12: an ID token, a logout token, a DPoP proof … may come from the same issuer under the same key.',
    code: 'ERR_TOKEN_TYPE_REFUSED',
    reason: /it has \w+, so it is/,
    recognises: ({ claims }) => TELLTALES.some((claim) => Object.hasOwn(claims, claim)),
    example: { claims: [['at_hash', '"x"']] },
  },
  {
    id: 'other-kind',
    title:
      '`token_use`, `token_type`, `typ` or `type` among the claims that says ID, refresh or logout token',
    why: 'How Cognito, Keycloak and others name what is no access token (RFC 8725 §3.12).',
    code: 'ERR_TOKEN_TYPE_REFUSED',
    reason: /its (token_use|token_type|typ|type) is "/,
    recognises: ({ claims }) =>
      KIND_CLAIMS.flatMap((claim) => (Object.hasOwn(claims, claim) ? [claims[claim]] : []))
        .flat()
        .some(
          (kind) =>
            typeof kind === 'string' && OTHER_KIND.test(kind.toLowerCase().replace(/[\s_-]/g, '')),
        ),
    example: { claims: [['token_use', '"id"']] },
  },
  {
    id: 'identifier-not-a-string',
    title: 'An `iss`, `sub`, `jti`, `sid`, `client_id` or `azp` that is not a string',
    why: 'RFC 7519 §4.1, RFC 8693 §4.3. They end up in queries: `{"$ne": null}` as `sub` is everybody.',
    code: 'ERR_CLAIM_INVALID',
    reason: /the token's (iss|sub|jti|sid|client_id|azp) is .*, not a string/,
    recognises: ({ claims }) =>
      IDENTIFIERS.some(
        (claim) => Object.hasOwn(claims, claim) && typeof claims[claim] !== 'string',
      ),
    example: { claims: [['sub', '{"$ne":null}']] },
  },
  {
    id: 'aud-not-strings',
    title: 'An `aud` that holds anything but strings',
    why: 'RFC 7519 §4.1.3: a string or a list of strings. jose wants ours to be among them, and does not look at the others, nor at any where no audience is expected.',
    code: 'ERR_CLAIM_INVALID',
    reason: /aud is not a string or a list of strings/,
    recognises: ({ claims }) =>
      Object.hasOwn(claims, 'aud') &&
      ![claims.aud].flat().every((audience) => typeof audience === 'string'),
    example: { claims: [['aud', '["https://api.test",null]']] },
  },
  {
    id: 'required-claim-null',
    title: 'A required claim that is null',
    why: 'It is there and says nothing. Code that relies on the claim would rely on null.',
    code: 'ERR_CLAIM_MISSING',
    reason: /the token has no/,
    recognises: ({ claims }, { expected }) =>
      expected.requiredClaims.some((claim) => claims[claim] === null),
    setting: settingNamed('required claim'),
    example: {
      claims: [['tenant', 'null']],
    },
  },
  {
    id: 'sender-constrained',
    title: 'A `cnf` of any form',
    why: 'RFC 9449 §7.2, RFC 8705 §3: the token is bound to a key of its sender. As a plain Bearer token it may be stolen.',
    code: 'ERR_SENDER_CONSTRAINED',
    reason: /bound to its sender/,
    recognises: ({ claims }) => Object.hasOwn(claims, 'cnf'),
    example: { claims: [['cnf', '{"jkt":"x"}']] },
  },
]
