/** A connection of our own, beside the application's. */
interface Listener {
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** In milliseconds. Some clients try for ever to reach a server for the first time. */
const PATIENCE = 10_000

/**
 * Takes the steps by which a connection listens, and resolves to what closes it. Rejects when it fails or takes too long,
 * and has closed it then. Afterwards the client looks after it: its errors have nobody to tell, and must not end the process.
 */
export async function beginListening(
  own: Listener,
  wake: () => void,
  steps: (wake: () => void) => Promise<unknown>,
  close: () => unknown,
): Promise<() => Promise<void>> {
  let isOver = false
  const wakeUntilOver = () => {
    // What had arrived when it was closed may still be handed out.
    if (!isOver) wake()
  }
  const end = async () => {
    isOver = true
    try {
      await close()
    } catch {
      // It was closed already.
    }
  }
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    own.on('error', reject)
    timer = setTimeout(() => {
      reject(new Error('Redis did not answer to who wanted to listen.'))
    }, PATIENCE)
  })
  try {
    await Promise.race([failed, steps(wakeUntilOver)])
    return end
  } catch (error) {
    await end()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
