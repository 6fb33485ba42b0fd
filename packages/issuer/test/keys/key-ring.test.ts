import { createTestClock } from '@gatewarden/testing'
import { readRing, writeRing } from '../../src/keys/ring-document.ts'
import { RingSeal } from '../../src/keys/ring-seal.ts'
import type { SigningKeys } from '../../src/keys/signing-keys.ts'
import {
  anotherOn,
  ask,
  createRing,
  DAY,
  errorOf,
  HOUR,
  KEK,
  kek,
  kidsOf,
  mint,
  NOW,
  publishedKids,
  readyRing,
  settle,
  signingKid,
  statesOf,
  type TestRing,
  TestRegister,
  verifies,
} from './rings.ts'

const ROTATE_EVERY = 90 * DAY

/** What the register holds, opened as only an issuer can. */
async function openRegister({ register }: TestRing, key = KEK) {
  return readRing((await new RingSeal([key]).open(register.row!.sealed)).text)
}

async function pass(ring: TestRing, seconds: number): Promise<string> {
  ring.clock.advance(seconds)
  await ask(ring)
  return signingKid(ring)
}

const isHere = (value: unknown) => !(value instanceof Promise)

let warnings: (Error & { code?: string })[] = []
const emitWarning = process.emitWarning
beforeEach(() => {
  warnings = []
  process.emitWarning = ((message: string, { code }: { code: string }) =>
    warnings.push(Object.assign(new Error(message), { code }))) as never
})
afterEach(() => {
  process.emitWarning = emitWarning
})

describe('the first ring', () => {
  test('has a key that signs at once and a standby that is published with it', async () => {
    const ring = await readyRing()
    expect(await statesOf(ring)).toEqual(['active', 'standby'])
    const [active, standby] = await ring.keys.list()
    expect(active).toMatchObject({ algorithm: 'ES256', createdAt: NOW, activeFrom: NOW })
    expect(standby).toMatchObject({ createdAt: NOW, activeFrom: NOW + ROTATE_EVERY })
    expect(active!.retiredAt).toBe(NOW + ROTATE_EVERY + DAY)
    expect(await publishedKids(ring)).toEqual([active!.kid, standby!.kid])
    expect(await signingKid(ring)).toBe(active!.kid)
  })

  test('is made for the first who asks, ready or not', async () => {
    const ring = createRing()
    expect(await verifies(await mint(ring), await ring.keys.jwks())).toBe(true)
    expect(await statesOf(createRing())).toEqual(['active', 'standby'])
  })

  test('is found by the next process', async () => {
    const ring = await readyRing()
    const next = anotherOn(ring)
    await next.keys.ready()
    expect(await signingKid(next)).toBe(await signingKid(ring))
    expect(await publishedKids(next)).toEqual(await publishedKids(ring))
    expect(ring.register.writes).toBe(1)
  })

  test.each(['RS256', 'PS384', 'ES512', 'EdDSA', 'Ed25519'] as const)(
    'signs with %s',
    async (algorithm) => {
      const ring = await readyRing({ algorithm })
      expect(await verifies(await mint(ring), await ring.keys.jwks())).toBe(true)
      expect(await verifies(await mint(anotherOn(ring)), await ring.keys.jwks())).toBe(true)
    },
  )

  test('is stored so that nothing in the store signs anything', async () => {
    const ring = await readyRing()
    const { keys } = await openRegister(ring)
    const { d } = keys[0]!.signer.exportPrivateJwk() as { d: string }
    const { sealed } = ring.register.row!
    const segments = sealed
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    for (const text of [sealed, ...segments]) {
      for (const secret of [
        d,
        Buffer.from(d, 'base64url').toString('latin1'),
        'privateJwk',
        keys[0]!.kid,
      ])
        expect(text).not.toContain(secret)
    }
  })
})

test('AS-22: publishes public members only, each key with kid, use and alg', async () => {
  const { keys } = await (await readyRing({ algorithm: 'RS256' })).keys.jwks()
  expect(keys).toHaveLength(2)
  for (const jwk of keys)
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  for (const jwk of keys) expect(jwk).toMatchObject({ use: 'sig', alg: 'RS256' })
})

