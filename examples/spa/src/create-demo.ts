import { createApp } from '@gatewarden-examples/express-api/app'
import cors from 'cors'
import express, { type Express } from 'express'
import { createDemoIssuer } from './demo-issuer.ts'
import { createDemoUsers } from './demo-users.ts'
import { demoRoutes } from './demo/demo-routes.ts'
import { createFaults } from './demo/faults.ts'
import { createJournal } from './demo/journal.ts'
import { page } from './page.ts'
import { refuseProduction } from './refuse-production.ts'

export interface DemoOptions {
  /** Where the API and the page are reached. */
  readonly apiOrigin: string
  /** Where the same page is on another origin. */
  readonly otherOrigin: string
  /** Where `vite build` has put the page. */
  readonly webFolder: string
}

export interface Demo {
  /** The page and the API, on one origin. */
  readonly api: Express
  /** The page alone, for the other origin. */
  readonly otherPage: Express
  readonly close: () => Promise<void>
}

/**
 * The Express example with a page in front of it.
 *
 * @throws Error with `NODE_ENV=production`: everybody knows the passwords
 */
export async function createDemo({
  apiOrigin,
  otherOrigin,
  webFolder,
}: DemoOptions): Promise<Demo> {
  refuseProduction('the demo')
  const origins = [otherOrigin]
  const users = await createDemoUsers()
  const journal = createJournal()
  const issuer = journal.watch(await createDemoIssuer({ url: apiOrigin, users, origins }))
  const faults = createFaults()

  const api = createPlainApp()
  api.use(page({ folder: webFolder, apiOrigin, otherOrigin }))
  // A page of another origin may read the answers, and send the cookie. `origins` of the issuer and of csrfGuard say the
  // same for what changes something.
  api.use(
    cors({
      origin: origins,
      credentials: true,
      allowedHeaders: ['Authorization', 'Content-Type', 'X-Gatewarden', 'X-Demo-Tab'],
      methods: ['GET', 'POST', 'DELETE'],
      // So that the page sees why a request was refused.
      exposedHeaders: ['WWW-Authenticate', 'Retry-After'],
      maxAge: 600,
    }),
  )
  api.use(journal.hears)
  api.use('/auth/refresh', faults.strike)
  api.use('/demo', demoRoutes({ issuer, journal, faults }))
  api.use(createApp({ issuer, users, origins }).disable('x-powered-by'))

  const otherPage = createPlainApp()
  otherPage.use(page({ folder: webFolder, apiOrigin, otherOrigin }))

  return {
    api,
    otherPage,
    async close() {
      journal.close()
      await issuer.close()
    },
  }
}

function createPlainApp(): Express {
  return express().disable('x-powered-by')
}
