const PRODUCTION = ['production', 'prod']

/** What test runners set: Node's, Jest, Vitest. */
const RUNNERS = ['NODE_TEST_CONTEXT', 'JEST_WORKER_ID', 'VITEST']

let hasWarned = false

/**
 * What makes a user out of nothing must not run where users are real.
 *
 * @throws Error where `NODE_ENV` is `production`
 */
export function refuseProduction(name: string): void {
  if (!PRODUCTION.includes(environment())) return
  throw new Error(
    `${name} is for tests: with it, every request is let in. NODE_ENV is ${environment()}`,
  )
}

/** Says it once in a process that nothing calls a test. It may be production: `NODE_ENV` is often not set there. */
export function warnOutsideTests(name: string): void {
  const isKnown =
    ['test', 'development'].includes(environment()) ||
    RUNNERS.some((variable) => process.env[variable] !== undefined)
  if (isKnown || hasWarned) return
  hasWarned = true
  process.emitWarning(
    `${name} is for tests, and this may be none: every request is let in as that user. In a test, set NODE_ENV=test`,
    'GatewardenWarning',
  )
}

function environment(): string {
  return (process.env.NODE_ENV ?? '').trim().toLowerCase()
}
