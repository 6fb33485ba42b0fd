import type { Algorithm } from '@gatewarden/core'
import { registerScenario } from './suite/run-scenario.ts'
import { authorizationHeader } from './suite/scenarios/authorization-header.ts'
import { bypasses } from './suite/scenarios/bypasses.ts'
import { challengeSettings } from './suite/scenarios/challenge-settings.ts'
import { cookieToken } from './suite/scenarios/cookie.ts'
import { crossSiteWrites } from './suite/scenarios/csrf.ts'
import { ownErrorHandler } from './suite/scenarios/error-handler.ts'
import { customExtractor } from './suite/scenarios/extractor.ts'
import { formSwitchedOff, formToken } from './suite/scenarios/form.ts'
import { optionalToken } from './suite/scenarios/optional.ts'
import { otherPlaces } from './suite/scenarios/other-places.ts'
import { outboundRequests } from './suite/scenarios/outbound.ts'
import { checkOutages, keySetOutage } from './suite/scenarios/outages.ts'
import { policies } from './suite/scenarios/policies.ts'
import { queryToken } from './suite/scenarios/query.ts'
import { revocation } from './suite/scenarios/revocation.ts'
import { sharedState } from './suite/scenarios/shared-state.ts'
import { timeEdges } from './suite/scenarios/times.ts'
import { tokens } from './suite/scenarios/tokens.ts'
import type { Scenario } from './suite/scenario.ts'
import type { Mount } from './suite/suite-app.ts'
import { findRunner, type TestRunner } from './suite/test-runner.ts'

export interface GuardSuiteOptions extends Partial<TestRunner> {
  /** The algorithms whose forged tokens are sent. Default ES256, RS256 and HS256: one of each family. */
  readonly algorithms?: readonly Algorithm[]
  /** False for an adapter that cannot hand refusals to an error handler of the application. Default true. */
  readonly errorHandlers?: boolean
}

/**
 * Registers one table of requests and exact answers for an adapter: what passes, what is refused and how, and every
 * attack that fits into a request. The requests go over real sockets of 127.0.0.1, the time stands still.
 *
 * Works with any runner that has `describe`, `it` and `afterAll`. They are taken from the global scope, where jest puts
 * them, and vitest on demand; under node:test, pass them:
 *
 *     import { after, describe, it } from 'node:test'
 *     guardSuite(mount, { describe, it, afterAll: after })
 *
 * @param mount makes an application of the adapter from what the suite describes; called once for each scenario
 * @throws TypeError when there is no test runner
 */
export function guardSuite(mount: Mount, options: GuardSuiteOptions = {}): void {
  const { algorithms = ['ES256', 'RS256', 'HS256'], errorHandlers = true, ...given } = options
  const runner = findRunner('guardSuite', ['describe', 'it', 'afterAll'], given)
  const scenarios: Scenario[] = [
    authorizationHeader(),
    otherPlaces(),
    queryToken(),
    formToken(),
    formSwitchedOff(),
    cookieToken(),
    crossSiteWrites(),
    customExtractor(),
    optionalToken(),
    policies(),
    ...timeEdges(),
    revocation(),
    bypasses(),
    sharedState(),
    keySetOutage(),
    ...checkOutages(),
    outboundRequests(),
    ...challengeSettings(),
    ...(errorHandlers ? [ownErrorHandler()] : []),
    ...algorithms.map(tokens),
  ]
  for (const scenario of scenarios) registerScenario(scenario, mount, runner)
}
