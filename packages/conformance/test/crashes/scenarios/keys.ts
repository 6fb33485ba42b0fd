import assert from 'node:assert/strict'
import { expectAlive, expectSoundRing } from '../checks.ts'
import { DAY, guardSays, type Held, open, refresh } from '../instance.ts'
import { defineScenario } from '../scenario.ts'

export const creatingKeys = defineScenario<null, string[]>({
  name: 'the first signing keys are made',
  isFirst: true,
  prepare: () => Promise.resolve(null),
  async act(instance) {
    await instance.issuer.ready()
    return (await expectSoundRing(instance)).kids
  },
  async check(instance, _, answer) {
    const { kids } = await expectSoundRing(instance)
    assert.equal(kids.length, 2)
    if (answer !== undefined) assert.deepEqual(kids, answer)
    await expectAlive(instance, await open(instance, 'alice'))
  },
})

interface Signed {
  readonly kid: string
  readonly held: Held
}

export const rotatingKeys = defineScenario<Signed, string>({
  name: 'the signing keys are rotated',
  async prepare(instance) {
    // So that the next one has been published for long enough.
    instance.clock.advance(2 * DAY)
    // Now, and not by itself meanwhile: every run takes the same steps.
    await instance.issuer.sweep()
    const { active } = await expectSoundRing(instance)
    return { kid: active, held: await open(instance, 'alice') }
  },
  act: async ({ issuer }) => (await issuer.keys.rotate()).kid,
  async check(instance, { kid, held }, answer) {
    const { active, kids } = await expectSoundRing(instance)
    assert(kids.includes(kid))
    if (answer === undefined) await instance.issuer.keys.rotate()
    else assert.equal(active, answer)
    const after = await expectSoundRing(instance)
    assert.notEqual(after.active, kid)
    // What was signed before counts until it expires.
    assert.equal(await guardSays(instance, held), undefined)
    const next = await expectAlive(instance, held)
    assert.equal(kidOf(next), after.active)
  },
})

export const revokingKey = defineScenario<Signed, boolean>({
  name: 'the signing key is revoked',
  async prepare(instance) {
    const { active } = await expectSoundRing(instance)
    return { kid: active, held: await open(instance, 'alice') }
  },
  act: ({ issuer }, { kid }) => issuer.keys.revoke(kid),
  async check(instance, { kid, held }, answer) {
    const before = await expectSoundRing(instance)
    if (answer === undefined) assert(await instance.issuer.keys.revoke(kid))
    else assert(answer && before.active !== kid)
    const after = await expectSoundRing(instance)
    assert.notEqual(after.active, kid)
    assert.notEqual(await guardSays(instance, held), undefined)
    // Its sessions go on with the next key.
    const next = await refresh(instance, held)
    assert.equal(kidOf(next), after.active)
    assert.equal(await guardSays(instance, next), undefined)
  },
})

function kidOf({ accessToken }: Held): unknown {
  const [header = ''] = accessToken.split('.')
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: unknown }).kid
}
