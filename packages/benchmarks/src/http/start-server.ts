import type { Server, ServerFamily, ServerPlan, StartServer, Answer } from './server-plan.ts'

/** Loaded when asked for: a server of one framework must not carry the others. */
const FAMILIES: Readonly<Record<ServerFamily, () => Promise<StartServer>>> = {
  Express: async () => (await import('./express-server.ts')).startExpressServer,
  Koa: async () => (await import('./koa-server.ts')).startKoaServer,
  Nest: async () => (await import('./nest-server.ts')).startNestServer,
  Fastify: async () => (await import('./fastify-server.ts')).startFastifyServer,
}

export async function startServer(plan: ServerPlan, answer: Answer): Promise<Server> {
  const start = await FAMILIES[plan.family]()
  return start(plan, answer)
}
