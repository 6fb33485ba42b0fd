import { AUDIENCE, ISSUER, NOW } from './setting.ts'

/** A header parameter or claim replaced by another JSON text, or left out. */
export type MemberChange = readonly [name: string, value: string | undefined]

/** Values that some reader takes for something else. As JSON text: JavaScript cannot write all of them. */
const ODD = [
  undefined,
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e999',
  '-1e999',
  '1e21',
  '""',
  '"x"',
  '"0"',
  '"\\ud800"',
  '"\\u0000"',
  '[]',
  '["x"]',
  '[[]]',
  '{}',
  '{"$ne":null}',
]

const text = (value: unknown): string => JSON.stringify(value)

/** Both sides of every edge: the tolerance, and what a token may be old where that is limited to 600 seconds. */
const TIMES = [
  -3_600, -631, -630, -629, -601, -600, -599, -31, -30, -29, -1, 0, 1, 29, 30, 31, 300, 3_600,
  0.5, -29.5, -30.5, 29.5, 30.5,
] // prettier-ignore

const times = [
  ...TIMES.map((offset) => String(NOW + offset)),
  ...[NOW, NOW + 300].map((time) => text(String(time))),
  ...['1e11', '99999999999', '100000000000.5', `${NOW}e3`, `${NOW}000`, `${NOW + 60}.0e0`],
]

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
export const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

const HEADER: Readonly<Record<string, readonly (string | undefined)[]>> = {
  alg: [
    ...[...ALGORITHMS, ...ALGORITHMS, 'none', 'None', 'nOnE', 'NONE', 'hs256', 'es256'].map(text),
    ...['HS256 ', 'ES256K', 'ES256\0', 'RSA-OAEP', 'dir', 'ML-DSA-44', 'constructor', '__proto__'].map(text),
    '["HS256"]',
    '["none"]',
  ],
  kid: [
    ...['k1', 'k2', 'k3', 'K1', 'k1 ', '*', '../../dev/null', '__proto__'].map(text),
    text('k'.repeat(512)),
    text('k'.repeat(513)),
    '["k1"]',
    undefined,
  ],
  typ: [
    ...['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/JWT', 'JOSE', 'id+jwt'].map(text),
    ...['application/application/jwt', 'dpop+jwt', 'logout+jwt', 'JWT ', 'text/jwt', 'secevent+jwt'].map(text),
    '["JWT"]',
  ],
  cty: ['JWT', 'jwt', 'application/jwt', 'application/JWT', 'json', 'xjwt', 'JWE'].map(text),
  crit: ['["b64"]', '["exp"]', '["alg"]', '["crit"]', '["b64","b64"]', '["x"]', '"b64"', '{"0":"b64"}', '[0]'],
  b64: ['true', 'false'],
  zip: ['"DEF"', '"none"'],
  enc: ['"A256GCM"'],
  jwk: ['{"kty":"oct","k":"AA","kid":"k1"}'],
  jku: ['"https://attacker.test/jwks"'],
  x5u: ['"https://attacker.test/certificate"'],
  x5c: ['["AAAA"]'],
  'x': ['1'],
} // prettier-ignore

const CLAIMS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  iss: [
    ...[ISSUER, ISSUER, `${ISSUER}/`, ISSUER.toUpperCase(), `${ISSUER} `, 'https://second.test'].map(text),
    ...[[ISSUER], { [ISSUER]: 1 }].map(text),
  ],
  aud: [
    ...[AUDIENCE, [AUDIENCE], ['other', AUDIENCE], [AUDIENCE, AUDIENCE], ['other'], 'other'].map(text),
    ...[[AUDIENCE, null], [0, AUDIENCE], [[AUDIENCE]], [AUDIENCE, {}], [AUDIENCE, [AUDIENCE]]].map(text),
    ...[`${AUDIENCE}/`, `${AUDIENCE} other`, { 0: AUDIENCE, length: 1 }, ['', AUDIENCE], 'second'].map(text),
  ],
  exp: times,
  nbf: times,
  iat: times,
  sub: ['"root"', '["alice"]'],
  jti: ['"t1"', '"__proto__"'],
  sid: ['"s1"', '1'],
  client_id: ['"web"', '1'],
  azp: ['"web"', '{"a":1}'],
  cnf: ['{"jkt":"x"}', '{"x5t#S256":"x"}'],
  tenant: ['"t"', 'null'],
  scope: ['"read write"', '["read"]'],
  roles: ['"admin"', '["admin"]'],
  nonce: ['"n"'],
  at_hash: ['"x"'],
  c_hash: ['"x"'],
  events: ['{"http://schemas.openid.net/event/backchannel-logout":{}}'],
  token_introspection: ['{"active":true}'],
  status_list: ['{"bits":1}'],
  htu: ['"https://api.test/"'],
  token_use: ['access', 'id', 'refresh', ['access', 'ID']].map(text),
  token_type: ['Bearer', 'refresh_token', 'Refresh-Token', 'access_token'].map(text),
  typ: ['Bearer', 'ID', 'Refresh', 'Offline', 'Logout', 'JWT'].map(text),
  type: ['access', 'refresh', 'logout token', ['x', 'id_token'], 'offline'].map(text),
  alg: ['"none"'],
  constructor: ['1'],
} // prettier-ignore

/** Changes that make sense together only. */
const CRITICAL: readonly (readonly MemberChange[])[] = ['true', 'false', '0'].map((b64) => [
  ['crit', '["b64"]'],
  ['b64', b64],
])

export const headerChanges: readonly (readonly MemberChange[])[] = [
  ...CRITICAL,
  ...CRITICAL,
  ...changesOf(HEADER),
]
export const claimChanges: readonly (readonly MemberChange[])[] = changesOf(CLAIMS)

/** What is telling about a member comes up as often as what is odd about any. */
function changesOf(values: Readonly<Record<string, readonly (string | undefined)[]>>) {
  return Object.entries(values).flatMap(([name, telling]) => {
    const often = Array.from({ length: Math.max(1, Math.floor(ODD.length / telling.length)) })
    return [...often.flatMap(() => telling), ...ODD].map((value): MemberChange[] => [[name, value]])
  })
}
