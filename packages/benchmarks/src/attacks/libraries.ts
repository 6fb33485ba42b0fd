import type { AttackedLibrary } from './attacked-library.ts'
import { expressJwt } from './servers/express-jwt.ts'
import { expressOauth2JwtBearer } from './servers/express-oauth2-jwt-bearer.ts'
import { fastJwt } from './servers/fast-jwt.ts'
import { fastifyJwtPlugin } from './servers/fastify-jwt.ts'
import { gatewarden } from './servers/gatewarden.ts'
import { jose } from './servers/jose.ts'
import { jsonwebtoken } from './servers/jsonwebtoken.ts'
import { koaJwt } from './servers/koa-jwt.ts'
import { passportJwt } from './servers/passport-jwt.ts'

export const LIBRARIES: readonly AttackedLibrary[] = [
  expressJwt,
  koaJwt,
  passportJwt,
  expressOauth2JwtBearer,
  jsonwebtoken,
  fastJwt,
  fastifyJwtPlugin,
  jose,
  gatewarden,
]
