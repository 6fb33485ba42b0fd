/** What a user installs and imports together. */
export interface Candidate {
  readonly name: string
  readonly packages: readonly string[]
  /** What an application has loaded anyway: the framework that it guards. */
  readonly within?: readonly string[]
}

const NEST = ['reflect-metadata', '@nestjs/common', '@nestjs/core']

export const CANDIDATES: readonly Candidate[] = [
  one('@gatewarden/core'),
  one('@gatewarden/express-jwt-guard', ['express']),
  one('@gatewarden/koa-jwt', ['koa']),
  one('@gatewarden/nest-jwt-module', NEST),
  one('jose'),
  one('jsonwebtoken'),
  one('fast-jwt'),
  one('aws-jwt-verify'),
  one('express-jwt', ['express']),
  one('express-oauth2-jwt-bearer', ['express']),
  {
    name: 'passport with passport-jwt',
    packages: ['passport', 'passport-jwt'],
    within: ['express'],
  },
  one('koa-jwt', ['koa']),
  one('@fastify/jwt', ['fastify']),
  {
    name: '@nestjs/passport with passport-jwt',
    packages: ['@nestjs/passport', 'passport', 'passport-jwt'],
    within: NEST,
  },
]

function one(name: string, within: readonly string[] = []): Candidate {
  return { name, packages: [name], within }
}
