import { EMPTY, LEAST } from '../../src/request/added-cost.ts'
import { ALL_FAMILIES, FAMILIES } from '../../src/request/families.ts'
import { forge, mint } from '../../src/lib/tokens.ts'
import { createKeys } from '../../src/lib/verification-key.ts'

describe.each(ALL_FAMILIES)('%s', (family) => {
  const { signer, key } = createKeys('HS256')
  const token = mint(signer, 1)

  test('every guard admits good tokens, and nothing else', async () => {
    const createContestants = await FAMILIES[family]()
    for (const [name, judge] of Object.entries(createContestants(key))) {
      const admitted = async (...tokens: (string | undefined)[]) => (await judge(tokens))()
      expect([name, await admitted(token)]).toEqual([name, 1])
      expect([name, await admitted(token, mint(signer, 2), token)]).toEqual([name, 3])
      const anyToken = name === EMPTY || name === LEAST ? 1 : 0
      expect([name, await admitted(forge(token))]).toEqual([name, anyToken])
      expect([name, await admitted(undefined)]).toEqual([name, name === EMPTY ? 1 : 0])
    }
  })

  test('asks for the scope where it says so', async () => {
    const createContestants = await FAMILIES[family]()
    const judge = createContestants(key)['gatewarden and a scope']
    const [header, claims = '', ...rest] = token.split('.')
    expect(rest).toHaveLength(1)
    const withoutScope = { ...(JSON.parse(atob(claims)) as object), scope: '' }
    const input = `${String(header)}.${Buffer.from(JSON.stringify(withoutScope)).toString('base64url')}`
    const judgeAll = await judge?.([`${input}.${signer.sign(input)}`])
    expect(await judgeAll?.()).toBe(0)
  })
})
