import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'
import { ConfigError, expectText } from '@gatewarden/core/kit'
import { lockFolder } from './folder-lock.ts'
import { markOpened } from './opened-folder.ts'
import { syncFolder } from './sync-folder.ts'

/** What PGlite can be told besides: `extensions`, `parsers`, `debug` … */
export type OpenPGliteOptions = Omit<
  PGliteOptions,
  'dataDir' | 'fs' | 'relaxedDurability' | 'startParams' | 'loadDataDir' | 'noInitDb'
>

/** In a folder whose database is being created: what else is there is of no use until this is gone. */
const unfinishedName = 'gatewarden.unfinished'

/**
 * Opens a PostgreSQL that lives in this process and keeps its database in a folder, which is created when it is missing.
 * Other than PGlite by itself, it locks the folder before it touches it, and a call that has resolved is on the disk.
 * `close()` unlocks the folder; so does the end of the process, whatever ends it.
 *
 * The folder belongs on a disk of this machine: the lock counts for all processes of it, those in other containers
 * included, and not for another machine on the same network share.
 *
 * @throws Error `ERR_FOLDER_IN_USE` when another process has it open, or this one; it names the folder and the process
 * @throws ConfigError when the folder has something else in it
 */
export async function openPGlite(folder: string, options: OpenPGliteOptions = {}): Promise<PGlite> {
  const path = resolve(expectText('folder', folder))
  const { durableOptions, PGlite } = await importPGlite()
  // As initdb makes its folder: what is in it is for this user alone.
  await mkdir(path, { recursive: true, mode: 0o700 })
  const unlock = await lockFolder(path)
  try {
    const isNew = await expectUsable(path)
    const unfinished = join(path, unfinishedName)
    if (isNew) await writeFile(unfinished, '')
    const client = await PGlite.create({
      ...options,
      ...durableOptions(path, PGlite.defaultStartParams),
    })
    if (isNew) {
      await syncFolder(path)
      await rm(unfinished)
    }
    unlockAtClose(client, unlock)
    markOpened(client)
    return client
  } catch (error) {
    await unlock()
    throw error
  }
}

/** Whether a database has to be created there. Clears away what an opening that was interrupted has left. */
async function expectUsable(folder: string): Promise<boolean> {
  const names = await readdir(folder)
  const others = names.filter((name) => !name.startsWith('gatewarden.'))
  if (names.includes(unfinishedName)) {
    for (const name of others) await rm(join(folder, name), { recursive: true })
    return true
  }
  if (others.includes('PG_VERSION')) return false
  if (others.length === 0) return true
  throw new ConfigError('folder', `${folder} is not empty, and what is in it is no database`)
}

function unlockAtClose(client: PGlite, unlock: () => Promise<void>): void {
  const close = client.close.bind(client)
  client.close = async () => {
    try {
      await close()
    } finally {
      await unlock()
    }
  }
}

async function importPGlite() {
  try {
    const [{ PGlite }, { durableOptions }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('./durable-options.ts'),
    ])
    return { PGlite, durableOptions }
  } catch (cause) {
    throw new Error(
      'openPGlite needs the package @electric-sql/pglite: npm install @electric-sql/pglite',
      { cause },
    )
  }
}
