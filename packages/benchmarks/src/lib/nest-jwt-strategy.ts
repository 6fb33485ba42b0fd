import type { KeyObject } from 'node:crypto'
import type { Type } from '@nestjs/common'
import { PassportStrategy } from '@nestjs/passport'
import { Strategy } from 'passport-jwt'
import { passportJwtOptions } from './passport-jwt-options.ts'
import type { VerificationKey } from './verification-key.ts'

/** The strategy that Nest's guide has everybody write. Its instance serves `AuthGuard(name)`. */
export function createNestJwtStrategy(
  key: VerificationKey,
  secretOrKey: string | KeyObject,
  name: string,
): Type<object> {
  return class JwtStrategy extends PassportStrategy(Strategy, name) {
    constructor() {
      super(passportJwtOptions(key, secretOrKey))
    }

    validate(claims: object): object {
      return claims
    }
  }
}
