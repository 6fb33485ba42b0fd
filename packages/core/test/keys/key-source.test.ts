import { ConfiguredKeys } from '../../src/keys/key-source.ts'
import { header, newEcKeys, NOW, recordOf, refusalOf } from '../mint.ts'

const { publicKey } = newEcKeys()

function createSource() {
  const record = recordOf(publicKey, ['ES256'], 'k')
  const other = recordOf(newEcKeys().publicKey, ['ES256'], 'other')
  return { record, other, source: new ConfiguredKeys([record, other]) }
}

describe('ConfiguredKeys', () => {
  it('selects among its keys, at once', () => {
    const { source, record } = createSource()
    expect(source.select(header({ kid: 'k' }))).toEqual([record])
    expect(refusalOf(() => source.select(header({ kid: 'x' }))).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('is ready and never too old', async () => {
    const { source } = createSource()
    await expect(source.ready()).resolves.toBeUndefined()
    await expect(source.refresh()).resolves.toBeUndefined()
    expect(source.tend()).toBe(true)
  })

  it('revokes a key by its name, and no other', () => {
    const { source, record, other } = createSource()
    source.revoke('k')
    source.revoke('unheard of')
    expect([record.trusted, other.trusted]).toEqual([false, true])
    expect(refusalOf(() => source.select(header({ kid: 'k' }))).code).toBe('ERR_KEY_UNKNOWN')
    expect(source.select(header({ kid: 'other' }))).toEqual([other])
  })

  it('does not age, and says how many of its keys can verify', () => {
    const { source } = createSource()
    expect(source.health()).toEqual({
      state: 'configured',
      keys: 2,
      age: undefined,
      nextRefresh: undefined,
      lastError: undefined,
    })
    source.revoke('k')
    expect(source.health().keys).toBe(1)
  })

  it('hands nothing to other processes and takes nothing from them', () => {
    const { source, record } = createSource()
    expect(source.export()).toBeUndefined()
    const set = { url: 'https://a', validators: {}, fetchedAt: NOW, freshFor: 600, keys: [] }
    expect((source as { import(exported: object): boolean }).import(set)).toBe(false)
    expect(source.select(header({ kid: 'k' }))).toEqual([record])
  })

  it('is not to be relied on once it is closed', () => {
    const { source } = createSource()
    source.close()
    expect(source.tend()).toBe(false)
  })
})
