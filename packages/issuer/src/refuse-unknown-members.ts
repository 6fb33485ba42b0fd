import { ConfigError } from '@gatewarden/core/kit'

/**
 * A member that is silently ignored is a right that is silently missing, or a check that is.
 *
 * @throws ConfigError
 */
export function refuseUnknownMembers(given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const hint = unknown === 'scopes' ? 'write scope' : `there are ${names.join(', ')}`
  throw new ConfigError(unknown, `there is no such member; ${hint}`)
}
