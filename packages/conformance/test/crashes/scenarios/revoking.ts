import assert from 'node:assert/strict'
import { expectAlive, expectEnded, isEnded } from '../checks.ts'
import { guardSays, type Held, open, refresh, refusalOf } from '../instance.ts'
import { defineScenario } from '../scenario.ts'

export const revokingSession = defineScenario<Held, boolean>({
  name: 'a session is revoked',
  prepare: (instance) => open(instance, 'alice'),
  act: ({ issuer }, { sid }) => issuer.revokeSession(sid),
  async check(instance, held, answer) {
    const ended = await isEnded(instance, held)
    if (answer === undefined) assert.equal(await instance.issuer.revokeSession(held.sid), !ended)
    else assert(answer && ended)
    await expectEnded(instance, held)
    assert.deepEqual(await instance.issuer.listSessions('alice'), [])
  },
})

export const revokingSessionInUse = defineScenario<Held, boolean>({
  name: 'a session is revoked, and its client is the next to come',
  prepare: (instance) => open(instance, 'alice'),
  act: ({ issuer }, { sid }) => issuer.revokeSession(sid),
  async check(instance, held, answer) {
    // It lives in full, or not at all: an end that was begun is finished now.
    const refusal = await refusalOf(instance, held)
    assert.equal(await isEnded(instance, held), refusal !== undefined)
    if (answer !== undefined) assert.equal(refusal, 'ERR_SESSION_ENDED')
    if (refusal === undefined) await expectAlive(instance, held)
    else await expectEnded(instance, held)
  },
})

export const revokingSessions = defineScenario<readonly Held[], number>({
  name: 'all sessions of a user are revoked',
  async prepare(instance) {
    const [one, two, three] = [
      await open(instance, 'alice'),
      await open(instance, 'alice'),
      await open(instance, 'alice'),
    ]
    return [one, await refresh(instance, two), three]
  },
  act: ({ issuer }) => issuer.revokeSessions('alice'),
  async check(instance, all, answer) {
    const ended = await Promise.all(all.map((held) => isEnded(instance, held)))
    const alive = ended.filter((one) => !one).length
    if (answer === undefined) assert.equal(await instance.issuer.revokeSessions('alice'), alive)
    else assert.deepEqual([answer, alive], [all.length, 0])
    for (const held of all) await expectEnded(instance, held)
    assert.deepEqual(await instance.issuer.listSessions('alice'), [])
    await expectAlive(instance, await open(instance, 'alice'))
  },
})

export const revokingRefreshToken = defineScenario<Held, boolean>({
  name: 'a refresh token is revoked',
  prepare: async (instance) => refresh(instance, await open(instance, 'alice')),
  act: ({ issuer }, { refreshToken }) => issuer.revokeToken(refreshToken),
  async check(instance, held, answer) {
    const ended = await isEnded(instance, held)
    if (answer === undefined)
      assert.equal(await instance.issuer.revokeToken(held.refreshToken), !ended)
    else assert(answer && ended)
    await expectEnded(instance, held)
  },
})

export const revokingAccessToken = defineScenario<Held, boolean>({
  name: 'an access token is revoked',
  prepare: (instance) => open(instance, 'alice'),
  act: ({ issuer }, { accessToken }) => issuer.revokeToken(accessToken),
  async check(instance, held, answer) {
    const refused = (await guardSays(instance, held)) !== undefined
    if (answer === undefined)
      assert.equal(await instance.issuer.revokeToken(held.accessToken), !refused)
    else assert(answer && refused)
    assert.equal(await guardSays(instance, held), 'ERR_TOKEN_REVOKED')
    // That one token, and no more: its session goes on.
    await expectAlive(instance, held)
  },
})
