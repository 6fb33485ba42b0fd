import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFolder, lockName } from '../src/folder-lock.ts'
import { identifyThisProcess } from '../src/process-identity.ts'
import { startProcess, type StartedProcess } from './start-process.ts'

describe('the lock of a folder', () => {
  let folder: string
  let started: StartedProcess[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatewarden-lock-'))
  })

  afterEach(async () => {
    await Promise.all(started.map((each) => each.kill()))
    started = []
    rmSync(folder, { recursive: true })
  })

  function start(at = 0): StartedProcess {
    const one = startProcess('lock-folder', folder, String(at))
    started.push(one)
    return one
  }

  async function startLocked(): Promise<StartedProcess> {
    const one = start()
    expect([await one.next(), await one.next()]).toEqual(['ready', 'locked'])
    return one
  }

  const inUse = (who: string) => ({
    code: 'ERR_FOLDER_IN_USE',
    message: expect.stringContaining(`${folder} is in use by ${who}`) as string,
  })

  /** What the owner has said of itself, changed. */
  function rewriteOwner(change: Record<string, unknown>): void {
    const name = readdirSync(join(folder, lockName)).find((file) => file.endsWith('.json'))!
    const file = join(folder, lockName, name)
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    writeFileSync(file, JSON.stringify({ ...owner, ...change }))
  }

  it('is had by one at a time: the same process is refused too', async () => {
    const unlock = await lockFolder(folder)
    await expect(lockFolder(folder)).rejects.toMatchObject(inUse('this process'))
    await unlock()
    const again = await lockFolder(folder)
    // Late, and of nobody's but its own.
    await unlock()
    await expect(lockFolder(folder)).rejects.toMatchObject(inUse('this process'))
    await again()
  })

  it('leaves nothing behind when it is given back', async () => {
    await (
      await lockFolder(folder)
    )()
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves nothing behind of one that was refused', async () => {
    const unlock = await lockFolder(folder)
    await expect(lockFolder(folder)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual([lockName])
    await unlock()
  })

  it('names the process that has it', async () => {
    const owner = await startLocked()
    await expect(lockFolder(folder)).rejects.toMatchObject(inUse(`process ${owner.pid} of host `))
  })

  it('is free again after kill -9', async () => {
    const owner = await startLocked()
    await owner.kill()
    expect(readdirSync(folder)).toEqual([lockName])
    await (
      await lockFolder(folder)
    )()
  })

  it('is not another process’s that has been given the number of the dead one', async () => {
    const owner = await startLocked()
    await owner.kill()
    rewriteOwner({ pid: process.pid })
    await (
      await lockFolder(folder)
    )()
  })

  it('is still had by a process whose start cannot be read', async () => {
    const owner = await startLocked()
    rewriteOwner({ started: null })
    await expect(lockFolder(folder)).rejects.toMatchObject(inUse(`process ${owner.pid}`))
  })

  it('is free after the machine was started again, whoever has the number now', async () => {
    await startLocked()
    rewriteOwner({ boot: 'another' })
    await (
      await lockFolder(folder)
    )()
  })

  // Containers: process 1 of the one is not process 1 of the other, and they cannot see each other.
  it('is had by a process in another container for as long as that one lives', async () => {
    const owner = await startLocked()
    rewriteOwner({ pid: 1, namespace: 'pid:[1]', host: 'container' })
    await expect(lockFolder(folder)).rejects.toMatchObject(inUse('process 1 of host container'))
    await owner.kill()
    await (
      await lockFolder(folder)
    )()
  })

  it('is not taken from a process in another container that cannot be asked', async () => {
    const owner = await startLocked()
    const socket = readdirSync(join(folder, lockName)).find((file) => file.endsWith('.socket'))!
    rmSync(join(folder, lockName, socket))
    rewriteOwner({ namespace: 'pid:[1]' })
    await owner.kill()
    await expect(lockFolder(folder)).rejects.toThrow(
      `it cannot be told from here whether that one still runs. If it does not, remove ${join(folder, lockName)}`,
    )
  })

  it('works in a folder whose path is longer than that of a socket may be', async () => {
    const deep = join(folder, 'x'.repeat(100), 'y'.repeat(100))
    mkdirSync(deep, { recursive: true })
    const unlock = await lockFolder(deep)
    expect(readdirSync(join(deep, lockName))).toHaveLength(2)
    await unlock()
    expect(readdirSync(deep)).toEqual([])
  })

  it.each([
    ['owner.json', ''],
    ['owner.json', '{"pid":'],
    ['something else', ''],
  ])('is not taken when it cannot be read whose it is (%s: %j)', async (name, text) => {
    mkdirSync(join(folder, lockName))
    writeFileSync(join(folder, lockName, name), text)
    await expect(lockFolder(folder)).rejects.toThrow(
      `It cannot be read who has ${join(folder, lockName)}. If nobody has the folder open, remove it`,
    )
    expect(readdirSync(join(folder, lockName))).toEqual([name])
  })

  it('goes to exactly one of eight processes that find its owner dead at the same moment', async () => {
    for (let round = 0; round < 4; round++) {
      if (round > 0) await Promise.all(started.map((each) => each.kill()))
      else await (await startLocked()).kill()
      started = []
      const at = Date.now() + 1_500
      const racers = Array.from({ length: 8 }, () => start(at))
      for (const racer of racers) expect(await racer.next()).toBe('ready')
      const said = await Promise.all(racers.map((racer) => racer.next()))
      expect(said.toSorted()).toEqual([...Array<string>(7).fill('ERR_FOLDER_IN_USE'), 'locked'])
    }
  })

  it('goes to exactly one of fifty attempts in this process, again and again', async () => {
    for (let round = 0; round < 10; round++) {
      const attempts = Array.from({ length: 50 }, () => lockFolder(folder))
      const results = await Promise.allSettled(attempts)
      const won = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(won).toHaveLength(1)
      // Dead, for those that look: as after kill -9.
      rewriteOwner({ started: '1' })
    }
  })
})

describe('the identity of a process', () => {
  it('has all that Linux tells', () => {
    if (process.platform !== 'linux') return
    expect(identifyThisProcess()).toEqual({
      pid: process.pid,
      started: expect.stringMatching(/^\d+$/),
      boot: expect.stringMatching(/^[0-9a-f-]{36}$/),
      namespace: expect.stringMatching(/^pid:\[\d+\]$/),
    })
  })
})
