import { randomBytes } from 'node:crypto'
import { createIssuer, type Issuer } from '@gatewarden/issuer'
import express, { type Express } from 'express'
import { mountApi } from './api.ts'
import { Faults } from './faults.ts'
import { createForeignApp } from './foreign-origin.ts'
import { mountPage } from './page.ts'
import { openPort } from './port.ts'
import { RequestLog } from './request-log.ts'
import { createServerClock } from './server-clock.ts'

/** Where the page is: with the API, or on an origin of its own. */
export type Site = 'same-origin' | 'cross-origin'

export const LIFETIME = 600

/** Guards tolerate so much skew that a token lives longer by it. */
const TOLERANCE = 30

export interface TestServer {
  readonly apiOrigin: string
  readonly pageOrigin: string
  /** Of a server that must not get a token. */
  readonly foreignOrigin: string
  readonly issuer: Issuer
  readonly log: RequestLog
  readonly faults: Faults
  /** The `Authorization` of each request that the foreign server got. */
  readonly foreignAuthorizations: (string | undefined)[]
  /** Time passes, for the server alone. */
  readonly advance: (seconds: number) => void
  /** So much of it that every access token has expired. The clocks of tabs do not know. */
  readonly expireTokens: () => void
  readonly close: () => Promise<void>
}

/** A real issuer and a real guard, with a clock and faults of the test's. */
export async function openTestServer(site: Site): Promise<TestServer> {
  const ports = { api: await openPort(), page: await openPort(), foreign: await openPort() }
  const apiOrigin = `http://localhost:${ports.api.port}`
  const isSameOrigin = site === 'same-origin'
  const pageOrigin = isSameOrigin ? apiOrigin : `http://localhost:${ports.page.port}`
  // Another host, not only another port: cookies know no ports.
  const foreignOrigin = `http://127.0.0.1:${ports.foreign.port}`

  const clock = createServerClock()
  const issuer = createIssuer({
    issuer: apiOrigin,
    audience: apiOrigin,
    secret: randomBytes(32),
    onRefresh: null,
    clients: { web: { transport: 'cookie' }, app: { transport: 'body' } },
    accessTokenLifetime: LIFETIME,
    accessTokenJitter: 0,
    clock,
    ...(!isSameOrigin && { origins: [pageOrigin] }),
  })
  await issuer.ready()

  const log = new RequestLog()
  const faults = new Faults()
  const app = createApp()
  if (isSameOrigin) mountPage(app)
  app.use(faults.cutOff, log.record)
  mountApi(app, {
    issuer,
    faults,
    pageOrigin: isSameOrigin ? undefined : pageOrigin,
    foreignOrigin,
  })
  ports.api.serve(app)

  const pageApp = createApp()
  mountPage(pageApp)
  ports.page.serve(pageApp)

  const foreignAuthorizations: (string | undefined)[] = []
  ports.foreign.serve(createForeignApp(foreignAuthorizations))

  return {
    apiOrigin,
    pageOrigin,
    foreignOrigin,
    issuer,
    log,
    faults,
    foreignAuthorizations,
    advance: clock.advance,
    expireTokens: () => clock.advance(LIFETIME + TOLERANCE + 1),
    close: async () => {
      for (const port of Object.values(ports)) port.close()
      await issuer.close()
    },
  }
}

function createApp(): Express {
  // Without it, the same answer to another tab would be a 304.
  return express().disable('etag')
}
