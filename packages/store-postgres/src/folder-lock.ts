import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isListening, listenOn } from './lock-socket.ts'
import { identifyThisProcess, isRunning, type ProcessIdentity } from './process-identity.ts'

/** In the folder that is locked: a directory that is empty or has one owner in it. */
export const lockName = 'gatewarden.lock'

interface Owner extends ProcessIdentity {
  readonly host: string
  /** Its name in the lock: nobody had it before, and nobody will. */
  readonly id: string
}

/**
 * Locks a folder for this process. Resolves to what unlocks it. A lock whose owner has ended, however it did, is taken over.
 *
 * The lock is a directory, moved into place with its owner in it: that fails unless the place is free or an empty
 * directory. Dead owners are removed by their names. So a process that saw an owner die and was slow to act on it removes
 * nothing of the one that came in between, and of any number that try at once exactly one moves in.
 *
 * @throws Error `ERR_FOLDER_IN_USE`, which names the folder and the process that has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const self: Owner = {
    ...identifyThisProcess(),
    host: hostname(),
    id: randomBytes(12).toString('hex'),
  }
  const lock = join(folder, lockName)
  const candidate = join(folder, `${lockName}.${self.id}`)
  await mkdir(candidate)
  await writeDurably(join(candidate, ownerFile(self.id)), JSON.stringify(self))
  const stopListening = await listenOn(candidate, socketFile(self.id))
  const remove = async (directory: string) => {
    await stopListening()
    await removeOwner(directory, self.id)
  }
  try {
    while (!(await moveInto(candidate, lock))) await expectOwnerEnded(folder, lock, self)
  } catch (error) {
    await remove(candidate)
    throw error
  }
  let isLocked = true
  return async () => {
    if (!isLocked) return
    isLocked = false
    await remove(lock)
  }
}

async function moveInto(candidate: string, lock: string): Promise<boolean> {
  try {
    await rename(candidate, lock)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    // Windows replaces no directory, whether it is empty or not.
    if (code === 'EPERM' && process.platform === 'win32') return false
    throw error
  }
}

/** Removes the owner if it has ended. */
async function expectOwnerEnded(folder: string, lock: string, self: Owner): Promise<void> {
  const owner = await readOwner(lock)
  if (owner === undefined) {
    await removeIfEmpty(lock)
    return
  }
  const runs = isRunning(owner, self) ?? (await isListening(lock, socketFile(owner.id)))
  if (runs === false) {
    await removeOwner(lock, owner.id)
    return
  }
  // Gone meanwhile: whatever could not be told of it does not matter any more.
  if ((await readOwner(lock))?.id !== owner.id) return
  const process = `process ${owner.pid} of host ${owner.host}`
  throw inUse(
    runs === true
      ? `${folder} is in use by ${owner.pid === self.pid && owner.started === self.started ? 'this process' : process}: ` +
          'only one may have it open, once'
      : `${folder} was opened by ${process}, and it cannot be told from here whether that one still runs. If it does ` +
          `not, remove ${lock}`,
  )
}

async function readOwner(lock: string): Promise<Owner | undefined> {
  try {
    const names = await readdir(lock)
    if (names.length === 0) return undefined
    // The last that is removed of an owner.
    const file = names.find((name) => name.endsWith('.json')) ?? unreadable(lock)
    const text = await readFile(join(lock, file), 'utf8')
    return parseOwner(text) ?? unreadable(lock)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    return undefined
  }
}

function unreadable(lock: string): never {
  throw inUse(`It cannot be read who has ${lock}. If nobody has the folder open, remove it`)
}

function inUse(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_FOLDER_IN_USE' })
}

async function removeOwner(directory: string, id: string): Promise<void> {
  await rm(join(directory, socketFile(id)), { force: true })
  await rm(join(directory, ownerFile(id)), { force: true })
  await removeIfEmpty(directory)
}

async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory)
  } catch {
    // Not empty: somebody else has moved in. Not there: somebody else has removed it.
  }
}

/** On the disk before it counts: an empty file would be left after a power failure, and nobody could tell whose. */
async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx')
  await handle.writeFile(text)
  await handle.sync()
  await handle.close()
}

function ownerFile(id: string): string {
  return `${id}.json`
}

function socketFile(id: string): string {
  return `${id}.socket`
}
