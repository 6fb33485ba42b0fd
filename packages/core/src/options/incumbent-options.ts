/**
 * Options of the libraries people come from, and what stands for them here. An option that is silently ignored is a
 * check that is silently off, so each is refused by name.
 */
const OURS_FOR_THEIRS = new Map<string, string>([
  // express-jwt, koa-jwt
  ['credentialsRequired', 'credentialsRequired: false is optional: true here'],
  ['authRequired', 'authRequired: false is optional: true here'],
  [
    'passthrough',
    'optional: true lets requests without a token pass; unlike passthrough it never lets a bad token pass',
  ],
  ['getToken', 'write tokenFrom: (request) => token'],
  [
    'requestProperty',
    'the result is always req.auth; guard.authOf(req) finds it under any framework',
  ],
  ['userProperty', 'the result is always req.auth; guard.authOf(req) finds it under any framework'],
  ['isRevoked', 'write revocation: { isRevoked(ids) { … } }'],
  ['onExpired', 'an expired token is refused; subscribe to gatewarden:rejected to hear of it'],
  ['tokenKey', 'guard.authOf(req).token is the token'],
  ['key', 'guard.authOf(req) finds the result under any framework'],
  ['cookie', "write tokenFrom: { cookie: '__Host-access' }"],
  ['debug', 'set NODE_DEBUG=gatewarden to see why requests are refused'],
  // passport-jwt
  [
    'secretOrKey',
    'write secret for an HMAC secret, publicKey for a public key: the two are never mixed here',
  ],
  ['secretOrKeyProvider', 'write jwksUri, or nothing: keys are then found through the issuer'],
  ['jwtFromRequest', "write tokenFrom: 'header', or a function of the request"],
  ['passReqToCallback', 'check receives the request as its second argument'],
  ['jsonWebTokenOptions', 'write its members as options of the guard'],
  // jsonwebtoken, @nestjs/jwt, fast-jwt
  ['ignoreExpiration', 'exp is always checked; mint test tokens with a clock of your own instead'],
  ['ignoreNotBefore', 'nbf is always checked'],
  ['allowInvalidAsymmetricKeyTypes', 'a key verifies what fits its type, nothing else'],
  ['maxAge', 'write maxTokenAge, in seconds'],
  ['clockTimestamp', 'write clock: () => seconds'],
  ['algorithm', 'write algorithms, a list'],
  ['subject', "use requireClaim('sub', …) or check"],
  ['jwtid', "use requireClaim('jti', …) or check"],
  ['nonce', 'a nonce belongs to ID tokens, which are no access tokens'],
  ['complete', 'guard.authOf(req) has header and claims'],
  ['privateKey', 'a guard verifies and needs the public key only: write publicKey'],
  ['signOptions', 'a guard verifies; it does not sign'],
  ['verifyOptions', 'write its members as options of the guard'],
  ['allowedIss', 'write issuer'],
  ['allowedAud', 'write audience'],
  ['requiredClaim', 'write requiredClaims, a list'],
  // express-oauth2-jwt-bearer
  ['issuerBaseURL', 'write issuer, exactly as in the tokens (mind the trailing slash)'],
  ['tokenSigningAlg', 'write algorithms, a list'],
  ['strict', "write profile: 'rfc9068'"],
  ['validators', 'write check, requiredClaims or schema'],
  ['clockSkew', 'write clockTolerance, in seconds'],
  ['cacheMaxAge', 'key sets are refreshed by themselves'],
  ['dpop', 'sender-constrained tokens are refused as Bearer tokens'],
  ['optionalToken', 'write optional: true'],
  ['mcd', 'write issuers: [{ issuer, audience }, …]'],
  ['agent', 'key sets are fetched by the global fetch'],
  ['timeoutDuration', 'key sets are fetched within 5 seconds'],
  ['cooldownDuration', 'an unknown kid is looked for once in 30 seconds'],
  // our own, misspelt or misplaced
  ['openSession', 'this is an issuer: write issuer.trust()'],
  [
    'forwardErrors',
    'it belongs into the second argument: jwtGuard({ … }, { forwardErrors: true })',
  ],
  ['issuerUrl', 'write issuer'],
  ['aud', 'write audience'],
  ['iss', 'write issuer'],
  ['jwksUrl', 'write jwksUri'],
  ['jwks_uri', 'write jwksUri'],
  ['scopes', 'write requireScopes(…) on the routes'],
  ['scope', 'write requireScopes(…) on the routes'],
  ['roles', 'write requireRoles(…) on the routes'],
])

export function hintForOption(option: string): string {
  return knownHintFor(option) ?? 'there is no such option'
}

/** What stands here for an option of a library people come from; undefined for a name that none of them has. */
export function knownHintFor(option: string): string | undefined {
  return OURS_FOR_THEIRS.get(option)
}
