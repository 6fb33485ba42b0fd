import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface StartedProcess {
  readonly child: ChildProcess
  readonly pid: number
  /** Everything it has said so far. */
  readonly lines: readonly string[]
  /** Resolves to the next line that was not asked for yet; rejects when it ends without one. */
  next(): Promise<string>
  kill(): Promise<void>
  /** Ends its input, and waits until it has ended. */
  end(): Promise<void>
}

/** A process of one of the programs in `test/processes`, which use the package as it was built. */
export function startProcess(program: string, ...args: string[]): StartedProcess {
  const path = fileURLToPath(new URL(`processes/${program}.mjs`, import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // jest's own are not theirs.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const ended = once(child, 'close')
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  reader.on('line', (line) => lines.push(line))
  let asked = 0
  return {
    child,
    pid: child.pid!,
    lines,
    next: async () => {
      while (lines.length <= asked) {
        const more = await Promise.race([once(reader, 'line'), ended.then(() => undefined)])
        if (more === undefined && lines.length <= asked) throw new Error(`${program} has ended`)
      }
      return lines[asked++]!
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    end: async () => {
      child.stdin.end()
      await ended
    },
  }
}
