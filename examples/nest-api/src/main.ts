import { NestFactory } from '@nestjs/core'
import { createGuard } from '@gatewarden/nest-jwt-module'
import { AppModule } from './app.module.ts'

// Your identity provider and this API, exactly as they stand in the tokens' iss and aud.
// A variable that is not set stops the start-up: an empty issuer would switch the check off.
const { ISSUER = '', AUDIENCE = '', PORT = '3000' } = process.env

const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })
// A wrong issuer is found now, not by the first request.
await guard.ready()

const app = await NestFactory.create(AppModule.with(guard))
await app.listen(Number(PORT))
console.log(`Listening on http://localhost:${PORT}, trusting tokens of ${ISSUER}`)
