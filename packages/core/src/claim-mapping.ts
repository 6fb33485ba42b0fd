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
  return collect(claims, paths, toScopes, isScope)
}

/** Roles or permissions: lists of strings only. A string would invite `'administrator'.includes('admin')`. */
export function readNames(claims: JsonObject, paths: readonly ClaimPath[]): readonly string[] {
  return collect(claims, paths, toNames, isName)
}

function toScopes(value: unknown): unknown {
  return typeof value === 'string' ? value.split(' ') : value
}

function toNames(value: unknown): unknown {
  return value
}

function isName(text: string): boolean {
  return text !== ''
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

function collect(
  claims: JsonObject,
  paths: readonly ClaimPath[],
  toList: (value: unknown) => unknown,
  counts: (text: string) => boolean,
): readonly string[] {
  let names: string[] | undefined
  for (const path of paths) {
    const list = toList(valueAt(claims, path))
    if (!Array.isArray(list)) continue
    for (const name of list as unknown[]) {
      if (typeof name !== 'string' || !counts(name)) continue
      names ??= []
      if (!names.includes(name)) names.push(name)
    }
  }
  return names === undefined ? NONE : Object.freeze(names)
}

function valueAt(claims: JsonObject, path: ClaimPath): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    value = own(value, name)
  }
  return value
}
