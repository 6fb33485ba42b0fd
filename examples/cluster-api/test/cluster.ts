import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const SERVER = fileURLToPath(new URL('../dist/server.js', import.meta.url))
export const PASSWORD = 'a lock and two keys'

type Settings = Partial<
  Record<'WORKERS' | 'REDIS_URL' | 'GATEWARDEN_SECRET' | 'MAX_STALENESS' | 'PATH', string>
>

/** Ends those that a test has left, however it went. */
const running = new Set<() => Promise<unknown>>()
afterEach(() => Promise.all([...running].map((stop) => stop())))

/** What one worker answered. */
export interface Answer {
  readonly worker: number
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** The server as `npm start` starts it, in processes of its own. Without REDIS_URL it has a Redis of its own. */
export async function startCluster({ WORKERS = '2', ...settings }: Settings = {}) {
  const { REDIS_URL: _, GATEWARDEN_SECRET: __, ...inherited } = process.env
  const env = { ...inherited, PORT: '0', DEMO_PASSWORD: PASSWORD, WORKERS, ...settings }
  const primary = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  // Closed: it has ended, and so has every worker.
  const closed = once(primary, 'close') as Promise<[number | null]>
  let isClosed = false
  void closed.then(() => (isClosed = true))
  /** The pids of those that run, so far as is known. */
  const workers = new Set<number>()
  let printed = ''
  let url = ''
  for (const output of [primary.stdout, primary.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      printed += `${line}\n`
      const [, pid, address = url] = /^Worker (\d+) listens on (.*)$/.exec(line) ?? []
      if (pid !== undefined) workers.add(Number(pid))
      url = address
    })
  }

  /** Over a connection of its own, since one that is kept stays with the worker that took it. */
  async function ask(path: string, token = '', request: RequestInit = {}): Promise<Answer> {
    const authorization = token === '' ? undefined : { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}${path}`, {
      ...request,
      headers: { ...authorization, ...request.headers, connection: 'close' },
    })
    const { status, headers } = response
    const text = await response.text()
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : text
    return { worker: Number(headers.get('x-worker')), status, headers, body }
  }

  /** Asks until every worker has answered; the last answer of each counts. */
  async function askEvery(path: string, token?: string): Promise<Answer[]> {
    const answers = new Map<number, Answer>()
    for (let asked = 0; asked < 20 * workers.size; asked++) {
      const answer = await ask(path, token)
      answers.set(answer.worker, answer)
      if ([...workers].every((worker) => answers.has(worker))) return [...answers.values()]
    }
    throw new Error(`${[...answers.keys()].join()} answered, not all of ${[...workers].join()}`)
  }

  async function stop(): Promise<number | null> {
    running.delete(stop)
    primary.kill('SIGTERM')
    const [code] = await closed
    return code
  }

  running.add(stop)
  const isUp = () => {
    if (isClosed) throw new Error(printed)
    return workers.size === Number(WORKERS)
  }
  await until(isUp, 'every worker listens')

  return {
    workers,
    get url() {
      return url
    },
    ask,
    askEvery,
    stop,

    /** Logs alice in, and returns her access token. */
    async login(): Promise<string> {
      const { body } = await ask('/login', '', {
        method: 'POST',
        // Origin: fetch tells the server that it is a browser's.
        headers: { 'content-type': 'application/json', 'x-gatewarden': '1', origin: url },
        body: JSON.stringify({ name: 'alice', password: PASSWORD }),
      })
      return (body as { access_token: string }).access_token
    },

    /** Which worker answers a token how. */
    async statuses(token: string): Promise<Map<number, number>> {
      const answers = await askEvery('/me', token)
      return new Map(answers.map(({ worker, status }) => [worker, status]))
    },

    /** What is expected of `statuses` when every worker answers the same. */
    every: (status: number) => new Map([...workers].map((worker) => [worker, status])),

    /** Resolves when every worker refuses a token: that takes some milliseconds, and as many as a busy machine needs. */
    async refused(token: string): Promise<void> {
      const isRefused = async () =>
        (await askEvery('/me', token)).every(({ status }) => status === 401)
      await until(isRefused, 'every worker refuses the token', 5)
    },

    /** How many requests have reached the handler of /me, by worker. */
    async answered(): Promise<Map<number, number>> {
      const answers = await askEvery('/health')
      return new Map(
        answers.map(({ worker, body }) => [worker, (body as { answered: number }).answered]),
      )
    },
  }
}

/** Polls: what happens in other processes comes when it comes. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  seconds = 30,
): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await isSo()) return
    await sleep(20)
  }
  throw new Error(`${seconds} seconds passed until ${what}`)
}
