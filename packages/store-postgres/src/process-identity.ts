import { readFileSync, readlinkSync } from 'node:fs'

/** Which process it is, also after its number has been given to another one. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in ticks since the machine did; null where there is no `/proc`. */
  readonly started: string | null
  /** Of the machine's run. Null where there is no `/proc`. */
  readonly boot: string | null
  /** Where the number counts: each container has numbers of its own. Null where there is no `/proc`. */
  readonly namespace: string | null
}

export function identifyThisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    started: stateOf(process.pid)?.started ?? null,
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
  }
}

/** Whether a process runs; undefined when it cannot be told from here, because it is in another container. */
export function isRunning(other: ProcessIdentity, self: ProcessIdentity): boolean | undefined {
  if (other.boot !== self.boot) return false
  if (other.namespace !== self.namespace) return undefined
  if (!hasProcess(other.pid)) return false
  const state = stateOf(other.pid)
  // No /proc, or one that hides the processes of other users.
  if (state === undefined || other.started === null) return true
  return state.started === other.started && !state.hasEnded
}

function hasProcess(pid: number): boolean {
  try {
    // Signal 0 only asks.
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function stateOf(pid: number): { started: string; hasEnded: boolean } | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (text === null) return undefined
  // The second field is the name in parentheses, with whatever in it. See proc(5): 3 is the state, 22 the start.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  if (state === undefined || started === undefined) return undefined
  // A process that was killed is there as a zombie until its parent takes notice.
  return { started, hasEnded: state === 'Z' || state === 'X' }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
