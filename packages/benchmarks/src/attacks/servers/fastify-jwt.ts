import fastifyJwt from '@fastify/jwt'
import { fastify } from 'fastify'
import type { AttackedLibrary, TrustedIssuer } from '../attacked-library.ts'

export const fastifyJwtPlugin: AttackedLibrary = {
  name: '@fastify/jwt',
  file: 'fastify-jwt',
  packages: ['@fastify/jwt', 'fast-jwt', 'fastify'],
  setups: [
    { kind: 'readme', algorithm: 'HS256', title: 'a secret', open: withSecret },
    { kind: 'readme', algorithm: 'RS256', title: 'a public key', open: withPublicKey },
    { kind: 'checks', algorithm: 'RS256', title: 'a public key and all checks', open: withChecks },
  ],
}

async function withSecret({ secret }: TrustedIssuer) {
  const app = fastify()
  await app.register(fastifyJwt, { secret })
  app.addHook('onRequest', async (request, reply) => {
    try {
      await request.jwtVerify()
    } catch (error) {
      await reply.send(error)
    }
  })
  app.get('/api', (request) => request.user)
  await app.ready()
  return app.server
}

async function withPublicKey({ publicKey }: TrustedIssuer) {
  const app = fastify()
  await app.register(fastifyJwt, { secret: { public: publicKey } })
  app.addHook('onRequest', async (request, reply) => {
    try {
      await request.jwtVerify()
    } catch (error) {
      await reply.send(error)
    }
  })
  app.get('/api', (request) => request.user)
  await app.ready()
  return app.server
}

async function withChecks({ publicKey, issuer, audience }: TrustedIssuer) {
  const app = fastify()
  await app.register(fastifyJwt, {
    secret: { public: publicKey },
    verify: {
      algorithms: ['RS256'],
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ['exp', 'iat', 'iss', 'aud', 'sub'],
      maxAge: 3_600_000,
      checkTyp: 'JWT',
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    try {
      await request.jwtVerify()
    } catch (error) {
      await reply.send(error)
    }
  })
  app.get('/api', (request) => request.user)
  await app.ready()
  return app.server
}
