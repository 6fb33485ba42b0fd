import { isSecureUrl, isWebUrl } from '@gatewarden/core/kit'
import { UsageError } from '../command.ts'

export interface Target {
  readonly origin: string
  /** With its query. */
  readonly path: string
}

/** A host with a port, or one of this machine, without a scheme. Nothing else is repeated: it may be a token. */
const BARE = /^(localhost|127(\.\d{1,3}){3}|[\w.-]+(?=:))(:\d{1,5})?(\/[\w./-]*)?$/

/**
 * The server to attack: one on this machine, or one that the person says is theirs.
 *
 * @throws UsageError that repeats nothing: there may be a password in a URL
 */
export function readTarget(url: string, path: string | undefined, isOwn: boolean): Target {
  if (BARE.test(url)) throw new UsageError(`attack: expected a URL; did you mean http://${url}?`)
  if (!isWebUrl(url))
    throw new UsageError(
      'attack: expected a URL without user and password, such as http://127.0.0.1:3000/orders',
    )
  const { origin, hostname, pathname, search } = new URL(url)
  // Only the loopback interface may be asked over http.
  const isThisMachine = isSecureUrl(`http://${new URL(url).host}/`)
  if (!isThisMachine && !isOwn)
    throw new UsageError(
      `attack: ${hostname} is not this machine. Attack only what is yours, or what you were asked to attack; then add --i-own-this-host`,
    )
  if (path === undefined) return { origin, path: `${pathname}${search}` }
  if (!path.startsWith('/')) throw new UsageError('attack: --path begins with a slash')
  return { origin, path }
}
