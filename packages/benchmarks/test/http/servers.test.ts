import { contestantsOf, FAMILIES, SESSION } from '../../src/http/contestants.ts'
import { publishKey } from '../../src/http/key-server.ts'
import type { Server, ServerPlan } from '../../src/http/server-plan.ts'
import { startServer } from '../../src/http/start-server.ts'
import { forge, mint } from '../../src/lib/tokens.ts'
import { createKeys, SERVER_ALGORITHMS } from '../../src/lib/verification-key.ts'

const pairs = { HS256: createKeys('HS256'), RS256: createKeys('RS256') }
const cases = FAMILIES.flatMap((family) => contestantsOf(family, SERVER_ALGORITHMS, false))

describe.each(cases)('$family with $guard, $algorithm', ({ family, guard, algorithm }) => {
  const { signer, key } = pairs[algorithm ?? 'HS256']
  let published: Awaited<ReturnType<typeof publishKey>> | undefined
  let server: Server

  beforeAll(async () => {
    if (algorithm === 'RS256') published = await publishKey(key)
    const plan: ServerPlan = { family, guard, key: published?.key ?? key }
    server = await startServer(plan, (subject) => ({ ordersOf: subject }))
  })

  afterAll(async () => {
    await server.close()
    await published?.close()
  })

  async function get(headers: Record<string, string>) {
    const response = await fetch(`http://127.0.0.1:${String(server.port)}/orders`, { headers })
    return { status: response.status, body: await response.text() }
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  if (guard === 'none') {
    test('answers everybody', async () => {
      expect(await get({})).toEqual({ status: 200, body: '{"ordersOf":"anybody"}' })
    })
    return
  }

  test('answers a good token with whom it is from, again and again', async () => {
    const answer = { status: 200, body: '{"ordersOf":"user-7"}' }
    expect(await get(bearer(mint(signer, 7)))).toEqual(answer)
    const token = mint(signer, 8)
    for (const _time of ['first', 'second']) {
      expect(await get(bearer(token))).toEqual({ status: 200, body: '{"ordersOf":"user-8"}' })
    }
  })

  test('refuses a request without a token, and a forged one', async () => {
    expect(await get({})).toMatchObject({ status: 401 })
    const token = mint(signer, 7)
    expect(await get(bearer(forge(token)))).toMatchObject({ status: 401 })
    expect(await get(bearer(token))).toMatchObject({ status: 200 })
    expect(await get(bearer(forge(token)))).toMatchObject({ status: 401 })
  })

  test('refuses tokens of another issuer, for another audience, and expired ones', async () => {
    for (const change of [
      { iss: 'https://other.test/' },
      { aud: 'https://other.test' },
      { exp: 1 },
    ]) {
      const [header = '', claims = ''] = mint(signer, 7).split('.')
      const changed = { ...(JSON.parse(atob(claims)) as object), ...change }
      const input = `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}`
      expect(await get(bearer(`${input}.${signer.sign(input)}`))).toMatchObject({ status: 401 })
    }
  })
})

test('sessions are among the contestants where there is a Redis', () => {
  const guards = (withSessions: boolean) =>
    contestantsOf('Express', ['HS256'], withSessions).map(({ guard }) => guard)
  expect(guards(true)).toContain(SESSION)
  expect(guards(false)).not.toContain(SESSION)
})
