import type { IssuerStore, SessionRow } from '@gatewarden/core'
import { storeSuite } from '@gatewarden/testing'
import { createMemoryStore, type MemoryStoreOptions } from '../../src/stores/memory/memory-store.ts'

const NOON = 1_800_000_000

storeSuite(async () => {
  const store = createMemoryStore()
  return { store, close: () => store.close() }
})

describe('createMemoryStore', () => {
  it('says that nothing in it outlives the process', () => {
    expect(createMemoryStore()).toMatchObject({ name: 'memory', isDurable: false })
  })

  it('hands out frozen rows, the same from every method', async () => {
    const { sessions } = createMemoryStore()
    await sessions.insert(session('one'))
    const found = await sessions.find('h-one')
    expect(Object.isFrozen(found)).toBe(true)
    expect(() => Object.assign(found ?? {}, { subject: 'mallory' })).toThrow(TypeError)
    expect(await sessions.findBySid('s-one')).toBe(found)
    expect(await sessions.list('alice', NOON)).toEqual([found])
  })

  it('lists the session that came last first, of those of one second', async () => {
    const { sessions } = createMemoryStore()
    for (const name of ['one', 'two', 'three']) await sessions.insert(session(name))
    expect(await sidsOf(sessions)).toEqual(['s-three', 's-two', 's-one'])
  })

  it.each<[message: string, options: MemoryStoreOptions]>([
    ['maxSessions: expected a whole number of at least 1, got 0', { maxSessions: 0 }],
    ['maxSessions: expected a whole number of at least 1, got 1.5', { maxSessions: 1.5 }],
    ['maxSessions: expected a whole number of at least 1, got NaN', { maxSessions: NaN }],
    ['maxSessions: expected a whole number of at least 1, got Infinity', { maxSessions: Infinity }],
    ['maxSessions: expected a whole number of at least 1, got "9"', { maxSessions: '9' as never }],
    ['maxRevocations: expected a whole number of at least 1, got -1', { maxRevocations: -1 }],
    ['inProduction: expected true or false, got "yes"', { inProduction: 'yes' as never }],
  ])('%s', (message, options) => {
    expect(() => createMemoryStore(options)).toThrow(
      expect.objectContaining({ name: 'ConfigError', code: 'ERR_CONFIG', message }),
    )
  })

  it('takes undefined for an option that is absent', () => {
    const options = { maxSessions: undefined, maxRevocations: undefined, inProduction: undefined }
    expect(() => createMemoryStore(options as object)).not.toThrow()
  })
})

