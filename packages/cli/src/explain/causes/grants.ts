import { isRecord } from '@gatewarden/core/kit'
import { type Cause, claimsOf, type Evidence } from '../cause.ts'
import { quote } from '../quote.ts'

/** Where scopes and roles are read from by default. */
const READ_AS = { scope: ['scope', 'scp'], role: ['roles'] } as const

/** What the token does not allow, and whether it is only written elsewhere. */
export function grantCauses(evidence: Evidence): Cause[] {
  const { expected, decoded } = evidence
  if (decoded.claims === undefined) return []
  return [
    ...expected.scopes.flatMap((scope) => missingGrant(evidence, 'scope', scope)),
    ...expected.roles.flatMap((role) => missingGrant(evidence, 'role', role)),
  ]
}

function missingGrant(evidence: Evidence, sort: 'scope' | 'role', name: string): Cause[] {
  const claims = claimsOf(evidence)
  const held = READ_AS[sort].flatMap((claim) => namesIn(claims[claim]))
  if (held.includes(name)) return []
  const code = sort === 'scope' ? 'ERR_SCOPE_INSUFFICIENT' : 'ERR_ROLE_INSUFFICIENT'
  const elsewhere = placesOf(name, claims).find((path) => !isReadFrom(path, sort))
  if (elsewhere !== undefined)
    return [
      {
        id: `${sort}-in-another-claim`,
        code,
        what: `The ${sort} ${quote(name)} is there, but in a claim that is not read.`,
        evidence: `it is in ${elsewhere.join(' › ')}; read is ${READ_AS[sort].join(', ')}`,
        fix: `In the options of the guard: claimPaths: { ${sort}s: ${pathOption(elsewhere)} }. The presets for providers know where theirs are.`,
      },
    ]
  const near = held.find((one) => one.toLowerCase() === name.toLowerCase())
  return [
    {
      id: `${sort}-missing`,
      code,
      what: `The token lacks the ${sort} ${quote(name)}.`,
      evidence:
        near === undefined
          ? `it has ${held.length === 0 ? `no ${sort}s` : held.slice(0, 12).map(quote).join(', ')}`
          : `it has ${quote(near)}: capital and small letters differ`,
      fix:
        sort === 'scope'
          ? 'Let the client ask for the scope at the login, and let the issuer grant it to this client and user.'
          : 'Give the user the role at the issuer, and log in again: a token keeps the roles it was issued with.',
    },
  ]
}

function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ')
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** Paths of the lists and texts in which a name stands. Claims are at most 32 levels deep. */
function placesOf(name: string, value: unknown, path: readonly string[] = []): string[][] {
  if (!isRecord(value) || Array.isArray(value))
    return path.length > 0 && namesIn(value).includes(name) ? [[...path]] : []
  return Object.keys(value).flatMap((member) => placesOf(name, value[member], [...path, member]))
}

function isReadFrom(path: readonly string[], sort: 'scope' | 'role'): boolean {
  return path.length === 1 && (READ_AS[sort] as readonly string[]).includes(path[0]!)
}

/** As `claimPaths` takes it: dots go down a level, so names that hold some are given in parts. */
function pathOption(path: readonly string[]): string {
  if (path.length === 1) return `'${path[0]}'`
  return path.some((part) => part.includes('.'))
    ? `[[${path.map((part) => `'${part}'`).join(', ')}]]`
    : `'${path.join('.')}'`
}
