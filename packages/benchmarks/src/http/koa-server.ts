import Koa from 'koa'
import { KOA_GUARDS, type KoaGuardName } from '../lib/koa-guards.ts'
import { listen } from './listen.ts'
import type { StartServer } from './server-plan.ts'

export const startKoaServer: StartServer = async ({ guard, key }, answer) => {
  const app = new Koa()
  const { middleware, subjectOf } = KOA_GUARDS[guard as KoaGuardName](key)
  for (const each of middleware) app.use(each)
  app.use((ctx) => {
    ctx.body = answer(subjectOf(ctx))
  })
  const handle = app.callback()
  return listen((req, res) => void handle(req, res))
}
