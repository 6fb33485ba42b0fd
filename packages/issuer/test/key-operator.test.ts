import { randomBytes } from 'node:crypto'
import type { IssuerStore, RevocationLog } from '@gatewarden/core'
import { createTestClock, type TestClock } from '@gatewarden/testing'
import { createIssuer } from '../src/create-issuer.ts'
import type { Issuer } from '../src/issuer.ts'
import { createKeyOperator, type KeyOperatorOptions } from '../src/key-operator.ts'
import type { SigningKeyInfo } from '../src/keys/signing-keys.ts'
import type { IssuerOptions } from '../src/options.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { API, DAY, ISSUER, NOON, SECRET } from './test-issuer.ts'

let store: IssuerStore
let clock: TestClock
let opened: Issuer[]

beforeEach(() => {
  store = createMemoryStore()
  clock = createTestClock(NOON)
  opened = []
})

afterEach(() => Promise.all(opened.map((issuer) => issuer.close())))

const operator = (options: Partial<KeyOperatorOptions> = {}) =>
  createKeyOperator({ issuer: ISSUER, secret: SECRET, store, clock, ...options })

/** A process of the issuer. */
async function startProcess(options: Partial<IssuerOptions> = {}): Promise<Issuer> {
  const issuer = createIssuer({
    issuer: ISSUER,
    audience: API,
    secret: SECRET,
    onRefresh: null,
    store,
    clock,
    ...options,
  })
  opened.push(issuer)
  await issuer.ready()
  return issuer
}

const statesOf = (keys: readonly SigningKeyInfo[]) => keys.map(({ state }) => state)
const storedText = async () => (await store.keys.read())?.sealed

describe('to look', () => {
  test('shows an empty store as it is, and leaves it so', async () => {
    expect(await operator().list()).toEqual([])
    expect(await operator().jwks()).toEqual({ keys: [] })
    expect(await store.keys.read()).toBeUndefined()
  })

  test('shows what a process shows', async () => {
    const { keys } = await startProcess()
    await keys.revoke((await keys.list())[0]!.kid)
    expect(await operator().list()).toEqual(await keys.list())
  })

  test('changes nothing where a process with the same options would', async () => {
    await startProcess({ keys: { rotateEvery: 7 * DAY } })
    const before = await storedText()
    // The standby signs by now, what was before it is over, and the next one is missing.
    clock.advance(9 * DAY)
    const keys = await operator({
      secret: [randomBytes(32), SECRET],
      keys: { algorithm: 'RS256' },
    }).list()
    expect(statesOf(keys)).toEqual(['retired', 'active'])
    expect(await storedText()).toBe(before)
  })

  test('publishes what an issuer publishes', async () => {
    const issuer = await startProcess()
    const route = issuer.routes.find(({ path }) => path === '/.well-known/jwks.json')!
    const reply = await route.handle({ headers: {}, query: {} } as never)
    expect(JSON.stringify(await operator().jwks())).toBe(reply.body)
  })
})

describe('to create', () => {
  test('makes a key that signs and a standby, which a process takes over', async () => {
    const made = await operator().create()
    expect(statesOf(made)).toEqual(['active', 'standby'])
    const { keys } = await startProcess()
    expect(await keys.list()).toEqual(made)
  })

  test('makes nothing where nothing is missing', async () => {
    await startProcess()
    const before = await storedText()
    expect(await operator().create()).toEqual([])
    expect(await storedText()).toBe(before)
  })

  test('makes the standby that is missing, of the algorithm that is there', async () => {
    await operator({ keys: { algorithm: 'EdDSA' } }).create()
    await operator().rotate()
    clock.advance(DAY)
    const [standby, ...others] = await operator().create()
    expect(others).toEqual([])
    expect(standby).toMatchObject({ algorithm: 'EdDSA', state: 'standby' })
  })

  test('of an RSA ring: as many bits as there are', async () => {
    await operator({ keys: { algorithm: 'RS256', modulusLength: 2056 } }).create()
    clock.advance(DAY)
    await operator().rotate()
    await operator().create()
    const { keys } = await operator().jwks()
    expect(keys.map(({ n = '' }) => Buffer.from(n, 'base64url').length * 8)).toEqual([
      2056, 2056, 2056,
    ])
  })
})

describe('to rotate', () => {
  test('lets the standby sign at once when it was published for the lead', async () => {
    const issuer = await startProcess()
    const [first, standby] = await issuer.keys.list()
    clock.advance(DAY)
    expect(await operator().rotate()).toMatchObject({ kid: standby!.kid, state: 'active' })
    // Thirty seconds later at the latest, a process knows.
    clock.advance(60)
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    expect(kidOf(accessToken)).toBe(standby!.kid)
    const after = await issuer.keys.list()
    expect(after.find(({ kid }) => kid === first!.kid)!.state).toBe('retiring')
    expect(statesOf(after)).toContain('standby')
  })

  test('waits until the standby was published for the lead', async () => {
    await operator().create()
    clock.advance(DAY - 1)
    expect(await operator().rotate()).toMatchObject({ state: 'standby', activeFrom: NOON + DAY })
    const keys = { lead: 3 * DAY }
    expect(await operator({ keys }).rotate()).toMatchObject({ activeFrom: NOON + DAY })
  })

  test('knows a longer lead', async () => {
    await operator().create()
    clock.advance(DAY)
    const keys = { lead: 3 * DAY }
    expect(await operator({ keys }).rotate()).toMatchObject({ activeFrom: NOON + 3 * DAY })
  })

  test('makes a standby where there is none, and lets it be published first', async () => {
    await operator().create()
    clock.advance(DAY)
    await operator().rotate()
    expect(await operator().rotate()).toMatchObject({
      state: 'standby',
      createdAt: NOON + DAY,
      activeFrom: NOON + 2 * DAY,
    })
  })

  test('drops no key that processes with a longer retain still need', async () => {
    const { keys } = await startProcess({ keys: { retain: 10 * DAY } })
    clock.advance(DAY)
    await keys.rotate()
    clock.advance(5 * DAY)
    await operator().rotate()
    expect(statesOf(await keys.list()).slice(0, 3)).toEqual(['retiring', 'retiring', 'active'])
  })

  test('has nothing to do in an empty store', async () => {
    expect(await operator().rotate()).toBeUndefined()
    expect(await store.keys.read()).toBeUndefined()
  })
})

