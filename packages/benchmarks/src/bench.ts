interface Benchmark {
  readonly run: (args: readonly string[]) => Promise<void>
}

/** Loaded when asked for: one must not pay for what another imports. */
const BENCHMARKS: Readonly<Record<string, { about: string; load: () => Promise<Benchmark> }>> = {
  verify: {
    about: 'what verifying one token costs, fresh and repeated, by algorithm',
    load: () => import('./verify/run.ts'),
  },
  request: {
    about: 'what the middleware adds to one request, in process',
    load: () => import('./request/run.ts'),
  },
  http: {
    about: 'CPU time of a server for one request over loopback',
    load: () => import('./http/run.ts'),
  },
  flood: {
    about: 'forged tokens: what refusing one costs, and what honest clients feel of many',
    load: () => import('./flood/run.ts'),
  },
  sessions: {
    about: 'sessions: what a store adds, refreshes per second, and forged refresh tokens',
    load: () => import('./sessions/run.ts'),
  },
  revocations: {
    about:
      'revocation: what it adds to a request, how soon all processes know, ten million entries',
    load: () => import('./revocations/run.ts'),
  },
  scale: {
    about: 'a thousand issuers whose keys rotate, while a tenth of their providers misbehave',
    load: () => import('./scale/run.ts'),
  },
  fetches: {
    about: 'what a provider sees of 10,000 processes that hold its keys, simulated',
    load: () => import('./fetches/run.ts'),
  },
  attacks: {
    about: 'what the attacks of the testing kit find in servers with other libraries',
    load: () => import('./attacks/run.ts'),
  },
  memory: {
    about: 'memory held for one remembered token',
    load: () => import('./memory/run.ts'),
  },
  footprint: {
    about: 'how long an import takes, and what is installed for it',
    load: () => import('./footprint/run.ts'),
  },
}

const [name = '', ...args] = process.argv.slice(2)
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined
if (benchmark === undefined) {
  listBenchmarks()
  process.exitCode = name === '' ? 0 : 1
} else {
  const { run } = await benchmark.load()
  await run(args)
}

function listBenchmarks(): void {
  const lines = Object.entries(BENCHMARKS).map(
    ([each, { about }]) => `  ${each.padEnd(11)} ${about}`,
  )
  process.stdout.write(
    `npm run bench -- <name> [--quick]   a few tiny rounds with --quick, and nothing is saved\n\n${lines.join('\n')}\n`,
  )
}
