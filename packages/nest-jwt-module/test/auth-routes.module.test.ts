import {
  Controller,
  Get,
  Injectable,
  Module,
  type ModuleMetadata,
  Post,
  Res,
  UseGuards,
  VersioningType,
} from '@nestjs/common'
import type { ServerResponse } from 'node:http'
import { MessagePattern } from '@nestjs/microservices'
import { Test } from '@nestjs/testing'
import { lastValueFrom } from 'rxjs'
import request from 'supertest'
import {
  AuthRoutesModule,
  type AuthRoutesOptionsFactory,
  CsrfGuard,
  JwtGuardModule,
  type Route,
  sendReply,
} from '../src/index.ts'
import { clientOf, startMicroservice, tcp } from './start-contexts.ts'
import { configError, platforms, start } from './start.ts'

// What is particular to Nest. What every adapter must answer is in route-suite.test.ts.

const keys: Route = {
  method: 'GET',
  path: '/.well-known/jwks.json',
  handle: () =>
    Promise.resolve({
      status: 200,
      headers: {
        'content-type': 'application/jwk-set+json',
        vary: 'accept',
        'set-cookie': ['ours=1', 'ours2=2'],
      },
      body: '{"keys":[]}',
    }),
}
/** With the routes where a class has them: on its prototype. */
class Issuer {
  readonly #routes = [keys]
  get routes() {
    return this.#routes
  }
}

@Controller({ version: '1' })
class Own {
  @Get('own')
  own() {
    return 'own'
  }
}

const guard = { issuer: 'https://a.example', audience: 'b' }

describe.each(platforms)('Nest on %s', (_name, createAdapter) => {
  const startWith = (metadata: ModuleMetadata, before?: Parameters<typeof start>[2]) =>
    start({ ...metadata, controllers: [Own] }, createAdapter, before)

  it('serves the routes at their paths, whatever the prefix and the version of the application', async () => {
    const app = await startWith({ imports: [AuthRoutesModule.forRoot(new Issuer())] }, (app) => {
      app.setGlobalPrefix('api')
      app.enableVersioning({ type: VersioningType.URI })
    })
    const server = app.getHttpServer() as never
    await request(server).get('/.well-known/jwks.json').expect(200)
    await request(server).get('/api/.well-known/jwks.json').expect(404)
    await request(server).get('/api/v1/.well-known/jwks.json').expect(404)
    await request(server).get('/api/v1/own').expect(200, 'own')
    await request(server).get('/own').expect(404)
    await app.close()
  })

  it('is in front of the guards of the application', async () => {
    const app = await startWith({
      imports: [
        JwtGuardModule.forRoot({ ...guard, globalGuard: true }),
        AuthRoutesModule.forRoot(new Issuer()),
      ],
    })
    const server = app.getHttpServer() as never
    await request(server).get('/.well-known/jwks.json').expect(200)
    await request(server).get('/own').expect(401)
    await app.close()
  })

  it('is behind the CORS of the application, which answers preflights and is in its answers', async () => {
    const app = await startWith({ imports: [AuthRoutesModule.forRoot(new Issuer())] }, (app) =>
      app.enableCors({ origin: ['https://app.example'], credentials: true }),
    )
    const server = app.getHttpServer() as never
    const origin = { Origin: 'https://app.example' }
    const { headers } = await request(server).get('/.well-known/jwks.json').set(origin).expect(200)
    expect(headers['access-control-allow-origin']).toBe('https://app.example')
    expect(headers['access-control-allow-credentials']).toBe('true')
    expect(headers.vary).toBe('Origin, accept')
    expect(headers['set-cookie']).toEqual(['ours=1', 'ours2=2'])
    expect(headers['content-type']).toBe('application/jwk-set+json')
    await request(server)
      .options('/.well-known/jwks.json')
      .set({ ...origin, 'Access-Control-Request-Method': 'GET' })
      .expect(204)
      .expect('Access-Control-Allow-Origin', 'https://app.example')
    await app.close()
  })

  it('takes an issuer that is made by a factory, by a class, or provided elsewhere', async () => {
    @Injectable()
    class Factory implements AuthRoutesOptionsFactory {
      createAuthRoutesOptions() {
        return Promise.resolve(new Issuer())
      }
    }
    @Module({ providers: [Issuer], exports: [Issuer] })
    class IssuerModule {}

    for (const module of [
      AuthRoutesModule.forRootAsync({ useFactory: () => Promise.resolve(new Issuer()) }),
      AuthRoutesModule.forRootAsync({ useClass: Factory }),
      AuthRoutesModule.forRootAsync({
        imports: [IssuerModule],
        inject: [Issuer],
        useFactory: (issuer: Issuer) => issuer,
      }),
    ]) {
      const app = await startWith({ imports: [module] })
      await request(app.getHttpServer() as never)
        .get('/.well-known/jwks.json')
        .expect(200)
      await app.close()
    }
  })

  it('does not boot without routes', async () => {
    const booting = startWith({ imports: [AuthRoutesModule.forRoot({} as never)] })
    await expect(booting).rejects.toEqual(configError('AuthRoutesModule'))
  })

  it('sends no reply where one was sent, and adds to the cookies of others', async () => {
    @Controller()
    class Login {
      @Post('login')
      login(@Res() response: ServerResponse & { header(name: string, value: string): unknown }) {
        response.header('Set-Cookie', 'theirs=1')
        const reply = { status: 201, headers: { 'set-cookie': ['ours=1'] }, body: 'first' }
        sendReply(response, reply)
        sendReply(response, { ...reply, body: 'second' })
      }
    }
    const app = await start({ controllers: [Login] }, createAdapter)
    const { headers } = await request(app.getHttpServer() as never)
      .post('/login')
      .expect(201)
    expect(headers['set-cookie']).toEqual(['theirs=1', 'ours=1'])
    expect(headers['content-length']).toBe('5')
    await app.close()
  })
})

describe('AuthRoutesModule', () => {
  it('serves nobody in a script that only wants the providers', async () => {
    const testing = await Test.createTestingModule({
      imports: [AuthRoutesModule.forRoot(new Issuer())],
    }).compile()
    await expect(testing.init()).resolves.toBeDefined()
    await testing.close()
  })
})

describe('CsrfGuard', () => {
  it('does not start with wrong options', () => {
    expect(() => CsrfGuard.with({ origins: ['*'] })).toThrow(configError('origins'))
  })

  it('lets no message of a microservice pass: no browser sent it, and nothing can be known of it', async () => {
    let reached = 0
    @Controller()
    class Messages {
      @MessagePattern('write')
      @UseGuards(CsrfGuard)
      write() {
        reached++
      }
    }
    const app = await startMicroservice(tcp, { controllers: [Messages] })
    const client = clientOf(app)
    await expect(lastValueFrom(client.send('write', {}))).rejects.toBeDefined()
    expect(reached).toBe(0)
    client.close()
    await app.close()
  })
})
