import type { ServerAlgorithm } from '../lib/verification-key.ts'
import type { ServerFamily } from './server-plan.ts'

export interface ServerContestant {
  readonly family: ServerFamily
  readonly guard: string
  /** Undefined for those that know no tokens. */
  readonly algorithm?: ServerAlgorithm
}

/** The bare framework, which the others of its family are compared with. */
export const BARE = 'none'
export const SESSION = 'express-session'

const GUARDS: Readonly<Record<ServerFamily, readonly string[]>> = {
  Express: [
    'gatewarden',
    'express-jwt',
    'express-jwt, key as text',
    'express-oauth2-jwt-bearer',
    'passport-jwt',
    'fast-jwt, cached',
  ],
  Koa: ['gatewarden', 'koa-jwt'],
  Nest: ['gatewarden', '@nestjs/passport'],
  Fastify: ['@fastify/jwt', '@fastify/jwt, cached'],
}

export const FAMILIES = Object.keys(GUARDS) as ServerFamily[]

export function contestantsOf(
  family: ServerFamily,
  algorithms: readonly ServerAlgorithm[],
  withSessions: boolean,
): ServerContestant[] {
  const session = withSessions && family === 'Express' ? [{ family, guard: SESSION }] : []
  const guarded = GUARDS[family].flatMap((guard) =>
    algorithms.map((algorithm) => ({ family, guard, algorithm })),
  )
  return [{ family, guard: BARE }, ...guarded, ...session]
}