describe('rotation by time', () => {
  test('the standby takes over in the second it is due, and the next is published', async () => {
    const ring = await readyRing()
    const [first, second] = await publishedKids(ring)
    expect(await pass(ring, ROTATE_EVERY - 1)).toBe(first)
    expect(await pass(ring, 1)).toBe(second)
    expect(await pass(ring, 30)).toBe(second)
    expect(await statesOf(ring)).toEqual(['retiring', 'active', 'standby'])
    const standby = (await ring.keys.list())[2]!
    expect(standby.activeFrom).toBe(NOW + 2 * ROTATE_EVERY)
  })

  test('a retiring key is published until its last second, and not after', async () => {
    const ring = await readyRing()
    const first = await signingKid(ring)
    await pass(ring, ROTATE_EVERY)
    await pass(ring, DAY - 1)
    expect(await publishedKids(ring)).toContain(first)
    await pass(ring, 1)
    expect(await publishedKids(ring)).not.toContain(first)
    expect(await statesOf(ring)).toEqual(['retired', 'active', 'standby'])
  })

  test('a retired key is gone from the store once no clock takes it for a published one', async () => {
    const ring = await readyRing()
    await pass(ring, ROTATE_EVERY + DAY + 299)
    expect((await openRegister(ring)).keys).toHaveLength(3)
    await pass(ring, 31)
    expect((await openRegister(ring)).keys).toHaveLength(2)
  })

  test('after a pause of years, the standby signs and the next gets its full lead', async () => {
    const ring = await readyRing()
    const [, standby] = await publishedKids(ring)
    expect(await pass(ring, 1_000 * DAY)).toBe(standby)
    const next = (await ring.keys.list()).find(({ state }) => state === 'standby')!
    expect(next.activeFrom! - next.createdAt!).toBe(DAY)
  })

  test('a clock that is set back goes back to the key of that time', async () => {
    const ring = await readyRing()
    const [first, second] = await publishedKids(ring)
    expect(await pass(ring, ROTATE_EVERY)).toBe(second)
    expect(await pass(ring, -1)).toBe(first)
    expect(await pass(ring, 1)).toBe(second)
  })

  test('all processes switch in the same second, without a word', async () => {
    const ring = await readyRing()
    const others = [anotherOn(ring), anotherOn(ring)]
    for (const { keys } of others) await keys.ready()
    ring.clock.advance(ROTATE_EVERY)
    const kids = await Promise.all([ring, ...others].map(signingKid))
    expect(new Set(kids).size).toBe(1)
    expect(kids[0]).toBe((await publishedKids(ring))[1])
  })
})

describe('rotate()', () => {
  test('waits until the standby has been published for the full lead', async () => {
    const ring = await readyRing()
    const [first, second] = await publishedKids(ring)
    ring.clock.advance(HOUR)
    const next = await ring.keys.rotate()
    expect(next).toMatchObject({ kid: second, state: 'standby', activeFrom: NOW + DAY })
    expect(await pass(ring, 23 * HOUR - 1)).toBe(first)
    expect(await pass(ring, 1)).toBe(second)
  })

  test('takes effect at once when it has been', async () => {
    const ring = await readyRing()
    const [, second] = await publishedKids(ring)
    ring.clock.advance(DAY)
    expect(await ring.keys.rotate()).toMatchObject({
      kid: second,
      state: 'active',
      activeFrom: NOW + DAY,
    })
    expect(await signingKid(ring)).toBe(second)
    expect(await statesOf(ring)).toEqual(['retiring', 'active', 'standby'])
  })

  test('twice in a row gives the second key its full lead, too', async () => {
    const ring = await readyRing()
    ring.clock.advance(DAY)
    const one = await ring.keys.rotate()
    const two = await ring.keys.rotate()
    expect(two).toMatchObject({ state: 'standby', activeFrom: NOW + 2 * DAY })
    expect(await ring.keys.rotate()).toEqual(two)
    expect(await signingKid(ring)).toBe(one.kid)
  })

  test('works where there was no ring', async () => {
    const ring = createRing()
    expect(await ring.keys.rotate()).toMatchObject({ state: 'standby', activeFrom: NOW + DAY })
  })
})

