import type { Scenario } from './scenario.ts'
import { openSignedIn } from './signed-in.ts'

export const sending: readonly Scenario[] = [
  {
    name: 'another origin gets no token',
    run: async (world) => {
      const { foreignOrigin, foreignAuthorizations } = world.server
      const tab = await openSignedIn(world)
      expect(await tab.fetch(`${foreignOrigin}/echo`)).toMatchObject({
        status: 200,
        body: '{"authorization":null,"cookie":null}',
      })
      expect(foreignAuthorizations).toEqual([undefined])
    },
  },
  {
    name: 'a redirect to another origin takes no token along',
    run: async (world) => {
      const { apiOrigin, foreignAuthorizations, log } = world.server
      const tab = await openSignedIn(world)
      expect(await tab.fetch(`${apiOrigin}/away`)).toMatchObject({ status: 200 })
      expect(log.of('GET /away')).toMatchObject([
        { authorization: expect.stringMatching(/^Bearer ey/) },
      ])
      expect(foreignAuthorizations).toEqual([undefined])
    },
  },
  {
    name: 'the token goes to the origins that are listed, and to no other',
    run: async (world) => {
      const { apiOrigin, foreignOrigin, foreignAuthorizations, log } = world.server
      const tab = await openSignedIn(world, { origins: [foreignOrigin] })
      await tab.fetch(`${foreignOrigin}/echo`)
      expect(foreignAuthorizations).toEqual([`Bearer ${await tab.token()}`])
      await tab.fetch(`${apiOrigin}/echo`)
      expect(log.of('GET /echo')).toMatchObject([{ authorization: undefined }])
    },
  },
  {
    name: 'an Authorization of the page’s own is left as it is, and its 401 is the page’s, too',
    run: async (world) => {
      const { apiOrigin, log } = world.server
      const tab = await openSignedIn(world)
      const headers = { Authorization: 'Bearer of-the-page' }
      const refreshes = log.refreshes.length
      expect(await tab.fetch(`${apiOrigin}/never`, { headers })).toMatchObject({ status: 401 })
      expect(log.of('GET /never')).toMatchObject([{ authorization: headers.Authorization }])
      expect(log.refreshes).toHaveLength(refreshes)
    },
  },
  {
    name: 'headers of the page go along, of a Request as well',
    run: async (world) => {
      const { apiOrigin, log } = world.server
      const tab = await openSignedIn(world)
      const headers = { 'Content-Type': 'text/markdown' }
      for (const asRequest of [false, true]) {
        const init = { method: 'POST', headers, body: '# A note', asRequest }
        expect(await tab.fetch(`${apiOrigin}/notes`, init)).toMatchObject({
          status: 201,
          body: '# A note',
        })
      }
      const bearer = { authorization: `Bearer ${await tab.token()}`, contentType: 'text/markdown' }
      expect(log.of('POST /notes')).toMatchObject([bearer, bearer])
    },
  },
]
