import {
  algorithmFacts,
  asymmetricAlgorithms,
  factsOf,
  hmacAlgorithms,
  isAlgorithm,
} from '../src/algorithms.ts'

describe('algorithms', () => {
  it('are fourteen, each either HMAC or asymmetric', () => {
    expect([...hmacAlgorithms, ...asymmetricAlgorithms].sort()).toEqual(
      [...algorithmFacts.keys()].sort(),
    )
    expect(algorithmFacts.size).toBe(14)
    for (const name of hmacAlgorithms) expect(factsOf(name).family).toBe('secret')
    for (const name of asymmetricAlgorithms) expect(factsOf(name).family).not.toBe('secret')
  })

  it.each(['none', '', 'hs256', 'HS256 ', 'ES256K', 'Ed448', '__proto__', 'constructor', 'size'])(
    'RS-22 do not hold %j',
    (name) => {
      expect(isAlgorithm(name)).toBe(false)
    },
  )

  it.each([undefined, null, 5, ['HS256'], { toString: () => 'HS256' }])(
    'are texts, which %j is not',
    (value) => {
      expect(isAlgorithm(value)).toBe(false)
    },
  )

  it('hash as much as their names say', () => {
    for (const [name, { hash }] of algorithmFacts)
      expect(hash).toBe(name.startsWith('Ed') ? undefined : `sha${name.slice(2)}`)
  })
})