describe('revoke()', () => {
  test('of the key that signs: the standby signs from that moment on, published or not for long', async () => {
    const ring = await readyRing()
    const [first, second] = await publishedKids(ring)
    const token = await mint(ring)
    expect(await ring.keys.revoke(first!)).toBe(true)
    const { keys } = ring
    expect(isHere(keys.signer())).toBe(true)
    expect(await signingKid(ring)).toBe(second)
    expect(await verifies(token, await keys.jwks())).toBe(false)
    expect(await verifies(await mint(ring), await keys.jwks())).toBe(true)
    expect(await statesOf(ring)).toEqual(['revoked', 'active', 'standby'])
  })

  test('of a standby: another is published, with its full lead', async () => {
    const ring = await readyRing()
    const [first, second] = await publishedKids(ring)
    ring.clock.advance(ROTATE_EVERY - HOUR)
    await ring.keys.revoke(second!)
    expect(await signingKid(ring)).toBe(first)
    expect((await ring.keys.list()).at(-1)).toMatchObject({
      state: 'standby',
      activeFrom: NOW + ROTATE_EVERY - HOUR + DAY,
    })
  })

  test('of a key that signs no more: its tokens are refused', async () => {
    const ring = await readyRing()
    const token = await mint(ring)
    const first = await signingKid(ring)
    await pass(ring, ROTATE_EVERY)
    expect(await verifies(token, await ring.keys.jwks())).toBe(true)
    await ring.keys.revoke(first)
    expect(await verifies(token, await ring.keys.jwks())).toBe(false)
  })

  test('of one after the other: there is always a key that signs', async () => {
    const ring = await readyRing()
    const revoked = new Set<string>()
    for (let times = 0; times < 5; times++) {
      const kid = await signingKid(ring)
      expect(revoked).not.toContain(kid)
      revoked.add(kid)
      await ring.keys.revoke(kid)
    }
    expect(await verifies(await mint(ring), await ring.keys.jwks())).toBe(true)
    expect(await kidsOf(ring, 'revoked')).toEqual([...revoked])
  })

  test('is idempotent, and false for a key that is not known', async () => {
    const ring = await readyRing()
    const kid = await signingKid(ring)
    expect(await ring.keys.revoke(kid)).toBe(true)
    const { writes } = ring.register
    expect(await ring.keys.revoke(kid)).toBe(true)
    expect(await ring.keys.revoke('unknown')).toBe(false)
    expect(ring.register.writes).toBe(writes)
  })

  test('keeps nothing of the key but its name, until no token of it can live', async () => {
    const ring = await readyRing()
    const kid = await signingKid(ring)
    await ring.keys.revoke(kid)
    expect(JSON.parse(writeRing(await openRegister(ring))).revoked).toEqual([
      { kid, algorithm: 'ES256', createdAt: NOW, activeFrom: NOW, revokedAt: NOW },
    ])
    await pass(ring, DAY + 299)
    expect(await kidsOf(ring, 'revoked')).toEqual([kid])
    await pass(ring, 31)
    expect(await kidsOf(ring, 'revoked')).toEqual([])
  })

  test('reaches another process that is asked all the time within 30 seconds', async () => {
    const ring = await readyRing()
    const other = anotherOn(ring)
    await other.keys.ready()
    const kid = await signingKid(ring)
    await ring.keys.revoke(kid)
    await pass(other, 29)
    expect(await publishedKids(other)).toContain(kid)
    await pass(other, 1)
    expect(await publishedKids(other)).not.toContain(kid)
    expect(await signingKid(other)).toBe(await signingKid(ring))
  })

  test('reaches a process that slept before it signs once', async () => {
    const ring = await readyRing()
    const other = anotherOn(ring)
    await other.keys.ready()
    const kid = await signingKid(ring)
    await ring.keys.revoke(kid)
    ring.clock.advance(60)
    expect(await signingKid(other)).not.toBe(kid)
  })

  test('fails when the store is down, and says so', async () => {
    const ring = await readyRing()
    const kid = await signingKid(ring)
    ring.register.failsToWrite = true
    expect(await errorOf(ring.keys.revoke(kid))).toMatchObject({
      name: 'KeysUnavailableError',
      message: 'the key store cannot be written: read-only',
    })
    expect(await signingKid(ring)).toBe(kid)
  })
})

describe('another algorithm in the configuration', () => {
  test('takes over after the lead, and the old key stays published', async () => {
    const ring = await readyRing()
    const first = await signingKid(ring)
    const next = anotherOn(ring, { algorithm: 'Ed25519' })
    await next.keys.ready()
    expect((await next.keys.list()).map(({ algorithm }) => algorithm)).toEqual(['ES256', 'Ed25519'])
    expect(await pass(next, DAY - 1)).toBe(first)
    await pass(next, 1)
    expect(await next.keys.signer()).toMatchObject({ algorithm: 'Ed25519' })
    expect(await publishedKids(next)).toContain(first)
  })

  test('in two processes at once, as in a deployment, does not make them undo each other’s work', async () => {
    const ring = await readyRing()
    const next = anotherOn(ring, { algorithm: 'Ed25519' })
    await next.keys.ready()
    const { writes } = ring.register
    for (let minutes = 0; minutes < 10; minutes++) {
      await pass(ring, 60)
      await pass(next, 60)
    }
    expect(ring.register.writes).toBe(writes)
  })
})

