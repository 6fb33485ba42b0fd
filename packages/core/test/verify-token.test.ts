import { resolveOptions } from '../src/options/resolve-options.ts'
import { createTokenVerifier } from '../src/verify-token.ts'
import {
  AUDIENCE,
  createClock,
  goodClaims,
  ISSUER,
  mint,
  newSecret,
  NOW,
  rejectionOf,
  refusalOf,
} from './mint.ts'

const secret = newSecret()
const token = (changes: Record<string, unknown> = {}) =>
  mint({ alg: 'HS256' }, goodClaims(changes), secret)

function verifierWith(options: Record<string, unknown> = {}) {
  const clock = createClock()
  const settings = resolveOptions({ issuer: ISSUER, audience: AUDIENCE, secret, clock, ...options })
  return { clock, ...createTokenVerifier(settings) }
}

describe('createTokenVerifier', () => {
  it('proves a token once and judges it at every use', async () => {
    const { prove, judge, clock } = verifierWith()
    const verdict = await prove(token())
    expect(verdict.auth.subject).toBe('alice')
    expect(judge(verdict, undefined)).toBeUndefined()
    clock.now = NOW + 630
    expect(refusalOf(() => judge(verdict, undefined)).code).toBe('ERR_TOKEN_EXPIRED')
  })

  it('judges the key before the time, the time before revocation, revocation before the check', async () => {
    const asked: string[] = []
    const { prove, judge, clock } = verifierWith({
      revocation: {
        isRevoked: () => {
          asked.push('revocation')
          return true
        },
      },
      check: () => {
        asked.push('check')
        return true
      },
    })
    const verdict = await prove(token())
    expect(refusalOf(() => judge(verdict, undefined)).code).toBe('ERR_TOKEN_REVOKED')
    expect(asked).toEqual(['revocation'])
    clock.now = NOW + 630
    expect(refusalOf(() => judge(verdict, undefined)).code).toBe('ERR_TOKEN_EXPIRED')
    verdict.key.trusted = false
    expect(refusalOf(() => judge(verdict, undefined)).code).toBe('ERR_KEY_UNKNOWN')
    expect(asked).toEqual(['revocation'])
  })

  it('asks neither schema, revocation nor check about a forged token', async () => {
    const asked: string[] = []
    const spy = (name: string) => () => {
      asked.push(name)
      return false
    }
    const { prove } = verifierWith({
      revocation: { isRevoked: spy('revocation') },
      check: spy('check'),
      schema: { '~standard': { version: 1, vendor: 'x', validate: spy('schema') } },
    })
    const forged = mint({ alg: 'HS256' }, goodClaims(), newSecret())
    expect((await rejectionOf(() => prove(forged))).code).toBe('ERR_SIGNATURE_INVALID')
    expect(asked).toEqual([])
  })

  it('gives the schema claims that are frozen, all the way down', async () => {
    const seen: unknown[] = []
    const validate = (value: unknown) => {
      seen.push(value)
      return { value }
    }
    const schema = { '~standard': { version: 1, vendor: 'x', validate } } as const
    await verifierWith({ schema }).prove(token({ org: { id: 1 } }))
    expect(seen).toEqual([goodClaims({ org: { id: 1 } })])
    expect(Object.isFrozen(seen[0])).toBe(true)
    expect(Object.isFrozen((seen[0] as { org: object }).org)).toBe(true)
  })

  it('keeps what a schema makes, and judges revocation by the claims as signed', async () => {
    const asked: unknown[] = []
    const { prove, judge } = verifierWith({
      schema: {
        '~standard': { version: 1, vendor: 'x', validate: () => ({ value: { sub: 'other' } }) },
      },
      revocation: {
        isRevoked: (ids: { subject: string }) => {
          asked.push(ids.subject)
          return false
        },
      },
    })
    const verdict = await prove(token())
    await judge(verdict, undefined)
    expect(verdict.auth.claims).toEqual({ sub: 'other' })
    expect(verdict.auth.subject).toBe('alice')
    expect(asked).toEqual(['alice'])
  })

  it('does not let a schema weaken exp', async () => {
    const { prove, judge, clock } = verifierWith({
      schema: {
        '~standard': { version: 1, vendor: 'x', validate: () => ({ value: { exp: NOW * 2 } }) },
      },
    })
    const verdict = await prove(token())
    clock.now = NOW + 630
    expect(refusalOf(() => judge(verdict, undefined)).code).toBe('ERR_TOKEN_EXPIRED')
  })

  it('takes the tokens of a header it remembers apart all the same', async () => {
    const { prove } = verifierWith()
    const first = await prove(token({ jti: 'a' }))
    const second = await prove(token({ jti: 'b' }))
    expect(second.auth.header).toBe(first.auth.header)
    expect(second.auth.tokenId).toBe('b')
    const forged = mint({ alg: 'HS256' }, goodClaims(), newSecret())
    expect((await rejectionOf(() => prove(forged))).code).toBe('ERR_SIGNATURE_INVALID')
  })

  it('remembers no header of a forged token, so that forgeries push no good one out', async () => {
    const { prove } = verifierWith()
    const first = await prove(token({ jti: 'a' }))
    for (let at = 0; at < 65; at++) {
      const forged = mint({ alg: 'HS256', kid: `k${at}` }, goodClaims(), newSecret())
      expect((await rejectionOf(() => prove(forged))).code).toBe('ERR_SIGNATURE_INVALID')
    }
    expect((await prove(token({ jti: 'b' }))).auth.header).toBe(first.auth.header)
  })
})
