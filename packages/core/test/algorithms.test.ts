import {
  type Algorithm,
  algorithmFacts,
  type AlgorithmFacts,
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

  // RFC 7518 §3.1 to §3.5, RFC 8037 §3.1, RFC 9864 §2.2.
  it.each<[Algorithm, AlgorithmFacts]>([
    ['HS256', { family: 'secret', hash: 'sha256', signatureBytes: 32 }],
    ['HS384', { family: 'secret', hash: 'sha384', signatureBytes: 48 }],
    ['HS512', { family: 'secret', hash: 'sha512', signatureBytes: 64 }],
    ['RS256', { family: 'rsa', hash: 'sha256' }],
    ['RS384', { family: 'rsa', hash: 'sha384' }],
    ['RS512', { family: 'rsa', hash: 'sha512' }],
    ['PS256', { family: 'rsa', hash: 'sha256', pss: true }],
    ['PS384', { family: 'rsa', hash: 'sha384', pss: true }],
    ['PS512', { family: 'rsa', hash: 'sha512', pss: true }],
    ['ES256', { family: 'ec', hash: 'sha256', curve: 'prime256v1', signatureBytes: 64 }],
    ['ES384', { family: 'ec', hash: 'sha384', curve: 'secp384r1', signatureBytes: 96 }],
    ['ES512', { family: 'ec', hash: 'sha512', curve: 'secp521r1', signatureBytes: 132 }],
    ['EdDSA', { family: 'ed25519', hash: undefined, signatureBytes: 64 }],
    ['Ed25519', { family: 'ed25519', hash: undefined, signatureBytes: 64 }],
  ])('hold %s as its RFC has it', (name, facts) => {
    expect(factsOf(name)).toStrictEqual(facts)
  })

  it('hash as much as their names say', () => {
    for (const [name, { hash }] of algorithmFacts)
      expect(hash).toBe(name.startsWith('Ed') ? undefined : `sha${name.slice(2)}`)
  })
})
