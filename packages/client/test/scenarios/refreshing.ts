import { LIFETIME } from '../server/test-server.ts'
import type { Scenario } from './scenario.ts'
import { errorOf } from './eventually.ts'
import { openSignedIn } from './signed-in.ts'

/** One before anybody had logged in: `start` asks. */
const AT_START = 1

export const refreshing: readonly Scenario[] = [
  {
    name: 'AS-06: a refresh changes both tokens',
    run: async (world) => {
      const tab = await openSignedIn(world)
      const first = await tab.token()
      await tab.refresh()
      await tab.refresh()
      expect(await tab.token()).not.toBe(first)
      const { refreshes } = world.server.log
      expect(refreshes.map(({ generation }) => generation)).toEqual([undefined, 0, 1])
      expect((await tab.events()).slice(2)).toEqual([
        { name: 'refreshed', by: 'this-tab', expiresIn: LIFETIME },
        { name: 'refreshed', by: 'this-tab', expiresIn: LIFETIME },
      ])
    },
  },
  {
    name: 'a token that has expired is replaced before it is sent',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.setClockForward(LIFETIME)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(log.of('GET /me')).toMatchObject([{ status: 200 }])
      expect(log.refreshes).toHaveLength(AT_START + 1)
    },
  },
  {
    name: 'a token that is refused is replaced once, and the request is sent once more',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(log.of('GET /me')).toMatchObject([{ status: 401 }, { status: 200 }])
      expect(log.refreshes).toHaveLength(AT_START + 1)
      expect((await tab.events()).at(-1)).toEqual({
        name: 'retried',
        method: 'GET',
        url: `${apiOrigin}/me`,
      })
    },
  },
  {
    name: 'AS-09: twenty requests that are refused at once share one refresh',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => tab.fetch(`${apiOrigin}/me`)),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(log.refreshes).toHaveLength(AT_START + 1)
    },
  },
  {
    name: 'a new token that is refused, too, is no reason to go on: the 401 is returned',
    run: async (world) => {
      const { apiOrigin, log } = world.server
      const tab = await openSignedIn(world)
      for (let times = 1; times <= 3; times++) {
        expect(await tab.fetch(`${apiOrigin}/never`)).toMatchObject({
          status: 401,
          challenge: expect.stringContaining('invalid_token'),
        })
      }
      expect(log.refreshes).toHaveLength(AT_START + 1)
      expect(log.of('GET /never')).toHaveLength(4)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(await tab.state()).toMatchObject({ status: 'signed-in' })
    },
  },
  ...[
    { path: '/step-up', status: 401, why: 'a 401 for another reason' },
    { path: '/admin', status: 403, why: 'a 403' },
  ].map(
    ({ path, status, why }) =>
      ({
        name: `${why} is no reason to refresh`,
        run: async (world) => {
          const { apiOrigin, log } = world.server
          const tab = await openSignedIn(world)
          expect(await tab.fetch(`${apiOrigin}${path}`)).toMatchObject({ status })
          expect(log.of(`GET ${path}`)).toHaveLength(1)
          expect(log.refreshes).toHaveLength(AT_START)
        },
      }) satisfies Scenario,
  ),
  {
    name: 'a write that was refused is sent once more, with the same body',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expireTokens()
        const answer = await tab.fetch(`${apiOrigin}/notes`, { method, body: 'Buy milk' })
        expect(answer).toMatchObject({ status: 201, body: 'Buy milk' })
        expect(log.of(`${method} /notes`)).toMatchObject([{ status: 401 }, { status: 201 }])
      }
    },
  },
  {
    name: 'a Request without a body is sent once more',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      const answer = await tab.fetch(`${apiOrigin}/me`, { asRequest: true })
      expect(answer).toMatchObject({ status: 200 })
      expect(log.of('GET /me')).toMatchObject([{ status: 401 }, { status: 200 }])
    },
  },
  ...[
    { what: 'stream', init: { asStream: true }, needs: ['streams'] as const },
    { what: 'Request with a body', init: { asRequest: true }, needs: [] },
  ].map(
    ({ what, init, needs }) =>
      ({
        name: `a ${what} is not sent again: its 401 is returned, and the next request has a new token`,
        needs,
        run: async (world) => {
          const { apiOrigin, log, expireTokens } = world.server
          const tab = await openSignedIn(world)
          expireTokens()
          const note = { method: 'POST', body: 'Buy milk', ...init }
          expect(await tab.fetch(`${apiOrigin}/notes`, note)).toMatchObject({ status: 401 })
          expect(log.of('POST /notes')).toHaveLength(1)
          expect(log.refreshes).toHaveLength(AT_START + 1)
          expect(await tab.fetch(`${apiOrigin}/notes`, note)).toMatchObject({
            status: 201,
            body: 'Buy milk',
          })
        },
      }) satisfies Scenario,
  ),
  {
    name: 'with retry: () => false, nothing is sent again',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world, { neverRetries: true })
      expireTokens()
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 401 })
      expect(log.of('GET /me')).toHaveLength(1)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
    },
  },
  {
    name: 'who gives up does not wait for a refresh, and does not end it for others',
    run: async (world) => {
      const { apiOrigin, log, faults, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      const held = faults.holdReply('POST /auth/refresh')
      const impatient = errorOf(tab.fetch(`${apiOrigin}/me`, { abortable: true }))
      const patient = tab.fetch(`${apiOrigin}/me`)
      await held.processed
      await tab.abort()
      expect(await impatient).toMatchObject({ name: 'AbortError' })
      held.release()
      expect(await patient).toMatchObject({ status: 200 })
      expect(log.refreshes).toHaveLength(AT_START + 1)
    },
  },
  {
    name: 'a request that was aborted before is not sent',
    run: async (world) => {
      const { apiOrigin, log, faults, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.setClockForward(LIFETIME)
      const held = faults.holdReply('POST /auth/refresh')
      const aborted = errorOf(tab.fetch(`${apiOrigin}/me`, { abortable: true }))
      await held.processed
      await tab.abort()
      held.release()
      expect(await aborted).toMatchObject({ name: 'AbortError' })
      await tab.token()
      expect(log.of('GET /me')).toHaveLength(0)
    },
  },
  {
    name: 'a write whose redirect is refused has been done, and is not done again',
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.fetch(`${apiOrigin}/pay`, { method: 'POST' })
      expect(log.of('POST /pay')).toHaveLength(1)
    },
  },
]
