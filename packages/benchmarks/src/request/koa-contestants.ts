import Koa, { type ParameterizedContext } from 'koa'
import { KOA_GUARDS, type KoaGuard } from '../lib/koa-guards.ts'
import type { VerificationKey } from '../lib/verification-key.ts'
import { LEAST } from './added-cost.ts'
import { type Contestant, contestant, type Tokens } from './contestant.ts'
import { receiveRequests } from './receive-requests.ts'

const ANYBODY = Object.freeze({ sub: 'anybody' })

const least = (): KoaGuard => ({
  middleware: [
    (ctx, next) => {
      if (ctx.headers.authorization === undefined) return ctx.throw(401)
      ctx.state.user = ANYBODY
      return next()
    },
  ],
  subjectOf: () => ANYBODY.sub,
})

export function koaContestants(key: VerificationKey): Record<string, Contestant> {
  const app = new Koa()
  const prepare = async (tokens: Tokens) =>
    (await receiveRequests(tokens)).map(({ req, res }) => app.createContext(req, res))
  return Object.fromEntries(
    Object.entries({ ...KOA_GUARDS, [LEAST]: least }).map(([name, guard]) => [
      name,
      contestant(prepare, throughMiddleware(guard(key))),
    ]),
  )
}

/** Each in the `next` of the one before, as Koa composes them. */
function throughMiddleware({ middleware }: KoaGuard) {
  return async (ctx: ParameterizedContext): Promise<boolean> => {
    let admitted = false
    const dispatch = (at: number): Promise<unknown> => {
      const next = middleware[at]
      admitted = next === undefined
      return Promise.resolve(next?.(ctx, () => dispatch(at + 1)))
    }
    try {
      await dispatch(0)
    } catch {
      return false
    }
    return admitted
  }
}
