export {
  type Admission,
  type Admitted,
  admittedAs,
  forgetAdmitted,
  type Refused,
} from './admission.ts'
export type { Algorithm, AsymmetricAlgorithm, HmacAlgorithm } from './algorithms.ts'
export { type AnswerOptions, forwardsErrors, rememberAnswerOptions } from './answer-options.ts'
export { authorize, authorizeAdmitted } from './authorize.ts'
export type { ChallengeSettings } from './challenge.ts'
export type { CustomCheck } from './check-custom.ts'
export type { Claims, Register, RegisteredClaims } from './claims.ts'
export { type Clock, systemClock } from './clock.ts'
export { checkCsrf } from './check-csrf.ts'
export type { CsrfOptions } from './csrf-judge.ts'
export { allOf, anyOf, not } from './combine-policies.ts'
export { ConfigError } from './options/config-error.ts'
export {
  GuardError,
  type GuardErrorCode,
  guardErrorCodes,
  type GuardErrorDetails,
  isGuardError,
  type OAuthError,
} from './errors.ts'
export type {
  AuthorizedEvent,
  DeniedEvent,
  FetchedEvent,
  RejectedEvent,
  RevocationStateEvent,
  RevokedEvent,
  StaleRevocationEvent,
  VerifiedEvent,
} from './events.ts'
export type { TokenSource } from './extract-token.ts'
export {
  type AdmitOptions,
  createGuard,
  type Guard,
  type GuardHealth,
  type GuardIssuers,
  type HeaderSink,
  type IssuerHealth,
} from './guard.ts'
export type { GuardKeys, KeySnapshot } from './guard-keys.ts'
export type { DocumentState, FetchTrigger } from './keys/cached-document.ts'
export type { ExportedKeySet, KeyHealth } from './keys/key-source.ts'
export type { LiveKeys } from './keys/live-keys.ts'
export type { Jwk, PublicKeyInput } from './keys/import-public-key.ts'
export type { SecretInput } from './keys/import-secret.ts'
export type { JwkSet } from './keys/jwk-set.ts'
export { type LiftedPredicate, liftPolicies } from './lift-policies.ts'
export { type MaybePromise, whenReady } from './maybe-promise.ts'
export type {
  ClaimPathOption,
  ClaimPathOptions,
  CommonOptions,
  ConfiguredKeyOptions,
  DiscoveryOptions,
  ExpectedClaims,
  ExpectedValue,
  GivenIssuer,
  GuardOptions,
  IssuerLookup,
  IssuerOptions,
  JwksOptions,
  JwksUriOptions,
  LiveKeyOptions,
  ManyIssuersOptions,
  PublicKeyOptions,
  SecretOptions,
  SingleIssuerOptions,
} from './options/options.ts'
export type { JoseHeader } from './parse-header.ts'
export {
  requireAnyPermission,
  requireAnyRole,
  requireAnyScope,
  requireClaim,
  requirePermissions,
  requirePredicate,
  requireRoles,
  requireScopes,
  requireUser,
} from './policies.ts'
export { isPolicy, type Policy } from './policy.ts'
export { auth0, type Auth0Options } from './presets/auth0.ts'
export { cognito, type CognitoOptions } from './presets/cognito.ts'
export {
  entra,
  type EntraOptions,
  entraTenants,
  type EntraTenantsOptions,
} from './presets/entra.ts'
export { firebase, type FirebaseOptions } from './presets/firebase.ts'
export type { PresetAdditions } from './presets/finish-preset.ts'
export { google, type GoogleOptions } from './presets/google.ts'
export { keycloak, type KeycloakOptions } from './presets/keycloak.ts'
export { okta, type OktaOptions } from './presets/okta.ts'
export type { Auth } from './principal.ts'
export { type Problem, type Reply, toProblem, toReply } from './reply.ts'
export type { GuardRequest } from './request.ts'
export type { RevocationHealth, RevocationIds, RevocationView } from './revocation.ts'
export type { Revocation } from './revocations/expect-revocation.ts'
export {
  createMemoryRevocations,
  type MemoryRevocations,
  type MemoryRevocationsOptions,
} from './revocations/memory-revocations.ts'
export {
  createRevocationFeed,
  type RevocationFeed,
  type RevocationFeedOptions,
  type StalenessOptions,
} from './revocations/revocation-feed.ts'
export type { Route, RouteReply, RouteRequest } from './routes/route.ts'
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'
export type { JsonObject } from './strict-json.ts'
export type { IssuerStore } from './stores/issuer-store.ts'
export type { KeyStore, SealedKeys } from './stores/key-store.ts'
export {
  ALL_TOKENS,
  type LoggedRevocation,
  type RevocationLog,
  type RevocationPage,
  type RevocationSnapshot,
} from './stores/revocation-log.ts'
export { revocationRow, revocationsOf } from './revocations/revocation-row.ts'
export type { ReplayStep, RotateStep, SessionRow, SessionStore } from './stores/session-store.ts'
export { toGuard } from './to-guard.ts'
export type { Profile } from './issuers/trusted-issuer.ts'
export { upgradeRequest } from './upgrade-request.ts'
export {
  backChannelLogout,
  type BackChannelLogoutOptions,
} from './receivers/back-channel-logout.ts'
export type { Receiver } from './receivers/create-receiver.ts'
export type { Identified, Identify } from './receivers/event-subject.ts'
export type { ReceivedEvent } from './receivers/received-event.ts'
export type { CommonReceiverOptions, SenderOptions } from './receivers/resolve-receiver.ts'
export type { Revoker } from './receivers/revoker.ts'
export {
  type SecurityEvent,
  securityEvents,
  type SecurityEventsOptions,
} from './receivers/security-events.ts'
