import { NestFactory } from '@nestjs/core'
import { createGuard } from '@gatewarden/nest-jwt-module'
import { AppModule } from './app.module.js'

async function main() {
  const { ISSUER = '', AUDIENCE = '', PORT = '3000' } = process.env
  const guard = createGuard({ issuer: ISSUER, audience: AUDIENCE })
  const app = await NestFactory.create(AppModule.with(guard))
  await app.listen(Number(PORT))
}

void main()
