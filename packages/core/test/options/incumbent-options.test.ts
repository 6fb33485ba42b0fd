import { hintForOption } from '../../src/options/incumbent-options.ts'

describe('hintForOption', () => {
  // Every option of express-jwt, koa-jwt, passport-jwt, jsonwebtoken, @nestjs/jwt and express-oauth2-jwt-bearer that
  // has another name here, and the usual slips.
  it.each([
    'credentialsRequired',
    'authRequired',
    'passthrough',
    'getToken',
    'requestProperty',
    'userProperty',
    'isRevoked',
    'onExpired',
    'tokenKey',
    'key',
    'cookie',
    'debug',
    'secretOrKey',
    'secretOrKeyProvider',
    'jwtFromRequest',
    'passReqToCallback',
    'jsonWebTokenOptions',
    'ignoreExpiration',
    'ignoreNotBefore',
    'allowInvalidAsymmetricKeyTypes',
    'maxAge',
    'clockTimestamp',
    'algorithm',
    'subject',
    'jwtid',
    'nonce',
    'complete',
    'privateKey',
    'signOptions',
    'verifyOptions',
    'allowedIss',
    'allowedAud',
    'requiredClaim',
    'issuerBaseURL',
    'tokenSigningAlg',
    'strict',
    'validators',
    'clockSkew',
    'cacheMaxAge',
    'dpop',
    'optionalToken',
    'mcd',
    'agent',
    'timeoutDuration',
    'cooldownDuration',
    'forwardErrors',
    'issuerUrl',
    'aud',
    'iss',
    'jwksUrl',
    'jwks_uri',
    'scopes',
    'scope',
    'roles',
  ])('says what stands for %s here', (name) => {
    expect(hintForOption(name)).not.toBe('there is no such option')
    expect(hintForOption(name).length).toBeGreaterThan(10)
  })

  it('says of any other that there is none', () => {
    for (const name of ['isuer', '', 'constructor', '__proto__', 'toString'])
      expect(hintForOption(name)).toBe('there is no such option')
  })

  it('warns that passthrough let bad tokens pass', () => {
    expect(hintForOption('passthrough')).toContain('never lets a bad token pass')
    expect(hintForOption('credentialsRequired')).toContain('optional: true')
  })
})