describe('a copy in memory', () => {
  test('answers at once and without the store while it is younger than 30 seconds', async () => {
    const ring = await readyRing()
    const { reads } = ring.register
    ring.clock.advance(29)
    expect(isHere(ring.keys.signer())).toBe(true)
    expect(isHere(ring.keys.jwks())).toBe(true)
    await settle()
    expect(ring.register.reads).toBe(reads)
  })

  test('answers at once and is read again behind the caller’s back, once for all', async () => {
    const ring = await readyRing()
    const { reads } = ring.register
    ring.clock.advance(30)
    for (let times = 0; times < 10; times++) expect(isHere(ring.keys.signer())).toBe(true)
    await settle()
    expect(ring.register.reads).toBe(reads + 1)
  })

  test('makes whoever comes after a minute’s silence wait, once', async () => {
    const ring = await readyRing()
    ring.clock.advance(60)
    const { keys, register } = ring
    const { reads } = register
    const first = keys.signer()
    expect(isHere(first)).toBe(false)
    await first
    expect(isHere(keys.signer())).toBe(true)
    expect(register.reads).toBe(reads + 1)
  })

  test('answers at once when the store hangs for longer than a few seconds', async () => {
    const ring = await readyRing()
    ring.register.pause = () => new Promise(() => undefined)
    ring.clock.advance(60)
    expect(isHere(ring.keys.signer())).toBe(false)
    ring.clock.advance(5)
    expect(isHere(ring.keys.signer())).toBe(true)
  })

  test('does not stay young when the clock is set back', async () => {
    const ring = await readyRing()
    const { reads } = ring.register
    await pass(ring, -HOUR)
    expect(ring.register.reads).toBe(reads + 1)
    expect(isHere(ring.keys.signer())).toBe(true)
  })

  test('is of use without timers: a process that did all this ends by itself', () => {
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout')
    createRing()
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toEqual(timers)
  })
})

describe('the key set', () => {
  test('is the same object while the same keys are published', async () => {
    const ring = await readyRing()
    const before = await ring.keys.jwks()
    await pass(ring, 45)
    expect(await ring.keys.jwks()).toBe(before)
    // The standby signs now: nothing that is published changed before the next one is made.
    ring.clock.set(NOW + ROTATE_EVERY - 1)
    await ask(ring)
    ring.clock.advance(1)
    expect(await ring.keys.jwks()).toBe(before)
    await pass(ring, 30)
    expect(await ring.keys.jwks()).not.toBe(before)
  })

  test('cannot be changed by whoever asks for it', async () => {
    const { keys } = await (await readyRing()).keys.jwks()
    expect(() => keys.push({ kty: 'EC' })).toThrow(TypeError)
    expect(() => (keys[0]!.kid = 'mine')).toThrow(TypeError)
  })
})

