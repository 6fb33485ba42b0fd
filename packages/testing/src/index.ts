export {
  type Authority,
  type AuthorityGuardOptions,
  type AuthorityOptions,
  createAuthority,
} from './authority.ts'
export type { SegmentInput } from './compact-jws.ts'
export {
  createIssuerServer,
  type IssuerAnswer,
  type IssuerServer,
  type IssuerServerOptions,
} from './issuer-server.ts'
export { createTestClock, type TestClock } from './test-clock.ts'
