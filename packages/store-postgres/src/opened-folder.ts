/** By name, so that two copies of this package know each other's. */
const opened = Symbol.for('gatewarden.opened-folder')

/** Notes that `openPGlite` opened a PGlite, and so that its folder is locked. */
export function markOpened(client: object): void {
  Object.defineProperty(client, opened, { value: true })
}

export function isOpenedFolder(client: object): boolean {
  return (client as Record<symbol, unknown>)[opened] === true
}

/** The folder on disk that a PGlite keeps its database in; undefined when it is elsewhere, mostly in memory. */
export function folderOf(client: object): string | undefined {
  const { dataDir, fs } = client as { dataDir?: unknown; fs?: { dataDir?: unknown } }
  const stated = dataDir ?? fs?.dataDir
  if (typeof stated !== 'string' || stated === '') return undefined
  if (stated.startsWith('file://')) return stated.slice('file://'.length)
  return /^[a-z0-9-]{2,}:\/\//.test(stated) ? undefined : stated
}
