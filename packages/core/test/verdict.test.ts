import type { Claims } from '../src/claims.ts'
import { createVerdict, detachToken } from '../src/verdict.ts'
import {
  authWith,
  checkedClaims,
  goodClaims,
  newEcKeys,
  NOW,
  recordOf,
  trustedIssuer,
} from './mint.ts'

const { publicKey } = newEcKeys()
const claims = goodClaims() as Claims
const verdictBy = (kid: string | undefined, maxTokenAge = Infinity) =>
  createVerdict(
    authWith({}),
    checkedClaims(claims),
    trustedIssuer({ maxTokenAge }),
    recordOf(publicKey, ['ES256'], kid),
    30,
  )

describe('createVerdict', () => {
  it('holds everything needed to judge again', () => {
    expect(verdictBy('k1')).toMatchObject({
      token: 'a.b.c',
      claims,
      from: NOW - 10 - 30,
      until: NOW + 600 + 30,
    })
    expect(verdictBy('k1', 60).until).toBe(NOW - 10 + 60 + 30)
  })
})

describe('detachToken', () => {
  it('changes nothing that anybody can see', () => {
    const verdict = verdictBy('k1')
    const before = { ...verdict }
    const { auth } = verdict
    detachToken(verdict)
    expect(verdict).toEqual(before)
    expect(verdict.auth).toBe(auth)
    expect(auth.token).toBe('a.b.c')
  })

  it('has the principal hold on to the same text as the verdict', () => {
    const verdict = verdictBy('k1')
    verdict.token = 'another.spelling.here'
    detachToken(verdict)
    expect(verdict.auth.token).toBe('another.spelling.here')
  })
})
