import type { Scenario } from './scenario.ts'
import { logIn, openSignedIn } from './signed-in.ts'

export const loggingIn: readonly Scenario[] = [
  {
    name: 'nobody is logged in: that is a state and no error',
    run: async (world) => {
      const tab = await world.openTab()
      expect(await tab.state()).toEqual({ status: 'unknown' })
      const nobody = { status: 'signed-out', reason: 'nobody', isPending: false }
      expect(await tab.start()).toEqual(nobody)
      expect(await tab.token()).toBeUndefined()
      expect(await tab.fetch(`${world.server.apiOrigin}/me`)).toMatchObject({ status: 401 })
      expect(await tab.refresh()).toEqual(nobody)
      expect(world.server.log.of('GET /me')).toMatchObject([{ authorization: undefined }])
    },
  },
  {
    name: 'AS-23: a login hands out an access token, and the refresh token as a cookie',
    run: async (world) => {
      const tab = await world.openTab()
      await tab.start()
      expect(await logIn(world, tab)).toBe(200)
      expect(await tab.state()).toEqual({
        status: 'signed-in',
        expiresAt: expect.any(Number),
        scopes: ['notes'],
      })
      expect(await tab.events()).toEqual([
        { name: 'signed-out', by: 'this-tab', reason: 'nobody' },
        { name: 'signed-in', by: 'this-tab', replaced: false },
      ])
      const answer = await tab.fetch(`${world.server.apiOrigin}/me`)
      expect(answer).toMatchObject({ status: 200, body: '{"subject":"alice"}' })
      expect(world.server.log.of('GET /me')).toMatchObject([
        { authorization: `Bearer ${await tab.token()}` },
      ])
    },
  },
  {
    name: 'a wrong password changes nothing',
    run: async (world) => {
      const tab = await openSignedIn(world)
      const before = { state: await tab.state(), token: await tab.token() }
      expect(await logIn(world, tab, { name: 'bob', password: 'a guess' })).toBe(403)
      expect({ state: await tab.state(), token: await tab.token() }).toEqual(before)
      expect(await tab.fetch(`${world.server.apiOrigin}/me`)).toMatchObject({
        body: '{"subject":"alice"}',
      })
    },
  },
  {
    name: 'another user replaces the one before, and the page is told',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await logIn(world, tab, { name: 'bob' })
      expect((await tab.events()).at(-1)).toEqual({
        name: 'signed-in',
        by: 'this-tab',
        replaced: true,
      })
      expect(await tab.fetch(`${world.server.apiOrigin}/me`)).toMatchObject({
        body: '{"subject":"bob"}',
      })
    },
  },
  {
    name: 'a reload finds the session again',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await tab.reload()
      expect(await tab.state()).toEqual({ status: 'unknown' })
      expect(await tab.start()).toMatchObject({ status: 'signed-in', scopes: ['notes'] })
      expect((await tab.events()).at(-1)).toEqual({
        name: 'signed-in',
        by: 'this-tab',
        replaced: false,
      })
      expect(await tab.fetch(`${world.server.apiOrigin}/me`)).toMatchObject({ status: 200 })
    },
  },
  {
    name: 'what is asked for before the page knows who is logged in waits for the answer, and asks once',
    run: async (world) => {
      const tab = await openSignedIn(world)
      await tab.reload()
      const [answer, token, state] = await Promise.all([
        tab.fetch(`${world.server.apiOrigin}/me`),
        tab.token(),
        tab.start(),
      ])
      expect(answer).toMatchObject({ status: 200 })
      expect(token).toEqual(expect.any(String))
      expect(state).toMatchObject({ status: 'signed-in' })
      // One before anybody had logged in, and one now.
      expect(world.server.log.refreshes).toHaveLength(2)
    },
  },
]
