import { LONGEST } from './later.ts'
import type { AuthClientOptions } from './options.ts'
import type { RefreshTokenVault } from './vault.ts'

/** The options, complete and looked at. */
export interface Settings {
  readonly refreshUrl: string
  readonly logoutUrl: string
  readonly origins: readonly string[]
  readonly refreshAt: number
  readonly timeout: number
  readonly retry: (request: { readonly method: string; readonly url: string }) => boolean
  readonly vault: RefreshTokenVault | undefined
  readonly tabs: boolean
  readonly fetch: typeof globalThis.fetch
  readonly clock: () => number
}

/** What a platform may lack: Node and React Native have no page. */
export const platform: Partial<typeof globalThis> = globalThis

/** @throws TypeError that names the option, what was given and what is expected */
export function resolveOptions(options: AuthClientOptions): Settings {
  const { refreshAt = 0.85, timeout = 10, retry = () => true, vault } = options
  const page = platform.location
  // Not by a base element: whoever can write one into the page must not say where the token goes.
  const refreshUrl = address('refreshUrl', options.refreshUrl, page?.href)
  // A page without an origin, of a file or in a sandbox, has the word null for one.
  const origins =
    options.origins ?? [originOf(refreshUrl), page?.origin].filter((each) => each !== 'null')
  for (const each of origins)
    expect(originOf(each) === each, 'origins', 'one like https://api.example.com', each)
  expect(refreshAt > 0 && refreshAt < 1, 'refreshAt', 'between 0 and 1', refreshAt)
  expect(timeout > 0 && timeout <= LONGEST, 'timeout', 'seconds, at most 3600', timeout)
  return {
    refreshUrl,
    logoutUrl: address('logoutUrl', options.logoutUrl ?? 'logout', refreshUrl),
    origins: origins as string[],
    refreshAt,
    timeout,
    retry,
    vault,
    // Node has BroadcastChannel, too: two users' clients in one server must never hear each other.
    tabs: options.tabs ?? (!vault && !!platform.document),
    // Taken off its object, the global one throws "Illegal invocation".
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    clock: options.clock ?? (() => Date.now() / 1000),
  }
}

function address(option: string, url: string | URL, base: string | undefined): string {
  const href = parse(url, base)?.href ?? ''
  // In a page, a path is completed by its address. Elsewhere there is none.
  expect(/^https?:/.test(href), option, 'a complete URL', url)
  return href
}

function originOf(url: string | undefined): string | undefined {
  return parse(url ?? '')?.origin
}

function parse(url: string | URL, base?: string): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}

function expect(isSo: boolean, option: string, expected: string, given: unknown): void {
  if (!isSo) throw new TypeError(`${option}: expected ${expected}, got ${String(given)}`)
}