describe('refresh()', () => {
  test('finds what another process added', async () => {
    const ring = await readyRing()
    const other = anotherOn(ring)
    await other.keys.ready()
    for (const kid of await publishedKids(ring)) await ring.keys.revoke(kid)
    ring.clock.advance(5)
    await other.keys.refresh()
    expect(await publishedKids(other)).toEqual(await publishedKids(ring))
  })

  test('reads at most once in five seconds, and once for all who ask', async () => {
    const { keys, clock, register } = await readyRing()
    const { reads } = register
    clock.advance(4)
    await keys.refresh()
    expect(register.reads).toBe(reads)
    clock.advance(1)
    await Promise.all(Array.from({ length: 20 }, () => keys.refresh()))
    await keys.refresh()
    expect(register.reads).toBe(reads + 1)
  })

  test('fails while nobody knows, and asks the store no more often for that', async () => {
    const { keys, clock, register } = await readyRing()
    register.failsToRead = true
    clock.advance(5)
    const { reads } = register
    for (let times = 0; times < 5; times++)
      expect(await errorOf(keys.refresh())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    expect(register.reads).toBe(reads + 1)
    register.failsToRead = false
    clock.advance(4)
    await errorOf(keys.refresh())
    clock.advance(1)
    await keys.refresh()
  })
})

describe('an outage of the store', () => {
  test('is not noticed for half the lead; then nothing is signed or published by guess', async () => {
    const ring = await readyRing()
    ring.register.failsToRead = true
    const kid = await signingKid(ring)
    ring.clock.set(NOW + DAY / 2 - 1)
    expect(await signingKid(ring)).toBe(kid)
    expect(await publishedKids(ring)).toHaveLength(2)
    ring.clock.set(NOW + DAY / 2)
    for (const call of [() => ring.keys.signer(), () => ring.keys.jwks(), () => ring.keys.list()]) {
      expect(await errorOf(async () => call())).toMatchObject({
        name: 'KeysUnavailableError',
        message: 'the key store cannot be read: connection refused',
        retryAfter: 5,
      })
    }
    ring.register.failsToRead = false
    ring.clock.advance(5)
    expect(await signingKid(ring)).toBe(kid)
  })

  test('is told to whoever listens, and asked about every five seconds at most', async () => {
    const ring = await readyRing()
    ring.register.failsToRead = true
    ring.clock.advance(30)
    const { reads } = ring.register
    await ask(ring)
    await ask(ring)
    expect(ring.register.reads).toBe(reads + 1)
    expect(ring.failures).toMatchObject([{ code: 'ERR_KEYS_UNAVAILABLE' }])
    await pass(ring, 5)
    expect(ring.failures).toHaveLength(2)
  })

  test('at the start fails the start, and the next try succeeds', async () => {
    const ring = createRing()
    ring.register.failsToRead = true
    expect(await errorOf(ring.keys.ready())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    ring.register.failsToRead = false
    expect(await errorOf(ring.keys.ready())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    ring.clock.advance(5)
    await ring.keys.ready()
  })

  test('of writing alone: signs with what is there, and says that the next key is missing', async () => {
    const ring = await readyRing()
    ring.register.failsToWrite = true
    const [, second] = await publishedKids(ring)
    expect(await pass(ring, ROTATE_EVERY)).toBe(second)
    expect(ring.failures).toMatchObject([{ message: 'the key store cannot be written: read-only' }])
    await ring.keys.ready()
    await ring.keys.refresh()
    ring.register.failsToWrite = false
    await pass(ring, 30)
    expect(await statesOf(ring)).toEqual(['retiring', 'active', 'standby'])
  })

  test('of writing, with no ring there: fails, and does not try for each who asks', async () => {
    const ring = createRing()
    ring.register.failsToWrite = true
    expect(await errorOf(ring.keys.ready())).toMatchObject({
      message: 'the key store cannot be written: read-only',
    })
    const { reads } = ring.register
    await errorOf(ring.keys.ready())
    expect(ring.register.reads).toBe(reads)
  })
})

describe('the secret', () => {
  test('was changed: says what to do, and makes no new ring', async () => {
    const ring = await readyRing()
    const { row } = ring.register
    const other = anotherOn(ring, { keyEncryptionKeys: [kek('two')] })
    for (const call of [other.keys.ready(), other.keys.rotate(), other.keys.revoke('x')]) {
      const error = await errorOf(call)
      expect(error).toMatchObject({ name: 'ConfigError', option: 'secret' })
      expect(error.message).toContain('put the previous one behind it in the list')
    }
    expect(ring.register.row).toEqual(row)
  })

  test('was changed, with the previous one behind it: seals anew at the start, with the same keys', async () => {
    const ring = await readyRing()
    const two = kek('two')
    const next = anotherOn(ring, { keyEncryptionKeys: [two, KEK] })
    await next.keys.ready()
    expect(await signingKid(next)).toBe(await signingKid(ring))
    expect((await openRegister(next, two)).keys).toHaveLength(2)
    const last = anotherOn(ring, { keyEncryptionKeys: [two] })
    expect(await signingKid(last)).toBe(await signingKid(ring))
  })

  test('is not changed back and forth by processes that differ', async () => {
    const two = kek('two')
    const ring = await readyRing({ keyEncryptionKeys: [KEK, two] })
    const next = anotherOn(ring, { keyEncryptionKeys: [two, KEK] })
    await next.keys.ready()
    const { writes, reads } = ring.register
    for (let minutes = 0; minutes < 5; minutes++) {
      await pass(ring, 60)
      await pass(next, 60)
    }
    expect(ring.register.reads).toBe(reads + 10)
    await ring.keys.revoke('unknown')
    expect(ring.register.writes).toBe(writes)
  })

  test('was changed elsewhere: a process with the old one goes on with its copy, and says why', async () => {
    const ring = await readyRing()
    const kid = await signingKid(ring)
    await anotherOn(ring, { keyEncryptionKeys: [kek('two'), KEK] }).keys.ready()
    expect(await pass(ring, 30)).toBe(kid)
    expect(ring.failures[0]).toMatchObject({
      name: 'KeysUnavailableError',
      cause: { name: 'ConfigError' },
    })
    ring.clock.advance(DAY)
    expect(await errorOf(async () => ring.keys.signer())).toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
    })
  })
})

describe('who can write the store', () => {
  test('planted keys: a ring sealed by somebody else is refused', async () => {
    const ring = await readyRing()
    const attacker = await readyRing({ keyEncryptionKeys: [{ ...kek(), id: KEK.id }] })
    ring.register.plant(attacker.register.row!.sealed)
    expect(await errorOf(anotherOn(ring).keys.ready())).toMatchObject({
      name: 'KeysUnavailableError',
      message:
        'the signing keys in the store cannot be used: it was changed or damaged since it was sealed',
    })
    const kid = await signingKid(ring)
    expect(await pass(ring, 30)).toBe(kid)
    expect(ring.failures).toHaveLength(1)
  })

  test('planted text: whatever it is, it is an outage and never a key, and nothing is overwritten', async () => {
    for (const sealed of ['', '{}', 'a.b.c', 'a.b.c.d.e', 'eyJhbGciOiJub25lIn0..a.b.', '\u0000']) {
      const ring = await readyRing()
      ring.register.plant(sealed)
      const { row } = ring.register
      const other = anotherOn(ring)
      for (const call of [other.keys.ready(), other.keys.rotate(), other.keys.revoke('x')])
        expect(await errorOf(call)).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
      expect(ring.register.row).toEqual(row)
    }
  })

  test('a row that is none is refused', async () => {
    for (const row of [{ revision: 1 }, { revision: 1, sealed: 7 }, { sealed: 'a' }, 'text']) {
      const ring = createRing()
      ring.register.row = row as never
      expect(await errorOf(ring.keys.ready())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    }
  })

  test('roll-back: an older ring, from before a revocation, is refused loudly', async () => {
    const ring = await readyRing()
    const { sealed } = ring.register.row!
    const kid = await signingKid(ring)
    await ring.keys.revoke(kid)
    ring.register.plant(sealed)
    expect(await pass(ring, 30)).not.toBe(kid)
    expect(await publishedKids(ring)).not.toContain(kid)
    expect(ring.failures[0]!.message).toContain(
      'the signing keys in the store were put back: they are as of change 1, after 2 was seen',
    )
    expect(warnings).toMatchObject([{ code: 'ERR_KEYS_PUT_BACK' }])
    expect(await errorOf(ring.keys.rotate())).toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
    ring.clock.advance(DAY)
    expect(await errorOf(async () => ring.keys.signer())).toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
    })
  })

  test('roll-back: another history that is as long is refused', async () => {
    const ring = await readyRing()
    const { row } = ring.register
    await ring.keys.revoke(await signingKid(ring))
    ring.register.row = row
    const other = anotherOn(ring)
    ring.clock.advance(DAY)
    await other.keys.rotate()
    expect((await openRegister(other)).counter).toBe(2)
    expect((await errorOf(ring.keys.list())).message).toContain('as of change 2, after 2 was seen')
  })

  test('roll-back: a ring that is gone is not made anew by a process that had one', async () => {
    const ring = await readyRing()
    const kid = await signingKid(ring)
    ring.register.row = undefined
    expect(await pass(ring, 30)).toBe(kid)
    expect(ring.failures[0]!.message).toContain('they are gone')
    expect(warnings).toMatchObject([{ code: 'ERR_KEYS_PUT_BACK' }])
    await errorOf(ring.keys.rotate())
    expect(ring.register.row).toBeUndefined()
  })

  test('a ring that comes back after that is taken again', async () => {
    const ring = await readyRing()
    const { row } = ring.register
    ring.register.row = undefined
    await pass(ring, 30)
    ring.register.row = row
    await pass(ring, 30)
    expect(ring.failures).toHaveLength(1)
    await ring.keys.rotate()
  })
})

