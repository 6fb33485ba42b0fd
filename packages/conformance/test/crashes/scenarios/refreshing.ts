import assert from 'node:assert/strict'
import { expectAlive, expectEnded, expectOneSuccessor, isEnded } from '../checks.ts'
import { DENIED, guardSays, type Held, open, refresh, refusalOf } from '../instance.ts'
import { defineScenario } from '../scenario.ts'

export const opening = defineScenario<null, Held>({
  name: 'a session is opened',
  prepare: () => Promise.resolve(null),
  act: (instance) => open(instance, 'alice'),
  async check(instance, _, answer) {
    const listed = await instance.issuer.listSessions('alice')
    if (answer === undefined) {
      // Whether or not it was kept: nobody has its tokens, and it can be ended.
      assert(listed.length <= 1)
    } else {
      assert.deepEqual(
        listed.map(({ sid }) => sid),
        [answer.sid],
      )
      assert.equal(await guardSays(instance, answer), undefined)
      await expectAlive(instance, answer)
    }
    const again = await open(instance, 'alice')
    await expectAlive(instance, again)
    assert.equal(await instance.issuer.revokeSessions('alice'), listed.length + 1)
    assert.deepEqual(await instance.issuer.listSessions('alice'), [])
  },
})

export const refreshing = defineScenario<Held, Held>({
  name: 'a token is refreshed',
  prepare: (instance) => open(instance, 'alice'),
  act: refresh,
  async check(instance, before, answer) {
    const successor = answer ?? (await refresh(instance, before))
    await expectOneSuccessor(instance, before, successor)
    const next = await expectAlive(instance, successor)
    await expectOneSuccessor(instance, successor, next)
    assert.equal((await instance.issuer.listSessions('alice')).length, 1)
  },
})

interface Used {
  readonly used: Held
  readonly head: Held
}

export const replaying = defineScenario<Used, Held>({
  name: 'a token whose reply was lost is presented again',
  async prepare(instance) {
    const used = await open(instance, 'alice')
    return { used, head: await refresh(instance, used) }
  },
  act: (instance, { used }) => refresh(instance, used),
  async check(instance, { used, head }, answer) {
    const successor = answer ?? (await refresh(instance, used))
    assert.equal(successor.refreshToken, head.refreshToken)
    await expectOneSuccessor(instance, used, successor)
    await expectAlive(instance, successor)
  },
})

export const replayingLate = defineScenario<Used, Held>({
  name: 'a token whose reply was lost is presented again after the replay window',
  async prepare(instance) {
    const used = await open(instance, 'alice')
    const head = await refresh(instance, used)
    instance.clock.advance(60)
    return { used, head }
  },
  act: (instance, { used }) => refresh(instance, used),
  async check(instance, { used, head }, answer) {
    // Not taken for a second late replay, which would be theft: the retry is of the same one.
    const successor = answer ?? (await refresh(instance, used))
    assert.equal(successor.refreshToken, head.refreshToken)
    await expectAlive(instance, successor)
  },
})

export const reusing = defineScenario<Used, string>({
  name: 'a stolen token is used again',
  async prepare(instance) {
    const used = await open(instance, 'alice')
    return { used, head: await refresh(instance, await refresh(instance, used)) }
  },
  act: async (instance, { used }) => (await refusalOf(instance, used)) ?? 'granted',
  async check(instance, { used, head }, answer) {
    const ended = await isEnded(instance, head)
    if (answer === undefined) {
      // It was, or it is at the next presentation.
      const refusal = await refusalOf(instance, used)
      assert.equal(refusal, ended ? 'ERR_SESSION_ENDED' : 'ERR_REFRESH_REUSED')
    } else {
      assert.equal(answer, 'ERR_REFRESH_REUSED')
      assert(ended)
    }
    await expectEnded(instance, head)
  },
})

export const denying = defineScenario<Held, string>({
  name: 'a refresh is denied',
  prepare: (instance) => open(instance, DENIED),
  act: async (instance, held) => (await refusalOf(instance, held)) ?? 'granted',
  async check(instance, held, answer) {
    const ended = await isEnded(instance, held)
    if (answer === undefined) {
      // It was, or the next time; or the end that was begun is finished then.
      const refusal = await refusalOf(instance, held)
      if (refusal !== 'ERR_SESSION_ENDED')
        assert.deepEqual([refusal, ended], ['ERR_REFRESH_DENIED', false])
    } else {
      assert.equal(answer, 'ERR_REFRESH_DENIED')
      assert(ended)
    }
    await expectEnded(instance, held)
  },
})
