import { openByHand } from './by-hand.ts'
import { createSampleIssuer, ROLES, SCOPE } from './sample.ts'
import { type Places, STORES, storesAt } from './stores.ts'

/** Something that keeps sessions and issues tokens: an access token with each refresh token. */
export interface Contestant {
  /** Resolves to a refresh token. */
  readonly login: (subject: string) => Promise<string>
  /** Resolves to the next one. */
  readonly refresh: (refreshToken: string) => Promise<string>
  readonly close: () => Promise<void>
}

export const BY_HAND = 'by hand: jsonwebtoken and a table in PostgreSQL'

export function contestantsAt(places: Places): string[] {
  return [
    ...storesAt(places).map((store) => `gatewarden: ${store}`),
    ...(places.postgres === undefined ? [] : [BY_HAND]),
  ]
}

export async function openContestant(name: string, places: Places): Promise<Contestant> {
  if (name === BY_HAND) return openByHand(places.postgres ?? {})
  const { store, close } = await STORES[name.replace('gatewarden: ', '')]!(places)
  const issuer = createSampleIssuer(store)
  await issuer.ready()
  return {
    login: async (subject) => {
      const tokens = await issuer.openSession({ subject, scope: SCOPE, roles: ROLES })
      return tokens.refreshToken
    },
    refresh: async (refreshToken) => (await issuer.refresh({ refreshToken })).refreshToken,
    // The issuer first: it listens through a connection of its own, which would look for a server that has gone.
    close: async () => {
      await issuer.close()
      await close()
    },
  }
}
