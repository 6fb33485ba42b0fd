import { setTimeout } from 'node:timers/promises'
import { LIFETIME } from '../server/test-server.ts'
import type { Tab, World } from '../world/world.ts'
import { errorOf, eventually } from './eventually.ts'
import type { Scenario } from './scenario.ts'
import { logIn, logInByForm, openSignedIn } from './signed-in.ts'

const LOGOUT = 'POST /auth/logout'

const isIn = async (tab: Tab) => (await tab.state()).status === 'signed-in'

/** So many tabs that know who is logged in. */
async function openTabs(world: World, count: number): Promise<readonly Tab[]> {
  const first = await openSignedIn(world)
  const others: Tab[] = []
  while (others.length < count - 1) others.push(await world.openTab())
  await Promise.all(others.map((tab) => tab.start()))
  return [first, ...others]
}

export const severalTabs: readonly Scenario[] = [
  {
    name: 'a login in one tab is one in all',
    needs: ['tabs'],
    run: async (world) => {
      const [one, other] = [await world.openTab(), await world.openTab()]
      await one.start()
      await other.start()
      await logIn(world, one)
      await eventually(() => isIn(other))
      expect((await other.events()).at(-1)).toEqual({
        name: 'signed-in',
        by: 'other-tab',
        replaced: false,
      })
      expect(await other.token()).toBe(await one.token())
      await logIn(world, one, { name: 'bob' })
      await eventually(async () => (await other.token()) === (await one.token()))
      expect(await other.fetch(`${world.server.apiOrigin}/me`)).toMatchObject({
        body: '{"subject":"bob"}',
      })
      expect((await other.events()).at(-1)).toMatchObject({ by: 'other-tab', replaced: true })
    },
  },
  {
    name: 'a logout in one tab is one in all',
    needs: ['tabs'],
    run: async (world) => {
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      await one.logout()
      await eventually(async () => !(await isIn(other)))
      expect(await other.state()).toMatchObject({ status: 'signed-out', reason: 'logout' })
      expect((await other.events()).at(-1)).toEqual({
        name: 'signed-out',
        by: 'other-tab',
        reason: 'logout',
      })
      expect(await other.token()).toBeUndefined()
    },
  },
  {
    name: 'a session that ended is over in all tabs',
    needs: ['tabs'],
    run: async (world) => {
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      await world.server.issuer.revokeSessions('alice')
      await one.fetch(`${world.server.apiOrigin}/me`)
      await eventually(async () => !(await isIn(other)))
      expect(await other.state()).toMatchObject({ status: 'signed-out', reason: 'ended' })
    },
  },
  {
    name: 'a refresh of one tab serves the others',
    needs: ['tabs'],
    run: async (world) => {
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      await one.refresh()
      await eventually(async () => (await other.token()) === (await one.token()))
      expect((await other.events()).at(-1)).toMatchObject({ name: 'refreshed', by: 'other-tab' })
    },
  },
  {
    name: 'AS-09: tabs that refresh at once share one refresh',
    needs: ['tabs', 'locks'],
    run: async (world) => {
      const { apiOrigin, log, expireTokens } = world.server
      const tabs = await openTabs(world, 3)
      const before = log.refreshes.length
      expireTokens()
      const answers = await Promise.all(tabs.map((tab) => tab.fetch(`${apiOrigin}/me`)))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      expect(log.refreshes).toHaveLength(before + 1)
    },
  },
  {
    name: 'AS-09: tabs that know nothing of each other log nobody out',
    run: async (world) => {
      const { apiOrigin, expireTokens } = world.server
      const tabs = await openTabs(world, 3)
      for (let times = 1; times <= 3; times++) {
        expireTokens()
        const answers = await Promise.all(tabs.map((tab) => tab.fetch(`${apiOrigin}/me`)))
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      }
      for (const tab of tabs) expect(await tab.state()).toMatchObject({ status: 'signed-in' })
    },
  },
  {
    name: 'what waits for a new token is not sent as who logged in meanwhile',
    run: async (world) => {
      const { apiOrigin, expireTokens, log } = world.server
      const tab = await openSignedIn(world)
      await logInByForm(world, tab, 'bob')
      expireTokens()
      await tab.setClockForward(LIFETIME)
      const note = { method: 'DELETE', body: 'of alice' }
      expect(await tab.fetch(`${apiOrigin}/notes`, note)).toMatchObject({ status: 401 })
      expect(log.of('DELETE /notes')).not.toContainEqual(
        expect.objectContaining({ authorization: `Bearer ${await tab.token()}` }),
      )
    },
  },
  {
    name: 'AS-24: a logout in one tab while another refreshes is a logout in both',
    needs: ['tabs'],
    run: async (world) => {
      const { faults, issuer } = world.server
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      const held = faults.holdReply('POST /auth/refresh')
      const refreshed = other.refresh()
      await held.processed
      await one.logout()
      await eventually(async () => !(await isIn(other)))
      held.release()
      expect(await refreshed).toMatchObject({ status: 'signed-out', reason: 'logout' })
      for (const tab of [one, other]) expect(await tab.token()).toBeUndefined()
      expect(await issuer.listSessions('alice')).toEqual([])
    },
  },
  {
    name: 'AS-24: a tab that did not hear of a logout finds out with its next request',
    run: async (world) => {
      const { apiOrigin } = world.server
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      await one.logout()
      expect(await other.fetch(`${apiOrigin}/me`)).toMatchObject({ status: 401 })
      expect(await other.state()).toMatchObject({ status: 'signed-out' })
    },
  },
  {
    name: 'a login that no client saw is noticed with the next refresh, and no request is sent as somebody else',
    run: async (world) => {
      const { apiOrigin, expireTokens, log } = world.server
      const tab = await openSignedIn(world)
      await logInByForm(world, tab, 'bob')
      expireTokens()
      const note = { method: 'POST', body: 'of alice' }
      expect(await tab.fetch(`${apiOrigin}/notes`, note)).toMatchObject({ status: 401 })
      expect(log.of('POST /notes')).toHaveLength(1)
      expect((await tab.events()).at(-1)).toEqual({
        name: 'signed-in',
        by: 'this-tab',
        replaced: true,
      })
      expect(await tab.fetch(`${apiOrigin}/me`)).toMatchObject({ body: '{"subject":"bob"}' })
    },
  },
  {
    name: 'a server that refuses every token gets no storm of refreshes from several tabs',
    needs: ['tabs'],
    run: async (world) => {
      const { apiOrigin, log } = world.server
      const tabs = await openTabs(world, 3)
      const before = log.refreshes.length
      for (let times = 1; times <= 5; times++) {
        for (const tab of tabs) {
          expect(await tab.fetch(`${apiOrigin}/never`)).toMatchObject({ status: 401 })
        }
      }
      // One a tab is what it takes to find out.
      expect(log.refreshes.length - before).toBeLessThanOrEqual(tabs.length)
    },
  },
  {
    name: 'a refresh that is answered after a login in another tab makes nobody somebody else',
    needs: ['tabs', 'locks'],
    run: async (world) => {
      const { apiOrigin, faults } = world.server
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      const held = faults.holdReply('POST /auth/refresh')
      const refreshed = one.refresh().catch(() => undefined)
      await held.processed
      const loggedIn = logIn(world, other, { name: 'bob' })
      // Where tabs wait for each other, this one does.
      await Promise.race([loggedIn, setTimeout(500)])
      held.release()
      await Promise.all([refreshed, loggedIn])
      for (const tab of [one, other]) {
        await tab.refresh().catch(() => undefined)
        expect(await tab.fetch(`${apiOrigin}/me`)).not.toMatchObject({
          body: '{"subject":"alice"}',
        })
      }
    },
  },
  {
    name: 'a logout that is answered late leaves the next user logged in',
    needs: ['tabs', 'locks'],
    run: async (world) => {
      const { faults } = world.server
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      const held = faults.holdReply(LOGOUT)
      const loggedOut = one.logout()
      await held.processed
      await eventually(async () => !(await isIn(other)))
      const loggedIn = logIn(world, other, { name: 'bob' })
      await Promise.race([loggedIn, setTimeout(500)])
      held.release()
      await Promise.all([loggedOut, loggedIn])
      expect(await other.refresh()).toMatchObject({ status: 'signed-in' })
      await eventually(() => isIn(one))
    },
  },
  {
    name: 'a logout everywhere that waits is not lost when somebody logs in in another tab',
    needs: ['tabs', 'storage', 'locks'],
    run: async (world) => {
      const { faults, issuer } = world.server
      const [one, other] = (await openTabs(world, 2)) as [Tab, Tab]
      await issuer.openSession({ subject: 'alice', client: 'app' })
      // Each of the three attempts that there may be before the login.
      for (let times = 1; times <= 3; times++)
        faults.answer(`${LOGOUT}-everywhere`, { status: 503 })
      await errorOf(one.logout({ everywhere: true }))
      await eventually(async () => !(await isIn(other)))
      await one.close()
      faults.clear()
      await logIn(world, other, { name: 'bob' })
      await eventually(async () => (await issuer.listSessions('alice')).length === 0)
      expect(await other.refresh()).toMatchObject({ status: 'signed-in' })
      expect(await issuer.listSessions('bob')).toHaveLength(1)
    },
  },
]
