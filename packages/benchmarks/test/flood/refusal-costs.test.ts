import { createStrangersForgery, FORGERIES } from '../../src/flood/forgeries.ts'
import { createKeySetVerifiers } from '../../src/flood/key-set-verifiers.ts'
import { measureRefusals } from '../../src/flood/refusal-costs.ts'
import { createSigner, mint } from '../../src/lib/tokens.ts'
import { present } from '../../src/verify/verifiers.ts'

test('every library refuses every kind of forged token, or nothing is measured', async () => {
  const [all, eddsa] = await measureRefusals({ tokens: 2, laps: 1, rounds: 1 })
  expect(all?.rows.map(({ name }) => name)).toEqual([
    ...Object.keys(FORGERIES),
    'wrong signature',
    'wrong signature, 9 kB',
    'unknown kid',
    'wrong signature, HS256',
    'wrong signature, ES256',
  ])
  expect(eddsa?.rows.map(({ name }) => name)).toEqual(['wrong signature, EdDSA'])
  for (const { figures } of [...(all?.rows ?? []), ...(eddsa?.rows ?? [])]) {
    expect(figures.every((figure) => figure > 0)).toBe(true)
  }
})

test('the large token has nine kilobytes', () => {
  const forgery = createStrangersForgery('RS256', {}, { groups: 'x'.repeat(6400) })
  expect(forgery(createSigner('RS256'), 1).length / 1000).toBeCloseTo(9.2, 0)
})

test('every library takes a good token by its kid', async () => {
  const signer = createSigner('RS256')
  const token = mint(signer, 1)
  for (const verify of Object.values(createKeySetVerifiers(signer))) {
    await expect(Promise.resolve(verify(present(token)))).resolves.not.toThrow()
  }
})
