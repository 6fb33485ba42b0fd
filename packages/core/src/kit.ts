/**
 * What the packages of Gatewarden share with one another. No part of the public API: it changes without notice.
 */
export { rememberAdmitted } from './admission.ts'
export { asymmetricAlgorithms, factsOf, isAlgorithm } from './algorithms.ts'
export { checkCsrf } from './check-csrf.ts'
export { createCsrfJudge } from './csrf-judge.ts'
export { isPlainObject, isRecord } from './is-record.ts'
export { describeOtherIssuer, differsByOneSlash, metadataUrls } from './keys/discovery.ts'
export { fetchDocument, MOST_BYTES, TIMEOUT_MS } from './keys/fetch-document.ts'
export {
  bindAlgorithms,
  hasPrivateMembers,
  importPublicKey,
  servesSignatures,
} from './keys/import-public-key.ts'
export { importJwkSet, MOST_KEYS } from './keys/jwk-set.ts'
export { isKeyMaterial } from './keys/key-material.ts'
export { fitsFamily, verifyOptions } from './keys/key-record.ts'
export type { LiveKeys } from './keys/live-keys.ts'
export { weaknessOfKey } from './keys/key-strength.ts'
export { isPublicAddress } from './keys/public-address.ts'
export { isSecureUrl, isWebUrl } from './keys/secure-url.ts'
export { weaknessOfSecret } from './keys/secret-strength.ts'
export { abandon, callOut, type MaybePromise, whenReady } from './maybe-promise.ts'
export { ConfigError, describeGiven } from './options/config-error.ts'
export {
  expectBoolean,
  expectClock,
  expectFunction,
  expectNumber,
  expectOrigins,
  expectText,
  expectTexts,
} from './options/expect-option.ts'
export { own } from './own.ts'
export { quoteForLog } from './quote-for-log.ts'
export { RevocationReplica } from './revocations/revocation-feed.ts'
export { answerRoute } from './routes/answer-route.ts'
export { BodyError } from './routes/body-error.ts'
export { expectRoutes, type HasRoutes } from './routes/expect-routes.ts'
export { findRoute, type FoundRoute, type MethodNotAllowed } from './routes/find-route.ts'
export { nodeRoutes, unreadStreamOf } from './routes/node-routes.ts'
export { problemReply } from './routes/problem-reply.ts'
export { type Body, readBody } from './routes/read-body.ts'
export { isAddedTo, sendNodeReply } from './routes/send-node-reply.ts'
export { isScope } from './scope.ts'
export { bearerFromHeader, hasRepeatedAuthorization } from './sources/authorization-header.ts'
export { tokenFromCookie } from './sources/cookie.ts'
export { parseStrictJson } from './strict-json.ts'
