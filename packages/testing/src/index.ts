export {
  type Authority,
  type AuthorityGuardOptions,
  type AuthorityOptions,
  createAuthority,
} from './authority.ts'
export type { SegmentInput } from './compact-jws.ts'
export { type ForgedToken, type ForgedTokenOptions, forgedTokens } from './forged-tokens.ts'
export { guardSuite, type GuardSuiteOptions } from './guard-suite.ts'
export { type HarmlessToken, harmlessTokens } from './harmless-tokens.ts'
export {
  createIssuerServer,
  type IssuerAnswer,
  type IssuerServer,
  type IssuerServerOptions,
} from './issuer-server.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
export { storeSuite, type StoreSuiteOptions } from './store-suite.ts'
export type { OpenedStore, OpenStore } from './store-suite/open-store.ts'
export { routeSuite, type RouteSuiteOptions } from './suite/route-suite.ts'
export type { MountRoutes, RouteApp, RouteHandler } from './suite/routes/route-app.ts'
export type { Mount, MountedApp, SuiteApp, SuiteRoute } from './suite/suite-app.ts'
export type { TestRunner } from './suite/test-runner.ts'
