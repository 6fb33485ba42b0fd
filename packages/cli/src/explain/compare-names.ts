/** In what two names of one thing differ: issuers and audiences are compared character by character. */
export type NameDifference =
  'trailing-slash' | 'scheme' | 'no-scheme' | 'case' | 'port' | 'blank' | 'path' | 'host' | 'other'

/** Undefined where they are the same. */
export function compareNames(expected: string, found: string): NameDifference | undefined {
  if (expected === found) return undefined
  if (expected.trim() === found.trim()) return 'blank'
  if (withoutSlash(expected) === withoutSlash(found)) return 'trailing-slash'
  const bare = (name: string) => withoutSlash(name.replace(/^https?:\/\//i, ''))
  const hasScheme = (name: string) => /^https?:\/\//i.test(name)
  if (bare(expected) === bare(found))
    return hasScheme(expected) && hasScheme(found) ? 'scheme' : 'no-scheme'
  if (expected.toLowerCase() === found.toLowerCase()) return 'case'
  if (!URL.canParse(expected) || !URL.canParse(found)) return 'other'
  const [one, other] = [new URL(expected), new URL(found)]
  if (one.hostname === other.hostname) return one.pathname === other.pathname ? 'port' : 'path'
  return one.pathname === other.pathname && one.pathname !== '/' ? 'host' : 'other'
}

function withoutSlash(name: string): string {
  return name.replace(/\/$/, '')
}
