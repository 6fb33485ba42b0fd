import type { Context, Middleware } from 'koa'
import jwt from 'koa-jwt'
import { jwtGuard, requireScopes } from '@gatewarden/koa-jwt'
import { AUDIENCE, ISSUER } from './tokens.ts'
import { guardOptionsFor } from './verifier-options.ts'
import { keyObjectOf, type VerificationKey } from './verification-key.ts'

/** What stands before a handler, and where that finds whom the request is from. */
export interface KoaGuard {
  readonly middleware: readonly Middleware[]
  readonly subjectOf: (ctx: Context) => unknown
}

/** The contestants for Koa, as those for Express: jsonwebtoken is in koa-jwt as well. */
export const KOA_GUARDS = {
  none: (): KoaGuard => ({
    middleware: [(_ctx, next) => next()],
    subjectOf: () => 'anybody',
  }),

  gatewarden: (key: VerificationKey): KoaGuard => ({
    middleware: [jwtGuard(guardOptionsFor(key))],
    subjectOf: (ctx) => (ctx.state as Guarded).auth.subject,
  }),

  'gatewarden and a scope': (key: VerificationKey): KoaGuard => ({
    middleware: [jwtGuard(guardOptionsFor(key)), requireScopes('orders:read')],
    subjectOf: (ctx) => (ctx.state as Guarded).auth.subject,
  }),

  // Its types know text and bytes only; it hands on to jsonwebtoken what it gets.
  'koa-jwt': (key: VerificationKey) => withKoaJwt(key, keyObjectOf(key) as unknown as Buffer),
  'koa-jwt, key as text': (key: VerificationKey) => withKoaJwt(key, key.text),
} satisfies Readonly<Record<string, (key: VerificationKey) => KoaGuard>>

export type KoaGuardName = keyof typeof KOA_GUARDS

function withKoaJwt({ algorithm }: VerificationKey, secret: string | Buffer): KoaGuard {
  return {
    middleware: [jwt({ secret, issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm] })],
    subjectOf: (ctx) => (ctx.state as Guarded).user.sub,
  }
}

interface Guarded {
  readonly auth: { subject?: string }
  readonly user: { sub?: string }
}
