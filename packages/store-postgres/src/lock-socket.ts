import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { connect, createServer } from 'node:net'

/**
 * Listens on a socket file for as long as the process lives, however it ends: the kernel answers for it, also to a process
 * in another container that shares the folder and cannot see this one. Resolves to what stops it; does nothing where
 * the file system has no sockets.
 */
export async function listenOn(folder: string, name: string): Promise<() => Promise<void>> {
  const directory = await openDirectory(folder)
  if (directory === undefined) return () => Promise.resolve()
  const server = createServer((connection) => connection.destroy())
  try {
    // Exclusive: a cluster's worker would have its primary listen, which lives longer.
    server.listen({ path: pathIn(directory.fd, name), exclusive: true })
    await once(server, 'listening')
  } catch {
    await directory.close()
    return () => Promise.resolve()
  }
  server.unref()
  return async () => {
    const closed = once(server, 'close')
    server.close()
    await closed
    // Only now: closing the server removes the file by the path that it was made with.
    await directory.close()
  }
}

/** Whether somebody listens; undefined when there is no telling. */
export async function isListening(folder: string, name: string): Promise<boolean | undefined> {
  const directory = await openDirectory(folder)
  if (directory === undefined) return undefined
  const connection = connect({ path: pathIn(directory.fd, name) })
  try {
    await once(connection, 'connect')
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? false : undefined
  } finally {
    connection.destroy()
    await directory.close()
  }
}

/** A socket's path has room for about a hundred bytes: this one is short, however deep the folder is. */
function pathIn(fd: number, name: string): string {
  return `/proc/self/fd/${fd}/${name}`
}

async function openDirectory(folder: string) {
  // The numbers of processes count per container on Linux only.
  return process.platform === 'linux' ? await open(folder, 'r') : undefined
}
