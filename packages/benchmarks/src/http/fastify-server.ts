import type { AddressInfo } from 'node:net'
import fastifyJwt, { type FastifyJWTOptions } from '@fastify/jwt'
import { fastify, type FastifyRequest } from 'fastify'
import { fastJwtOptionsFor } from '../lib/verifier-options.ts'
import type { ServerPlan, StartServer } from './server-plan.ts'

export const startFastifyServer: StartServer = async (plan, answer) => {
  const app = fastify()
  const isGuarded = plan.guard !== 'none'
  if (isGuarded) {
    await app.register(fastifyJwt, jwtOptions(plan))
    app.addHook('onRequest', async (request, reply) => {
      try {
        await request.jwtVerify()
      } catch (error) {
        await reply.send(error)
      }
    })
  }
  app.get('/orders', (request) => answer(isGuarded ? subjectOf(request) : 'anybody'))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

function jwtOptions({ guard, key }: ServerPlan): FastifyJWTOptions {
  const { key: text, ...verify } = fastJwtOptionsFor(key)
  return {
    secret: key.algorithm === 'HS256' ? text : { public: text },
    verify: guard === '@fastify/jwt, cached' ? { ...verify, cache: 10_000 } : verify,
  }
}

function subjectOf({ user }: FastifyRequest): string {
  return (user as { sub: string }).sub
}