describe('to revoke', () => {
  test('ends the tokens of a key in a process that runs, and lets the next one sign', async () => {
    const issuer = await startProcess()
    const guard = (await import('@gatewarden/core')).createGuard(issuer.trust())
    const { accessToken } = await issuer.openSession({ subject: 'alice' })
    await guard.verify(accessToken)

    expect(await operator().revoke(kidOf(accessToken))).toBe(true)
    await untilRefused(guard, accessToken)
    clock.advance(60)
    const next = await issuer.openSession({ subject: 'alice' })
    expect(kidOf(next.accessToken)).not.toBe(kidOf(accessToken))
    await guard.verify(next.accessToken)
  })

  test('makes another key where none is left that may sign', async () => {
    await operator({ keys: { algorithm: 'EdDSA' } }).create()
    for (const { kid } of await operator().list()) await operator().revoke(kid)
    const keys = await operator().list()
    expect(statesOf(keys)).toEqual(['revoked', 'revoked', 'active'])
    expect(keys.at(-1)!.algorithm).toBe('EdDSA')
    const { accessToken } = await (
      await startProcess({ keys: { algorithm: 'EdDSA' } })
    ).openSession({
      subject: 'alice',
    })
    expect(kidOf(accessToken)).toBe(keys.at(-1)!.kid)
  })

  test('knows no key that is not there', async () => {
    await operator().create()
    const before = await storedText()
    expect(await operator().revoke('nobody')).toBe(false)
    expect(await storedText()).toBe(before)
  })

  test('tells the others once more when it is asked again', async () => {
    const [{ kid }] = (await operator().create()) as [SigningKeyInfo]
    const failing = { ...store, revocations: failingToAppend(store.revocations) }
    await expect(operator({ store: failing }).revoke(kid)).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    })
    expect(await rowsOf(store)).toBe('')
    expect(await operator().revoke(kid)).toBe(true)
    expect(await rowsOf(store)).not.toBe('')
  })

  test('encrypts anew with the first secret, so that the last step of a change works', async () => {
    const next = randomBytes(32)
    const [{ kid }] = (await operator().create()) as [SigningKeyInfo]
    await operator({ secret: [next, SECRET] }).revoke(kid)
    expect(statesOf(await operator({ secret: next }).list())).toEqual(['revoked', 'active'])
    await expect(operator().list()).rejects.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

describe('what is wrong is said', () => {
  test.each([
    ['issuer', { issuer: 'login.example.com' }],
    ['secret', { secret: '' }],
    ['store', { store: undefined }],
    ['store', { store: {} as IssuerStore }],
    ['keys.leed', { keys: { leed: 1 } as never }],
    ['keys.lead', { keys: { lead: 1 } }],
    ['clock', { clock: 7 as never }],
  ])('%s', (option, options) => {
    expect(() => operator(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', option }),
    )
  })

  test('a store that is not ready', async () => {
    const failing = { ...store, ready: () => Promise.reject(new Error('connection refused')) }
    for (const work of ['list', 'jwks', 'create', 'rotate'] as const)
      await expect(operator({ store: failing })[work]()).rejects.toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
      })
  })

  test('keys that cannot be read', async () => {
    const keys = { ...store.keys, read: () => Promise.reject(new Error('connection reset')) }
    await expect(operator({ store: { ...store, keys } }).list()).rejects.toMatchObject({
      code: 'ERR_SIGNING_UNAVAILABLE',
      message: 'the key store cannot be read: connection reset',
    })
  })

  test('keys that were sealed with another secret', async () => {
    await operator().create()
    const other = operator({ secret: randomBytes(32) })
    for (const work of [other.list(), other.rotate(), other.create(), other.revoke('x')])
      await expect(work).rejects.toMatchObject({ code: 'ERR_CONFIG', option: 'secret' })
  })
})

function kidOf(token: string): string {
  const header = Buffer.from(token.split('.')[0]!, 'base64url').toString()
  return (JSON.parse(header) as { kid: string }).kid
}

async function untilRefused(
  guard: { verify(token: string): Promise<unknown> },
  token: string,
): Promise<void> {
  for (let turns = 0; turns < 200; turns++) {
    const outcome = await guard.verify(token).then(
      () => 'passes',
      ({ code }: { code: string }) => code,
    )
    if (outcome !== 'passes') {
      expect(outcome).toMatch(/^ERR_(TOKEN_REVOKED|KEY_UNKNOWN)$/)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the token still passes')
}

function failingToAppend(log: RevocationLog): RevocationLog {
  return { ...log, append: () => Promise.reject(new Error('read-only')) }
}

async function rowsOf({ revocations }: IssuerStore): Promise<string> {
  let rows = ''
  for await (const page of (await revocations.snapshot(NOON)).pages) rows += page
  return rows
}
