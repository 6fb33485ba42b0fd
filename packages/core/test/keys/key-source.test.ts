import { configuredKeys } from '../../src/keys/key-source.ts'
import { header, newEcKeys, recordOf, refusalOf } from '../mint.ts'

describe('configuredKeys', () => {
  const record = recordOf(newEcKeys().publicKey, ['ES256'], 'k')
  const source = configuredKeys([record])

  it('selects among its keys, at once', () => {
    expect(source.select(header({ kid: 'k' }))).toEqual([record])
    expect(refusalOf(() => source.select(header({ kid: 'x' }))).code).toBe('ERR_KEY_UNKNOWN')
  })

  it('is ready and never too old', async () => {
    await expect(source.ready()).resolves.toBeUndefined()
    expect(source.tend()).toBe(true)
  })
})
