import { setTimeout } from 'node:timers/promises'
import { LIFETIME } from '../server/test-server.ts'
import type { Tab, World } from '../world/world.ts'
import { errorOf, eventually } from './eventually.ts'
import type { Scenario } from './scenario.ts'
import { logIn, logInByForm, openSignedIn } from './signed-in.ts'

const REFRESH = 'POST /auth/refresh'
const LOGOUT = 'POST /auth/logout'
const LOGGED_OUT = { status: 'signed-out', reason: 'logout', isPending: false }
const PENDING = { ...LOGGED_OUT, isPending: true }

const sessionsOf = async ({ server }: World, name: string) =>
  (await server.issuer.listSessions(name)).length

const whoIs = async ({ server }: World, tab: Tab) =>
  (await tab.fetch(`${server.apiOrigin}/me`)).body

export const loggingOut: readonly Scenario[] = [
  {
    name: 'AS-24: a logout ends the session, its access token, and what a reload finds',
    run: async (world) => {
      const { apiOrigin } = world.server
      const tab = await openSignedIn(world)
      const token = await tab.token()
      await tab.logout()
      expect(await tab.state()).toEqual(LOGGED_OUT)
      // At once, before the server knows.
      expect((await tab.states()).slice(-2)).toEqual([PENDING, LOGGED_OUT])
      expect((await tab.events()).at(-1)).toEqual({
        name: 'signed-out',
        by: 'this-tab',
        reason: 'logout',
      })
      expect(await tab.token()).toBeUndefined()
      expect(await sessionsOf(world, 'alice')).toBe(0)
      const stolen = { headers: { Authorization: `Bearer ${token}` } }
      expect(await tab.fetch(`${apiOrigin}/me`, stolen)).toMatchObject({ status: 401 })
      await tab.reload()
      expect(await tab.start()).toMatchObject({ status: 'signed-out', reason: 'nobody' })
    },
  },
  {
    name: 'a logout everywhere ends the sessions on other devices as well',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await world.server.issuer.openSession({ subject: 'alice', client: 'app' })
      await world.server.issuer.openSession({ subject: 'bob', client: 'app' })
      await tab.logout({ everywhere: true })
      expect(await tab.state()).toEqual(LOGGED_OUT)
      expect(await sessionsOf(world, 'alice')).toBe(0)
      expect(await sessionsOf(world, 'bob')).toBe(1)
    },
  },
  {
    name: 'a logout without a network is one here at once, and the server is told later',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await world.goOffline()
      expect(await errorOf(tab.logout())).toMatchObject({ code: 'ERR_UNREACHABLE' })
      expect(await tab.state()).toEqual(PENDING)
      expect(await tab.token()).toBeUndefined()
      expect(await sessionsOf(world, 'alice')).toBe(1)
      await world.goOnline()
      await eventually(async () => !((await tab.state()) as typeof PENDING).isPending)
      expect(await tab.state()).toEqual(LOGGED_OUT)
      expect(await sessionsOf(world, 'alice')).toBe(0)
    },
  },
  {
    name: 'a logout that the server does not know of outlives a reload: nobody is logged in by it',
    needs: ['storage'],
    run: async (world) => {
      const { faults } = world.server
      const tab = await openSignedIn(world)
      faults.answer('POST /auth/logout', { status: 503 })
      expect(await errorOf(tab.logout())).toMatchObject({ code: 'ERR_UNAVAILABLE' })
      await tab.reload()
      await tab.start()
      await eventually(async () => !((await tab.state()) as typeof PENDING).isPending)
      expect(await tab.state()).toEqual(LOGGED_OUT)
      expect(await tab.states()).not.toContainEqual(
        expect.objectContaining({ status: 'signed-in' }),
      )
      expect(await sessionsOf(world, 'alice')).toBe(0)
      await tab.reload()
      expect(await tab.start()).toMatchObject({ status: 'signed-out', reason: 'nobody' })
    },
  },
  {
    name: 'who logs in after an unfinished logout stays logged in, and the old session is over',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await world.goOffline()
      await errorOf(tab.logout())
      await world.goOnline()
      await logIn(world, tab, { name: 'bob' })
      expect(await whoIs(world, tab)).toBe('{"subject":"bob"}')
      await tab.refresh()
      expect(await whoIs(world, tab)).toBe('{"subject":"bob"}')
      expect(await sessionsOf(world, 'alice')).toBe(0)
      expect(await sessionsOf(world, 'bob')).toBe(1)
    },
  },
  {
    name: 'a refresh that is answered after a logout logs nobody in again',
    run: async (world) => {
      const { faults, expireTokens, apiOrigin } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      const held = faults.holdReply(REFRESH)
      const waiting = tab.fetch(`${apiOrigin}/me`)
      await held.processed
      await tab.logout()
      held.release()
      expect(await waiting).toMatchObject({ status: 401 })
      expect(await tab.state()).toEqual(LOGGED_OUT)
      await tab.reload()
      expect(await tab.start()).toMatchObject({ status: 'signed-out' })
      expect(await sessionsOf(world, 'alice')).toBe(0)
    },
  },
  {
    name: 'a login while a refresh is on its way is the session that stays',
    run: async (world) => {
      const { faults, apiOrigin } = world.server
      const tab = await openSignedIn(world)
      const held = faults.holdReply(REFRESH)
      const refreshed = tab.refresh().catch(() => undefined)
      await held.processed
      const loggedIn = logIn(world, tab, { name: 'bob' })
      held.release()
      await Promise.all([refreshed, loggedIn])
      expect(await whoIs(world, tab)).toBe('{"subject":"bob"}')
      await tab.reload()
      await tab.start()
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ body: '{"subject":"bob"}' })
    },
  },
  {
    name: 'a request of one user is not sent again as another',
    run: async (world) => {
      const { faults, apiOrigin, expireTokens, log } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      const held = faults.holdReply('POST /notes')
      const note = tab.fetch(`${apiOrigin}/notes`, { method: 'POST', body: 'of alice' })
      await held.processed
      await logIn(world, tab, { name: 'bob' })
      held.release()
      expect(await note).toMatchObject({ status: 401 })
      expect(log.of('POST /notes')).toHaveLength(1)
    },
  },
  {
    name: 'who logged out can log in again',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await tab.logout()
      await logIn(world, tab, { name: 'bob' })
      expect(await tab.state()).toMatchObject({ status: 'signed-in' })
      expect(await whoIs(world, tab)).toBe('{"subject":"bob"}')
    },
  },
  {
    name: 'what was asked for as one user is not sent as another, whose login it waited for',
    run: async (world) => {
      const { faults, apiOrigin, expireTokens, log } = world.server
      const tab = await openSignedIn(world)
      expireTokens()
      await tab.setClockForward(LIFETIME)
      const held = faults.holdReply('POST /login')
      const loggedIn = logIn(world, tab, { name: 'bob' })
      await held.processed
      const deleted = tab.fetch(`${apiOrigin}/notes`, { method: 'DELETE' }).catch(() => undefined)
      await tab.state()
      held.release()
      await Promise.all([loggedIn, deleted])
      expect(log.of('DELETE /notes')).not.toContainEqual(
        expect.objectContaining({ authorization: `Bearer ${await tab.token()}` }),
      )
    },
  },
  {
    name: 'who logs in while a logout is on its way stays logged in',
    run: async (world) => {
      const { faults } = world.server
      const tab = await openSignedIn(world)
      const held = faults.holdReply(LOGOUT)
      const loggedOut = tab.logout()
      await held.processed
      const loggedIn = logIn(world, tab, { name: 'bob' })
      // It waits, or is done before the logout is.
      await Promise.race([loggedIn, setTimeout(500)])
      held.release()
      await Promise.all([loggedOut, loggedIn])
      expect(await tab.refresh()).toMatchObject({ status: 'signed-in' })
      expect(await whoIs(world, tab)).toBe('{"subject":"bob"}')
    },
  },
  {
    name: 'who logs out while a login is on its way is logged out',
    run: async (world) => {
      const { faults } = world.server
      const tab = await world.openTab()
      await tab.start()
      const held = faults.holdReply('POST /login')
      const loggedIn = logIn(world, tab)
      await held.processed
      const loggedOut = tab.logout()
      held.release()
      await Promise.all([loggedIn, loggedOut])
      expect(await tab.state()).toMatchObject({ status: 'signed-out' })
      await eventually(async () => (await sessionsOf(world, 'alice')) === 0)
      expect(await tab.refresh()).toMatchObject({ status: 'signed-out' })
    },
  },
  {
    name: 'a logout that is sent again does not end the session of who logged in since',
    run: async (world) => {
      const { faults } = world.server
      const tab = await openSignedIn(world)
      faults.answer(LOGOUT, { status: 503 })
      await errorOf(tab.logout())
      await logInByForm(world, tab, 'bob')
      await eventually(async () => !((await tab.state()) as typeof PENDING).isPending)
      expect(await sessionsOf(world, 'bob')).toBe(1)
    },
  },
  {
    name: 'a second logout does not make less of the first',
    run: async (world) => {
      const { faults, issuer } = world.server
      const tab = await openSignedIn(world)
      await issuer.openSession({ subject: 'alice', client: 'app' })
      faults.answer(`${LOGOUT}-everywhere`, { status: 503 })
      await errorOf(tab.logout({ everywhere: true }))
      await tab.logout()
      expect(await sessionsOf(world, 'alice')).toBe(0)
    },
  },
  {
    name: 'who logs out before anybody knew who is logged in is not logged in afterwards',
    run: async (world) => {
      const { faults } = world.server
      const tab = await openSignedIn(world)
      await tab.reload()
      faults.answer(REFRESH, { status: 503 })
      expect(await tab.start()).toMatchObject({ status: 'unknown' })
      faults.answer(LOGOUT, { status: 503 })
      expect(await errorOf(tab.logout())).toMatchObject({ code: 'ERR_UNAVAILABLE' })
      expect(await tab.state()).toEqual(PENDING)
      await eventually(async () => !((await tab.state()) as typeof PENDING).isPending)
      expect(await tab.states()).not.toContainEqual(
        expect.objectContaining({ status: 'signed-in' }),
      )
      expect(await sessionsOf(world, 'alice')).toBe(0)
    },
  },
  ...[
    { what: 'a proxy that says 400', answer: { status: 400, body: '<h1>Header Too Large' } },
    { what: 'a proxy that says 401', answer: { status: 401 } },
    { what: 'a page that is found', answer: { status: 200, body: '<h1>Welcome' } },
  ].map(
    ({ what, answer }) =>
      ({
        name: `${what} in place of the issuer has logged nobody out`,
        run: async (world) => {
          const { faults } = world.server
          const tab = await openSignedIn(world)
          faults.answer(LOGOUT, answer)
          expect(await errorOf(tab.logout())).toMatchObject({ code: 'ERR_REFUSED' })
          expect(await tab.state()).toEqual(PENDING)
          await tab.logout()
          expect(await tab.state()).toEqual(LOGGED_OUT)
          expect(await sessionsOf(world, 'alice')).toBe(0)
        },
      }) satisfies Scenario,
  ),
]
