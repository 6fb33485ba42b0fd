export { asAuth } from './as-auth.ts'
export type { AttackCase, AttackGroup, AttackSeverity, RequestGroup } from './attack/attack-case.ts'
export type {
  AttackOptions,
  AttackRequest,
  AttackTarget,
  AuthorityToForge,
  GivenTarget,
  TokenToForge,
} from './attack/attack-options.ts'
export {
  AttackError,
  type AttackFinding,
  type AttackOutcome,
  type AttackReport,
  type AttackResult,
  type FindingKind,
} from './attack/attack-report.ts'
export { attackSuite, type AttackSuiteOptions } from './attack-suite.ts'
export { attackGroups, titleOf as titleOfAttacks } from './attack/groups.ts'
export {
  type Authority,
  type AuthorityGuardOptions,
  type AuthorityOptions,
  createAuthority,
} from './authority.ts'
export type { SegmentInput } from './compact-jws.ts'
export { type Challenge, parseChallenges } from './challenges.ts'
export type { AnyResponse, ChallengeDetails } from './challenge-expectation.ts'
export { describeFinding } from './describe-finding.ts'
export { expectChallenge } from './expect-challenge.ts'
export {
  type ForgedToken,
  type ForgedTokenGroup,
  type ForgedTokenOptions,
  forgedTokens,
} from './forged-tokens.ts'
export { type AsWhom, guardAs, type GuardAsOptions } from './guard-as.ts'
export { guardSuite, type GuardSuiteOptions } from './guard-suite.ts'
export { type HarmlessToken, harmlessTokens } from './harmless-tokens.ts'
export {
  createIssuerServer,
  type IssuerAnswer,
  type IssuerServer,
  type IssuerServerOptions,
} from './issuer-server.ts'
export { type GatewardenMatchers, matchers } from './matchers.ts'
export { attackCases } from './attack/open-attack-run.ts'
export { runAttacks } from './run-attacks.ts'
export type { GivenKey } from './signing-key.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
export { storeSuite, type StoreSuiteOptions } from './store-suite.ts'
export type { OpenedStore, OpenStore } from './store-suite/open-store.ts'
export { routeSuite, type RouteSuiteOptions } from './suite/route-suite.ts'
export type { MountRoutes, RouteApp, RouteHandler } from './suite/routes/route-app.ts'
export type { Mount, MountedApp, SuiteApp, SuiteRoute } from './suite/suite-app.ts'
export type { TestRunner } from './suite/test-runner.ts'
