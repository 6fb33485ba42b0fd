import { LIFETIME } from '../server/test-server.ts'
import { errorOf, eventually } from './eventually.ts'
import type { Scenario } from './scenario.ts'
import { logIn, openSignedIn } from './signed-in.ts'

const REFRESH = 'POST /auth/refresh'

export const trouble: readonly Scenario[] = [
  {
    name: 'AS-09: a refresh whose reply is lost is sent again with the same token, and nobody is logged out',
    run: async (world) => {
      const { apiOrigin, log, faults, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      faults.dropReply(REFRESH)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(log.refreshes.map(({ generation }) => generation)).toEqual([undefined, 0, 0])
      await tab.refresh()
      expect(log.refreshes.at(-1)).toMatchObject({ generation: 1, status: 200 })
    },
  },
  {
    name: 'a refresh that never arrives is sent again',
    run: async (world) => {
      const { apiOrigin, log, faults, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      faults.dropRequest(REFRESH)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(log.refreshes.map(({ generation }) => generation)).toEqual([undefined, 0, 0])
    },
  },
  {
    name: 'a refresh that is not answered in time is sent again with the same token',
    run: async (world) => {
      const { apiOrigin, log, faults, expireTokens } = world.server
      const tab = await openSignedIn(world, { timeout: 0.5 })
      expireTokens()
      const held = faults.holdReply(REFRESH)
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      held.drop()
      expect(log.refreshes.map(({ generation }) => generation)).toEqual([undefined, 0, 0])
    },
  },
  {
    name: 'without a network the user is still logged in, the request fails, and later works',
    run: async (world) => {
      const { apiOrigin, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.setClockForward(LIFETIME)
      await world.goOffline()
      expect(await errorOf(tab.fetch(`${apiOrigin}/me`))).toMatchObject({
        name: 'AuthClientError',
        code: 'ERR_UNREACHABLE',
      })
      expect(await errorOf(tab.token())).toMatchObject({ code: 'ERR_UNREACHABLE' })
      expect(await tab.state()).toMatchObject({
        status: 'signed-in',
        trouble: { code: 'ERR_UNREACHABLE', retryAt: expect.any(Number) },
      })
      expect((await tab.events()).at(-1)).toMatchObject({
        name: 'refresh-failed',
        code: 'ERR_UNREACHABLE',
      })
      await world.goOnline()
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      expect(await tab.state()).not.toHaveProperty('trouble')
    },
  },
  {
    name: 'without a network it is tried again by itself',
    run: async (world) => {
      const { expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.setClockForward(LIFETIME)
      await world.goOffline()
      await errorOf(tab.refresh())
      await world.goOnline()
      await eventually(async () => !('trouble' in (await tab.state())))
      expect(await tab.state()).toMatchObject({ status: 'signed-in' })
    },
  },
  {
    name: 'a start without an answer does not reject: nobody knows yet, and it is tried again',
    run: async (world) => {
      const { faults } = world.server
      const tab = await openSignedIn(world)
      await tab.reload()
      faults.answer(REFRESH, { status: 503 })
      expect(await tab.start()).toMatchObject({
        status: 'unknown',
        trouble: { code: 'ERR_UNAVAILABLE', status: 503 },
      })
      await eventually(async () => (await tab.state()).status === 'signed-in')
    },
  },
  ...[503, 429].map(
    (status) =>
      ({
        name: `a ${status} keeps the user, and is tried again when the issuer says`,
        run: async (world) => {
          const { apiOrigin, log, faults, expireTokens } = world.server
          const tab = await openSignedIn(world)
          expireTokens()
          faults.answer(REFRESH, {
            status,
            headers: { 'Retry-After': '300', 'Access-Control-Expose-Headers': 'Retry-After' },
          })
          const before = Date.now() / 1000
          expect(await errorOf(tab.fetch(`${apiOrigin}/me`))).toMatchObject({
            code: 'ERR_UNAVAILABLE',
            status,
          })
          const state = await tab.state()
          expect(state).toMatchObject({
            status: 'signed-in',
            trouble: { code: 'ERR_UNAVAILABLE', status },
          })
          const { retryAt = 0 } = 'trouble' in state ? (state.trouble ?? {}) : {}
          expect(retryAt).toBeGreaterThanOrEqual(before + 300)
          expect(retryAt).toBeLessThan(Date.now() / 1000 + 301)
          // Its own attempts were over at once: an issuer in trouble is not asked three times.
          expect(log.refreshes).toHaveLength(2)
          expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
        },
      }) satisfies Scenario,
  ),
  ...[
    { what: '403 for CSRF', answer: { status: 403, body: '{"error":"forbidden"}' } },
    { what: '404', answer: { status: 404 } },
    {
      what: 'page of a hotel’s network',
      answer: { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<h1>Welcome' },
    },
    { what: 'JSON that is no token', answer: { status: 200, body: 'null' } },
    {
      what: '400 that is another error',
      answer: { status: 400, body: '{"error":"invalid_request"}' },
    },
  ].map(
    ({ what, answer }) =>
      ({
        name: `a ${what} in place of an answer logs nobody out`,
        run: async (world) => {
          const { apiOrigin, faults, expireTokens } = world.server
          const tab = await openSignedIn(world)
          expireTokens()
          faults.answer(REFRESH, answer)
          expect(await errorOf(tab.fetch(`${apiOrigin}/me`))).toMatchObject({
            name: 'AuthClientError',
            code: 'ERR_REFUSED',
            status: answer.status,
          })
          expect(await tab.state()).toMatchObject({
            status: 'signed-in',
            trouble: { code: 'ERR_REFUSED', status: answer.status },
          })
          expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
        },
      }) satisfies Scenario,
  ),
  {
    name: 'requests that wait for one refresh share its failure, too',
    run: async (world) => {
      const { apiOrigin, log, faults, expireTokens } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.setClockForward(LIFETIME)
      const { length } = log.refreshes
      faults.answer(REFRESH, { status: 503 })
      const failures = await Promise.all(
        Array.from({ length: 5 }, () => errorOf(tab.fetch(`${apiOrigin}/me`))),
      )
      expect(failures).toMatchObject(failures.map(() => ({ code: 'ERR_UNAVAILABLE' })))
      expect(log.refreshes).toHaveLength(length + 1)
    },
  },
  {
    name: 'AS-24: a session that the issuer ended is over, and that is no error',
    run: async (world) => {
      const { apiOrigin, issuer, log } = world.server
      const tab = await openSignedIn(world)
      await issuer.revokeSessions('alice')
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({
        status: 401,
        challenge: expect.stringContaining('invalid_token'),
      })
      const ended = { status: 'signed-out', reason: 'ended', isPending: false }
      expect(await tab.state()).toEqual(ended)
      expect((await tab.events()).at(-1)).toEqual({
        name: 'signed-out',
        by: 'this-tab',
        reason: 'ended',
      })
      const refreshes = log.refreshes.length
      expect(await tab.token()).toBeUndefined()
      await tab.fetch(`${apiOrigin}/me`)
      expect(log.of('GET /me').at(-1)).toMatchObject({ authorization: undefined })
      expect(log.refreshes).toHaveLength(refreshes)
    },
  },
  {
    name: 'a login that is never answered holds nothing up for good',
    run: async (world) => {
      const { apiOrigin, faults, expireTokens } = world.server
      const tab = await openSignedIn(world, { timeout: 0.5 })
      expireTokens()
      const held = faults.holdReply('POST /login')
      const loggedIn = logIn(world, tab).catch(() => undefined)
      await held.processed
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 200 })
      held.drop()
      await loggedIn
    },
  },
]