describe('many processes', () => {
  const race = (ring: TestRing, count: number) =>
    Array.from({ length: count }, () => anotherOn(ring))

  async function expectAgreement(rings: readonly TestRing[]) {
    rings[0]!.clock.advance(60)
    const kids = await Promise.all(rings.map(signingKid))
    expect(new Set(kids).size).toBe(1)
    const sets = await Promise.all(rings.map(publishedKids))
    expect(new Set(sets.map((set) => set.join())).size).toBe(1)
  }

  test('20 that find no ring make one', async () => {
    const rings = race(createRing(), 20)
    await Promise.all(rings.map(({ keys }) => keys.ready()))
    expect(rings[0]!.register.writes).toBe(1)
    expect(await statesOf(rings[0]!)).toEqual(['active', 'standby'])
    await expectAgreement(rings)
  })

  test('20 that find no standby make one', async () => {
    const ring = await readyRing()
    const rings = race(ring, 20)
    await Promise.all(rings.map(({ keys }) => keys.ready()))
    ring.clock.advance(ROTATE_EVERY)
    await Promise.all(rings.map(ask))
    expect(ring.register.writes).toBe(2)
    expect(await statesOf(ring)).toEqual(['retiring', 'active', 'standby'])
    await expectAgreement(rings)
  })

  test('20 that rotate at once rotate once', async () => {
    const ring = await readyRing()
    const [, standby] = await publishedKids(ring)
    const rings = race(ring, 20)
    await Promise.all(rings.map(({ keys }) => keys.ready()))
    ring.clock.advance(DAY)
    const rotated = await Promise.all(rings.map(({ keys }) => keys.rotate()))
    expect(new Set(rotated.map(({ kid }) => kid))).toEqual(new Set([standby]))
    expect(await statesOf(ring)).toEqual(['retiring', 'active', 'standby'])
    expect((await ring.keys.list()).at(-1)!.activeFrom).toBe(NOW + DAY + ROTATE_EVERY)
    await expectAgreement(rings)
  })

  test('20 that revoke and rotate at once lose neither', async () => {
    const ring = await readyRing()
    const kid = await signingKid(ring)
    const rings = race(ring, 20)
    await Promise.all(rings.map(({ keys }) => keys.ready()))
    ring.clock.advance(DAY)
    const results = await Promise.all(
      rings.flatMap(({ keys }, at) => [
        at % 2 ? keys.revoke(kid) : keys.rotate(),
        Promise.resolve(keys.jwks()),
      ]),
    )
    expect(results).toHaveLength(40)
    const states = await statesOf(ring)
    expect(states.filter((state) => state === 'active')).toHaveLength(1)
    expect(states.filter((state) => state === 'standby')).toHaveLength(1)
    expect(await kidsOf(ring, 'revoked')).toEqual([kid])
    await expectAgreement(rings)
  })

  test('20 that revoke one key each lose none', async () => {
    const ring = await readyRing()
    for (let times = 0; times < 10; times++) await pass(ring, DAY).then(() => ring.keys.rotate())
    const kids = (await ring.keys.list()).map(({ kid }) => kid)
    const rings = race(ring, kids.length)
    await Promise.all(rings.map(({ keys }, at) => keys.revoke(kids[at]!)))
    expect(new Set(await kidsOf(ring, 'revoked'))).toEqual(new Set(kids))
    expect(await statesOf(ring)).toEqual([...kids.map(() => 'revoked'), 'active', 'standby'])
    await expectAgreement(rings)
  })

  test('one that never wins ends', async () => {
    const ring = await readyRing()
    const { register } = ring
    let tries = 0
    register.write = async () => {
      tries++
      return false
    }
    expect(await errorOf(ring.keys.revoke(await signingKid(ring)))).toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      message:
        'the signing keys could not be changed: 64 times in a row something else changed them first',
    })
    expect(tries).toBe(64)
  })

  test('in one, what was read before a revocation does not come in after it', async () => {
    const { keys, clock, register } = await readyRing()
    const { kid } = await keys.signer()
    let release = (): void => undefined
    register.pauseAfterReading = () => new Promise<void>((resolve) => (release = resolve))
    clock.advance(30)
    const reading = keys.refresh()
    await settle()
    register.pauseAfterReading = () => Promise.resolve()
    const revoking = keys.revoke(kid)
    await settle()
    release()
    await Promise.all([reading, revoking])
    expect(await publishedKids({ keys })).not.toContain(kid)
    expect(warnings).toEqual([])
  })

  test('a write that succeeded and was reported as failed is found again', async () => {
    const ring = await readyRing()
    const { register } = ring
    const write = register.write.bind(register)
    register.write = async (...args) => {
      await write(...args)
      throw new Error('connection lost')
    }
    const kid = await signingKid(ring)
    await errorOf(ring.keys.revoke(kid))
    register.write = write
    expect(await ring.keys.revoke(kid)).toBe(true)
    expect(await statesOf(ring)).toEqual(['revoked', 'active', 'standby'])
  })
})

