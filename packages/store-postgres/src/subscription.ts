import type { PgPool } from './client.ts'
import { channelOf } from './listening-channel.ts'

/** In milliseconds. */
export interface CheckTimes {
  /** Between two questions to the server whether it is still there. */
  readonly checkEvery: number
  /** How long an answer may take. */
  readonly answerWithin: number
}

/** A connection that listens. */
export interface Subscription {
  /** Resolves when it has broken, or was ended. */
  readonly over: Promise<void>
  end(): void
}

/**
 * Takes a connection out of the pool and listens on it. It asks the server something now and then: a connection that a
 * router has forgotten says nothing, as one does on which nothing is notified; and being used, it is not forgotten.
 */
export async function subscribe(
  pool: PgPool,
  channelText: string,
  wake: () => void,
  { checkEvery, answerWithin }: CheckTimes,
): Promise<Subscription> {
  const connection = await pool.connect()
  let isOver = false
  let resolveOver: () => void
  const over = new Promise<void>((resolve) => (resolveOver = resolve))
  let checking: NodeJS.Timeout | undefined

  const end = () => {
    if (isOver) return
    isOver = true
    clearInterval(checking)
    // Not back into the pool: it would go on listening.
    connection.release(true)
    resolveOver()
  }
  const ask = async (text: string) => {
    const overdue = setTimeout(end, answerWithin).unref()
    try {
      return (await connection.query({ text })).rows
    } finally {
      clearTimeout(overdue)
    }
  }
  const check = async () => {
    try {
      // The channel is another one when the tables were made anew.
      if (pool.ending !== true && channelOf(await ask(channelText)) === channel) return
    } catch {
      // It does not answer.
    }
    end()
  }

  // Without a listener, an error ends the process.
  connection.on('error', end)
  connection.on('end', end)
  let channel: string
  try {
    channel = channelOf(await ask(channelText))
    connection.on('notification', (message) => {
      if (message.channel === channel && !isOver) wake()
    })
    await ask(`LISTEN ${channel}`)
  } catch (error) {
    end()
    throw error
  }
  connection.unref?.()
  // What ends it may have come together with the last answer.
  if (!isOver) checking = setInterval(() => void check(), checkEvery).unref()
  return { over, end }
}
