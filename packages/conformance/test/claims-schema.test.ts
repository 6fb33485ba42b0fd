import { createGuard } from '@gatewarden/core'
import { createAuthority, createTestClock } from '@gatewarden/testing'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

const clock = createTestClock()
const authority = createAuthority({ clock })
const options = authority.guardOptions()

const guards = {
  zod: createGuard({
    ...options,
    schema: z.object({ sub: z.string(), org: z.string(), level: z.number() }),
  }),
  valibot: createGuard({
    ...options,
    schema: v.object({ sub: v.string(), org: v.string(), level: v.number() }),
  }),
  arktype: createGuard({
    ...options,
    schema: type({ sub: 'string', org: 'string', level: 'number' }),
  }),
}

describe.each(Object.entries(guards))('claims validated by %s', (_name, guard) => {
  it('are typed and frozen', async () => {
    const { claims } = await guard.verify(authority.token({ org: 'acme', level: 3 }))
    // Compiles only because the schema types the claims.
    const typed: { org: string; level: number } = claims
    expect(typed).toMatchObject({ org: 'acme', level: 3 })
    expect(Object.isFrozen(claims)).toBe(true)
  })

  it('refuse the token when they do not fit, naming the path but not the value', async () => {
    await expect(
      guard.verify(authority.token({ org: 'acme', level: 'top-secret' })),
    ).rejects.toMatchObject({
      code: 'ERR_CLAIM_INVALID',
      message: 'the schema option refuses the claims: "level"',
    })
  })
})

it('a schema that makes something other than plain data is a server fault, and no pass', async () => {
  const guard = createGuard({
    ...options,
    schema: z.object({ exp: z.number().transform((exp) => new Date(exp * 1000)) }),
  })
  await expect(guard.verify(authority.token())).rejects.toMatchObject({
    code: 'ERR_CHECK_UNAVAILABLE',
    message: expect.stringContaining('a Date is not plain data'),
  })
})

it('what a schema strips still counts for scopes and subject', async () => {
  const guard = createGuard({ ...options, schema: z.object({ org: z.string() }) })
  const auth = await guard.verify(authority.token({ org: 'acme', scope: 'read' }))
  expect(auth.claims).toEqual({ org: 'acme' })
  expect([auth.subject, auth.scopes]).toEqual(['alice', ['read']])
})
