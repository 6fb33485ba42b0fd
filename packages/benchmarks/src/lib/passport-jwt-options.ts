import type { KeyObject } from 'node:crypto'
import { ExtractJwt } from 'passport-jwt'
import { AUDIENCE, ISSUER } from './tokens.ts'
import type { VerificationKey } from './verification-key.ts'

export function passportJwtOptions(
  { algorithm }: VerificationKey,
  secretOrKey: string | KeyObject,
) {
  return {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    // Its types know text and bytes only; it hands on to jsonwebtoken what it gets.
    secretOrKey: secretOrKey as string,
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [algorithm],
  }
}
