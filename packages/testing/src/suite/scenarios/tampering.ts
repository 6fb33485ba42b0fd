import type { Auth } from '@gatewarden/core'

/** A handler that changes what it can of `auth`, and says how many of its attempts worked. */
export function tamper(auth: Auth | undefined): unknown {
  const { claims, scopes, roles } = auth as unknown as Record<string, Record<string, unknown>>
  const profile = claims?.profile as { level: number }
  const attempts: (() => unknown)[] = [
    () => Object.assign(auth!, { subject: 'root' }),
    () => Object.assign(auth!, { own: true }),
    () => Object.defineProperty(auth, 'scopes', { value: ['admin'] }),
    () => Array.prototype.push.call(scopes, 'admin'),
    () => Array.prototype.push.call(roles, 'admin'),
    () => Object.assign(claims!, { sub: 'root' }),
    () => Object.assign(profile, { level: 9 }),
    () => Array.prototype.push.call(claims!.roles, 'admin'),
    () => Reflect.deleteProperty(claims!, 'scope') || fail(),
    () => Object.setPrototypeOf(claims, { admin: true }) as unknown,
  ]
  return { changed: attempts.filter(succeeds).length }
}

/** A handler that shows everything the other one tried to change. */
export function show(auth: Auth | undefined): unknown {
  const { scopes, roles, subject, claims } = auth!
  const { scope, profile, admin = false } = claims
  return {
    subject,
    scopes,
    roles,
    scope,
    profile,
    admin,
    claimed: claims.roles,
    own: 'own' in auth!,
  }
}

export function fail(): never {
  throw new Error("the handler's own error")
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
