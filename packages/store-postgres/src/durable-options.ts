import { fsyncSync } from 'node:fs'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/**
 * What makes a commit of PGlite reach the disk before it counts, as with any PostgreSQL.
 *
 * By itself PGlite starts PostgreSQL with `-F`, without fsync, and its file system would have none either: what is written
 * outlives the process, not the machine. So the flag is taken off, and the call that remains without function is given
 * one.
 */
export function durableOptions(folder: string, startParams: readonly string[]): PGliteOptions {
  return {
    dataDir: folder,
    fs: new SyncingNodeFS(folder),
    // fdatasync, the default, is a call that cannot be given one.
    startParams: [...startParams.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync'],
    relaxedDurability: false,
  }
}

class SyncingNodeFS extends NodeFS {
  override async init(pg: PGlite, options: EmscriptenOptions) {
    const { emscriptenOpts } = await super.init(pg, options)
    const preRun = [emscriptenOpts.preRun ?? []].flat()
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...preRun, giveFsync] } }
  }
}

type EmscriptenOptions = Parameters<NodeFS['init']>[1]

function giveFsync(module: unknown): void {
  const { stream_ops } = (module as { NODEFS: { stream_ops: { fsync?: unknown } } }).NODEFS
  stream_ops.fsync = ({ nfd }: { nfd?: number }) => {
    // A directory has none: its entries are on the disk with the files, and the log says what is missing.
    if (nfd !== undefined) fsyncSync(nfd)
    return 0
  }
}
