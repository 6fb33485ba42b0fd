import type { Forge, ForgedRow } from './forge.ts'

const CRIT: readonly (readonly [id: string, name: string, header: Record<string, unknown>])[] = [
  ['unknown', 'names an unknown extension', { crit: ['x'], x: 1 }],
  ['absent', 'names a parameter that is not there', { crit: ['x'] }],
  ['b64', 'names b64', { crit: ['b64'], b64: true }],
  ['exp', 'names exp', { crit: ['exp'], exp: 1 }],
  ['registered', 'names a registered parameter', { crit: ['alg'] }],
  ['itself', 'names itself', { crit: ['crit'] }],
  ['twice', 'names an extension twice', { crit: ['x', 'x'], x: 1 }],
  ['proto', 'names the prototype', { crit: ['__proto__'] }],
  ['empty', 'is an empty list', { crit: [] }],
  ['empty-name', 'names nothing', { crit: [''] }],
  ['null', 'is null', { crit: null }],
  ['text', 'is a text', { crit: 'x', x: 1 }],
  ['object', 'is an object', { crit: { x: true }, x: 1 }],
  ['numbers', 'names a number', { crit: [0] }],
]

const PARAMETERS: readonly (readonly [
  id: string,
  name: string,
  header: Record<string, unknown>,
])[] = [
  ['b64-false', 'b64 false without crit', { b64: false }],
  ['b64-false-crit', 'b64 false with crit', { b64: false, crit: ['b64'] }],
  ['b64-true', 'b64 true without crit', { b64: true }],
  ['zip', 'zip in a signed token', { zip: 'DEF' }],
  ['typ-list', 'typ is a list', { typ: ['at+jwt'] }],
  ['typ-object', 'typ is an object', { typ: { toString: 'JWT' } }],
  ['typ-number', 'typ is a number', { typ: 1 }],
  ['typ-true', 'typ is true', { typ: true }],
  ['typ-null', 'typ is null', { typ: null }],
  ['cty-jwt', 'cty says that the payload is a token', { cty: 'JWT' }],
  ['cty-lower-case', 'the same in lower case', { cty: 'jwt' }],
  ['cty-list', 'cty is a list', { cty: ['JWT'] }],
]

/** Header parameters that a recipient must understand, or that have another type (RFC 7515 §4.1). All of it signed. */
export function forgedHeaderParameters({ header, claims, signed }: Forge): ForgedRow[] {
  const crits = CRIT.map(
    ([id, name, parameters]) => [`crit-${id}`, `crit ${name}`, parameters] as const,
  )
  return [...crits, ...PARAMETERS].map(([id, name, parameters]) => [
    id,
    name,
    'ERR_HEADER_REFUSED',
    signed(header(parameters), claims()),
  ])
}
