import { fork } from 'node:child_process'
import { once } from 'node:events'

/** A program of ours in a process of its own, which answers what it is told. */
export interface Program {
  /** One question at a time. */
  ask<Reply>(question: object | string): Promise<Reply>
  stop(): Promise<void>
}

/** Without the options of this process. */
export function startProgram(file: URL): Program {
  const child = fork(file, {
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit')
  return {
    async ask<Reply>(question: object | string) {
      const silence = new AbortController()
      child.send(question)
      // Not `ended`: whoever waits for that is held, with the reply, for as long as the program runs.
      const failure = once(child, 'exit', silence).then(([code]) => {
        throw new Error(`${file.pathname} ended with ${String(code)}`)
      })
      try {
        const [reply] = (await Promise.race([once(child, 'message', silence), failure])) as [Reply]
        return reply
      } finally {
        silence.abort()
      }
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