describe('onChange', () => {
  const brief = ({ changes }: TestRing) => changes.map(({ change, cause }) => `${change}: ${cause}`)

  test('tells of the first ring in the process that made it, and no other', async () => {
    const ring = await readyRing()
    const [first, second] = await publishedKids(ring)
    expect(ring.changes).toEqual([
      { kid: first, algorithm: 'ES256', change: 'created', cause: 'schedule' },
      { kid: first, algorithm: 'ES256', change: 'activated', cause: 'schedule' },
      { kid: second, algorithm: 'ES256', change: 'created', cause: 'schedule' },
    ])
    const other = anotherOn(ring)
    await other.keys.ready()
    expect(other.changes).toEqual([])
  })

  test('tells of what time brings', async () => {
    const ring = await readyRing()
    ring.changes.length = 0
    await pass(ring, ROTATE_EVERY)
    await pass(ring, DAY)
    expect(brief(ring)).toEqual(['activated: schedule', 'created: schedule', 'retired: schedule'])
    await pass(ring, DAY)
    expect(ring.changes).toHaveLength(3)
  })

  test('tells of a revocation first, here and elsewhere', async () => {
    const ring = await readyRing()
    const other = anotherOn(ring)
    await other.keys.ready()
    ring.changes.length = 0
    const kid = await signingKid(ring)
    await ring.keys.revoke(kid)
    expect(ring.changes[0]).toMatchObject({ kid, change: 'revoked' })
    expect(brief(ring)).toEqual(['revoked: revoke', 'activated: revoke', 'created: revoke'])
    await pass(other, 30)
    expect(brief(other)).toEqual([
      'revoked: elsewhere',
      'activated: elsewhere',
      'created: elsewhere',
    ])
  })

  test('tells of a rotation', async () => {
    const ring = await readyRing()
    ring.changes.length = 0
    ring.clock.advance(DAY)
    await ring.keys.rotate()
    expect(brief(ring)).toEqual(['activated: rotate', 'created: rotate'])
  })

  test('tells of a standby that was given up', async () => {
    const ring = await readyRing()
    const next = anotherOn(ring, { algorithm: 'EdDSA' })
    await next.keys.ready()
    expect(brief(next)).toEqual(['created: schedule', 'retired: schedule'])
  })

  test('is told after the change: what it reads is new', async () => {
    let seen: unknown
    const ring: { keys?: SigningKeys } = {}
    const { keys } = createRing({
      onChange: ({ change }) => {
        if (change === 'revoked') seen = ring.keys!.jwks()
      },
    })
    ring.keys = keys
    const { kid } = await keys.signer()
    await keys.revoke(kid)
    expect(seen).toBe(await keys.jwks())
  })

  test('may throw: nothing is undone', async () => {
    const ring = createRing({
      onChange: () => {
        throw new Error('listener')
      },
    })
    const kid = await signingKid(ring)
    expect(await ring.keys.revoke(kid)).toBe(true)
    expect(await signingKid(ring)).not.toBe(kid)
    expect(warnings[0]).toMatchObject({ code: 'ERR_KEYS_LISTENER' })
  })

  test('may reject: nothing ends', async () => {
    const onChange: unknown = async () => Promise.reject(new Error('later'))
    const ring = await readyRing({ onChange: onChange as () => void })
    await settle()
    expect(await statesOf(ring)).toEqual(['active', 'standby'])
  })
})

test('clocks that differ by seconds see one key that signs', async () => {
  const ring = await readyRing({ clock: createTestClock(NOW + 3) })
  const behind = anotherOn(ring, { clock: createTestClock(NOW) })
  await behind.keys.ready()
  expect(await signingKid(behind)).toBe(await signingKid(ring))
  await ring.keys.revoke(await signingKid(ring))
  behind.clock.advance(5)
  await behind.keys.refresh()
  behind.clock.set(NOW)
  expect(await signingKid(behind)).toBe(await signingKid(ring))
  expect(behind.register.writes).toBe(2)
})

test('the store may be slow: whoever waits gets what was read', async () => {
  const register = new TestRegister()
  let release = (): void => undefined
  register.pause = () => new Promise<void>((resolve) => (release = resolve))
  const ring = createRing({ register })
  const signers = Array.from({ length: 5 }, () => Promise.resolve(ring.keys.signer()))
  register.pause = () => Promise.resolve()
  await settle()
  release()
  const kids = await Promise.all(signers).then((all) => all.map(({ kid }) => kid))
  expect(new Set(kids).size).toBe(1)
})
