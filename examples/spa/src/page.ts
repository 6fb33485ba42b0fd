import express, { Router } from 'express'
import { DEMO_PASSWORD, demoUsers } from './demo-users.ts'
import { ACCESS_TOKEN_LIFETIME } from './demo-issuer.ts'
import type { PageConfig } from './page-config.ts'
import { securityHeaders } from './security-headers.ts'

export interface PageOptions {
  /** Where `vite build` has put it. */
  readonly folder: string
  readonly apiOrigin: string
  /** Where the same page is on another origin. */
  readonly otherOrigin: string
}

/** Serves the page, and what it must know of its server. */
export function page({ folder, apiOrigin, otherOrigin }: PageOptions): Router {
  const config: PageConfig = {
    apiOrigin,
    otherOrigin,
    accessTokenLifetime: ACCESS_TOKEN_LIFETIME,
    password: DEMO_PASSWORD,
    users: demoUsers.map(({ id, name, about }) => ({ id, name, about })),
  }
  const router = Router()
  router.use(securityHeaders(apiOrigin))
  router.get('/config.json', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(config)
  })
  // Their names change with what is in them.
  router.use('/assets', express.static(`${folder}/assets`, { immutable: true, maxAge: '1y' }))
  router.use(express.static(folder, { cacheControl: false }))
  return router
}