describe('a memory store that is full of sessions', () => {
  it('rejects a login rather than log somebody out, and names the option', async () => {
    const { sessions } = createMemoryStore({ maxSessions: 3 })
    for (const name of ['one', 'two', 'three']) await sessions.insert(session(name))
    await expect(sessions.insert(session('mallory', { subject: 'mallory' }))).rejects.toThrow(
      'createMemoryStore: all 3 sessions are live: raise maxSessions',
    )
    expect(await sidsOf(sessions)).toEqual(['s-three', 's-two', 's-one'])
    expect(await sessions.list('mallory', NOON)).toEqual([])
    expect(await sessions.rotate(rotation('one'))).toBeDefined()
  })

  it('still says of a taken handle that it is taken', async () => {
    const { sessions } = createMemoryStore({ maxSessions: 1 })
    await sessions.insert(session('one'))
    await expect(sessions.insert(session('one'))).rejects.toThrow('the handle or sid is taken')
  })

  it('holds 100,000 by default', async () => {
    const { sessions } = createMemoryStore()
    for (let i = 0; i < 100_000; i++) await sessions.insert(session(`${i}`, { subject: `u${i}` }))
    await expect(sessions.insert(session('one more'))).rejects.toThrow('raise maxSessions')
    // Whoever tries to log in a thousand times must not make the store go through all of them a thousand times.
    let refused = 0
    for (const start = performance.now(); refused < 1_000 && performance.now() < start + 500;)
      await sessions.insert(session('one more')).catch(() => refused++)
    expect(refused).toBe(1_000)
    expect(await sessions.find('h-0')).toBeDefined()
  })

  it.each([
    ['a second before', -1, false],
    ['when', 0, true],
    ['a second after', 1, true],
  ])('makes room %s the first of them ends', async (_title, later, hasRoom) => {
    for (const ends of [{ idleExpiresAt: NOON + 100 }, { expiresAt: NOON + 100 }]) {
      const { sessions } = createMemoryStore({ maxSessions: 2 })
      await sessions.insert(session('ends', { idleExpiresAt: NOON + 100, ...ends }))
      await sessions.insert(session('stays'))
      const login = sessions.insert(session('new', { createdAt: NOON + 100 + later }))
      await (hasRoom ? login : expect(login).rejects.toThrow('raise maxSessions'))
      expect(await sessions.find('h-stays')).toBeDefined()
      expect((await sessions.find('h-ends')) === undefined).toBe(hasRoom)
      expect((await sessions.find('h-new')) === undefined).toBe(!hasRoom)
    }
  })

  it('does not take a session for ended that was rotated', async () => {
    const { sessions } = createMemoryStore({ maxSessions: 1 })
    await sessions.insert(session('one', { idleExpiresAt: NOON + 100 }))
    await sessions.rotate(rotation('one', { idleExpiresAt: NOON + 300 }))
    for (const createdAt of [NOON + 100, NOON + 200, NOON + 299])
      await expect(sessions.insert(session('new', { createdAt }))).rejects.toThrow('maxSessions')
    expect(await sessions.rotate(rotation('one', { generation: 1 }))).toBeDefined()
    await sessions.insert(session('new', { createdAt: NOON + 100_000 }))
    expect(await sessions.find('h-one')).toBeUndefined()
  })

  it('drops the session that was revoked first, and only that', async () => {
    const { sessions } = createMemoryStore({ maxSessions: 3 })
    for (const name of ['one', 'two', 'three']) await sessions.insert(session(name))
    await sessions.revoke('s-two', NOON, 'logout')
    await sessions.revoke('s-one', NOON + 1, 'logout')
    await sessions.insert(session('four'))
    expect(await sessions.find('h-two')).toBeUndefined()
    expect(await sessions.findBySid('s-two')).toBeUndefined()
    expect(await sessions.find('h-one')).toMatchObject({ revokedAt: NOON + 1 })
    await sessions.insert(session('five'))
    expect(await sessions.find('h-one')).toBeUndefined()
    await expect(sessions.insert(session('six'))).rejects.toThrow('raise maxSessions')
    expect(await sidsOf(sessions)).toEqual(['s-five', 's-four', 's-three'])
  })

  it('has room again after a sweep', async () => {
    const store = createMemoryStore({ maxSessions: 2 })
    const { sessions } = store
    for (let day = 0; day < 50; day++) {
      const createdAt = NOON + day * 86_400
      await sessions.insert(session('one', { createdAt }))
      await sessions.insert(session('two', { createdAt }))
      await sessions.revoke('s-two', createdAt, 'logout')
      expect(await store.sweep(createdAt + 86_400)).toBe(2)
    }
    await sessions.insert(session('one'))
    await sessions.insert(session('two'))
    // What was revoked and swept must not count for the session that has its name now.
    await expect(sessions.insert(session('three'))).rejects.toThrow('raise maxSessions')
  })
})

describe('a memory store in production', () => {
  const { NODE_ENV } = process.env
  const { emitWarning } = process
  let warnings: unknown[][]

  beforeEach(() => {
    warnings = []
    process.env.NODE_ENV = 'production'
    process.emitWarning = (...given: unknown[]) => void warnings.push(given)
  })
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV
    process.emitWarning = emitWarning
  })

  it('warns once, when it is made ready, and says what to use', async () => {
    const store = createMemoryStore()
    expect(warnings).toEqual([])
    await store.ready()
    await store.ready()
    const options = { type: 'GatewardenWarning', code: 'GATEWARDEN_MEMORY_STORE' }
    expect(warnings).toEqual([[expect.any(String), options]])
    const [[message]] = warnings as [[string]]
    for (const part of [
      'end with this process and are not shared',
      '@gatewarden/store-postgres',
      '@gatewarden/store-redis',
      'inProduction: true',
    ])
      expect(message).toContain(part)
  })

  it('does not warn where it was said that this is meant', async () => {
    await createMemoryStore({ inProduction: true }).ready()
    expect(warnings).toEqual([])
  })

  it.each(['development', 'test', undefined])('does not warn under NODE_ENV %s', async (env) => {
    if (env === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = env
    await createMemoryStore().ready()
    expect(warnings).toEqual([])
  })
})

function session(name: string, given: Partial<SessionRow> = {}): SessionRow {
  const { createdAt = NOON } = given
  return {
    handle: `h-${name}`,
    sid: `s-${name}`,
    subject: 'alice',
    client: 'web',
    binding: '',
    generation: 0,
    rotatedAt: createdAt,
    replays: 0,
    lateGeneration: null,
    lateAt: null,
    createdAt,
    idleExpiresAt: createdAt + 3_600,
    expiresAt: createdAt + 86_400,
    revokedAt: null,
    revokedFor: null,
    data: '',
    ...given,
  }
}

function rotation(name: string, given: { generation?: number; idleExpiresAt?: number } = {}) {
  return {
    handle: `h-${name}`,
    generation: 0,
    client: 'web',
    binding: '',
    now: NOON + 10,
    idleExpiresAt: NOON + 3_600,
    ...given,
  }
}

async function sidsOf({ list }: IssuerStore['sessions']): Promise<string[]> {
  return (await list('alice', NOON)).map(({ sid }) => sid)
}
