import { registerBodies } from './routes/bodies.ts'
import { registerConnections } from './routes/connections.ts'
import { registerLogin } from './routes/login.ts'
import { registerMatching } from './routes/matching.ts'
import { registerReplies } from './routes/replies.ts'
import type { MountRoutes } from './routes/route-app.ts'
import { routeTests } from './routes/route-tests.ts'
import { findRunner, type TestRunner } from './test-runner.ts'

export interface RouteSuiteOptions extends Partial<TestRunner> {
  /**
   * Which of the application's parsers run before the routes: all of the suite is run with and without them. `never` for
   * a framework that parses bodies later, `always` for one that cannot leave it. Default `both`.
   */
  readonly parsers?: 'both' | 'always' | 'never'
}

/**
 * Registers one table of requests and exact answers for the `authRoutes`, `csrfGuard` and `sendReply` of an adapter. The
 * requests go over real sockets of 127.0.0.1.
 *
 * Works with any runner that has `describe`, `it` and `afterAll`, as `guardSuite` does.
 *
 * @param mount makes an application of the adapter from what the suite describes; called once for each group of tests
 * @throws TypeError when there is no test runner
 */
export function routeSuite(mount: MountRoutes, options: RouteSuiteOptions = {}): void {
  const { parsers = 'both', ...given } = options
  const runner = findRunner('routeSuite', ['describe', 'it', 'afterAll'], given)
  for (const withParsers of parsers === 'both' ? [false, true] : [parsers === 'always']) {
    const where = withParsers ? 'behind parsers of the application' : 'in front of everything'
    runner.describe(`the routes of an issuer, ${where}`, () => {
      const tests = routeTests(mount, withParsers, runner)
      registerMatching(tests)
      registerReplies(tests)
      registerBodies(tests)
      registerConnections(tests)
      registerLogin(tests)
    })
  }
}
