import { inspect } from 'node:util'
import { LocalSigner } from '../../src/keys/local-signer.ts'
import { generatePrivateKey } from '../../src/keys/signing-algorithm.ts'

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

test.each(['ES256', 'RS256', 'Ed25519'] as const)(
  'AS-22: of an %s key, only what is public is published, with kid, use and alg',
  async (algorithm) => {
    const signer = new LocalSigner(algorithm, await generatePrivateKey(algorithm, 2048))
    expect(signer.publicKey).toMatchObject({ kid: signer.kid, use: 'sig', alg: algorithm })
    for (const member of PRIVATE_MEMBERS) expect(signer.publicKey).not.toHaveProperty(member)
    expect(Object.isFrozen(signer.publicKey)).toBe(true)
  },
)

test('does not show its private key to whoever prints or serialises it', async () => {
  const signer = new LocalSigner('ES256', await generatePrivateKey('ES256', 0))
  const { d } = signer.exportPrivateJwk() as { d: string }
  expect(d).toHaveLength(43)
  for (const text of [inspect(signer, { depth: 9, showHidden: true }), JSON.stringify(signer)])
    expect(text).not.toContain(d)
})
