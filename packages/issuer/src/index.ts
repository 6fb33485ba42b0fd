export type { ClientOptions } from './clients.ts'
export {
  IssuerError,
  type IssuerErrorCode,
  issuerErrorCodes,
  type IssuerErrorDetails,
  type IssuerOAuthError,
  isIssuerError,
} from './errors.ts'
export type {
  EndReason,
  IssuedEvent,
  KeyChangedEvent,
  KeysFailedEvent,
  LargeTokenEvent,
  LateReplayEvent,
  RefreshedEvent,
  RefreshOutcome,
  ReuseClass,
  ReuseEvent,
  SessionEndedEvent,
} from './events.ts'
export type { Binding } from './binding.ts'
export { createIssuer } from './create-issuer.ts'
export { createKeyOperator, type KeyOperator, type KeyOperatorOptions } from './key-operator.ts'
export type { Issuer, IssuerKeys, IssuerTrust } from './issuer.ts'
export type { Signer } from './keys/signer.ts'
export type { SigningKeyInfo } from './keys/signing-keys.ts'
export type { CookieOptions, IssuerOptions, KeyOptions, RevocationOptions } from './options.ts'
export type { OnRefresh, RefreshGrant } from './on-refresh.ts'
export type { RefreshRequest } from './refresh.ts'
export type { IssuerSecret } from './secrets.ts'
export type { Session, SessionRequest } from './session.ts'
export { createMemoryStore, type MemoryStoreOptions } from './stores/memory/memory-store.ts'
export type { TokenResponse, TokenSet } from './token-set.ts'
export { ConfigError } from '@gatewarden/core'
