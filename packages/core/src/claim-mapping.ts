import { BoundedMemo } from './bounded-memo.ts'
import { own } from './own.ts'
import { isScope } from './scope.ts'
import type { JsonObject } from './strict-json.ts'

/** Which claims an issuer writes scopes, roles, permissions, tenant and client into. */
export interface ClaimMapping {
  readonly scopes: readonly ClaimPath[]
  readonly roles: readonly ClaimPath[]
  readonly permissions: readonly ClaimPath[]
  readonly tenant: readonly ClaimPath[]
  readonly client: readonly ClaimPath[]
}

/** The member names from the claims set down to a value. */
export type ClaimPath = readonly string[]

/**
 * Reads a configured path: `realm_access.roles` goes down a level; a name with a colon or a slash is one claim, as
 * namespaced claims (`https://example.com/roles`, `cognito:groups`) are. A list says it outright.
 */
export function toClaimPath(path: string | readonly string[]): ClaimPath {
  if (typeof path !== 'string') return path
  return /[:/]/.test(path) ? [path] : path.split('.')
}

/**
 * The scopes of a token: a space-delimited string (RFC 9068 §2.2.3) or a list. Of a list, only members that are one
 * scope each count: `["read write"]` grants neither.
 */
export function readScopes(claims: JsonObject, paths: readonly ClaimPath[]): readonly string[] {
  return collect(claims, paths, toScopes)
}

/** Roles or permissions: lists of strings only. A string would invite `'administrator'.includes('admin')`. */
export function readNames(claims: JsonObject, paths: readonly ClaimPath[]): readonly string[] {
  return collect(claims, paths, toNames)
}

/** The first of the paths that leads to a non-empty string. */
export function readText(claims: JsonObject, paths: readonly ClaimPath[]): string | undefined {
  for (const path of paths) {
    const value = valueAt(claims, path)
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** Most tokens have roles or permissions in none of the places: they share one empty list. */
const NONE: readonly string[] = Object.freeze([])

/** A client's tokens bear the same scope again and again. Longer texts than anybody needs are not kept. */
const splitScopes = new BoundedMemo<readonly string[]>(256)
const LONGEST_KEPT_SCOPE = 1_024

function collect(
  claims: JsonObject,
  paths: readonly ClaimPath[],
  toList: (value: unknown) => readonly string[],
): readonly string[] {
  let found = NONE
  for (const path of paths) {
    const list = toList(valueAt(claims, path))
    if (list.length > 0) found = found.length === 0 ? list : union(found, list)
  }
  return found
}

function toScopes(value: unknown): readonly string[] {
  if (typeof value !== 'string') return listOf(value, isScope)
  const known = splitScopes.recall(value)
  if (known !== undefined) return known
  const scopes = Object.freeze(listOf(value.split(' '), isScope))
  if (value.length <= LONGEST_KEPT_SCOPE) splitScopes.remember(value, scopes)
  return scopes
}

function toNames(value: unknown): readonly string[] {
  return listOf(value, isName)
}

function isName(text: string): boolean {
  return text !== ''
}

/** Up to so many names it takes less to compare each with the others than to hash them. */
const FEW = 16

/** The texts of a list that count, each once: the list itself, which is as frozen as its token, when they all do. */
function listOf(value: unknown, counts: (text: string) => boolean): readonly string[] {
  if (!Array.isArray(value)) return NONE
  const list = value as readonly unknown[]
  const isWanted = (item: unknown) => typeof item === 'string' && counts(item)
  if (list.length <= FEW && holdsEachOnce(list, isWanted)) return list as readonly string[]
  return Object.freeze([...new Set(list.filter(isWanted))]) as readonly string[]
}

function holdsEachOnce(list: readonly unknown[], isWanted: (item: unknown) => boolean): boolean {
  for (let at = 0; at < list.length; at++)
    if (!isWanted(list[at]) || list.indexOf(list[at]) !== at) return false
  return true
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return Object.freeze([...new Set([...one, ...other])])
}

function valueAt(claims: JsonObject, path: ClaimPath): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    value = own(value, name)
  }
  return value
}
