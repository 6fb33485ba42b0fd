import { randomBytes } from 'node:crypto'
import { createApiIssuer } from '@gatewarden-examples/express-api/issuer'
import type { Users } from '@gatewarden-examples/express-api/users'
import { createMemoryStore, type Issuer } from '@gatewarden/issuer'

/** Short, so that a visitor sees refreshes. Ten minutes are the default, and better for everybody else. */
export const ACCESS_TOKEN_LIFETIME = 30

/** How long a key is published before it signs: the least there is. */
const LEAD = 1_200

interface DemoIssuerOptions {
  readonly url: string
  readonly users: Users
  /** Origins of pages besides the API's own. */
  readonly origins: readonly string[]
}

/** The issuer of the API, with everything in memory. */
export async function createDemoIssuer(given: DemoIssuerOptions): Promise<Issuer> {
  const options = {
    ...given,
    secret: randomBytes(32),
    store: createMemoryStore(),
    accessTokenLifetime: ACCESS_TOKEN_LIFETIME,
    // All live equally long, so that the timeline knows when they end without looking into them.
    accessTokenJitter: 0,
    keys: { lead: LEAD },
  }
  // Keys are made at the first start, and the next one signs when everybody could know it: in twenty minutes. They are
  // made twenty minutes ago, so that a visitor can rotate them now.
  const earlier = createApiIssuer({ ...options, clock: () => Math.floor(Date.now() / 1000) - LEAD })
  await earlier.ready()
  await earlier.close()

  const issuer = createApiIssuer(options)
  await issuer.ready()
  return issuer
}
