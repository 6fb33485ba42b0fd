import { createSecretKey, type KeyObject } from 'node:crypto'
import { type Algorithm, createGuard, isGuardError } from '@gatewarden/core'
import { type Authority, createAuthority, createTestClock } from '@gatewarden/testing'
import fc from 'fast-check'
import { jwtVerify } from 'jose'

// jose is the oracle: whatever it refuses, the guard must refuse. The other way round is allowed; the guard is
// stricter on purpose.

const clock = createTestClock()
const RUNS = 1_500

const ALGORITHMS: Algorithm[] = [
  'HS256', 'HS384', 'HS512', 'RS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519',
] // prettier-ignore

/** One change to a token's text. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), text: fc.constantFrom(...'AQgwEIMUYcks048_-.=+/ \n%é') }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), text: fc.constantFrom('A', '=', '.', ' ', 'AAAA', '\u00a0') }),
  fc.record({ kind: fc.constant('delete' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), text: fc.constant('') }),
) // prettier-ignore

const odd = fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1e999, 1.5, true, [], {}, ['x'], 'x', clock(), clock() + 30, clock() - 30, clock() - 31, clock() + 31) // prettier-ignore

const claims = fc.dictionary(
  fc.constantFrom('iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'scope', '__proto__'),
  fc.oneof(
    odd,
    fc.constantFrom('https://issuer.test', 'https://api.test', ['https://api.test', 'other']),
  ),
  { maxKeys: 3 },
)

const header = fc.dictionary(
  fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'jwk', 'jku', 'zip', 'cty'),
  fc.oneof(
    odd,
    fc.constantFrom('none', 'HS256', 'RS256', 'ES256', 'JWT', 'at+jwt', ['b64'], false),
  ),
  { maxKeys: 2 },
)

const signatureDamage = fc.array(mutation, { maxLength: 2 })

describe.each(ALGORITHMS)('differential against jose: %s', (algorithm) => {
  const authority = createAuthority({ algorithm, clock })
  const guard = createGuard(authority.guardOptions())
  const key = keyFor(authority)

  it('accepts nothing that jose refuses', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        claims,
        header,
        signatureDamage,
        async (claimChanges, headerChanges, mutations) => {
          const token = mutations.reduce(
            mutate,
            authority.token(claimChanges, { header: headerChanges }),
          )
          const ours = await guard.verify(token).then(
            () => true,
            (error: unknown) => {
              // Bad input is refused as such, never a crash and never a 5xx.
              if (!isGuardError(error) || error.status !== 401) throw error
              return false
            },
          )
          if (!ours) return
          accepted++
          await jwtVerify(token, key, {
            algorithms: [algorithm],
            issuer: authority.issuer,
            audience: authority.audience,
            clockTolerance: 30,
            currentDate: new Date(clock() * 1000),
            requiredClaims: ['exp'],
          })
        },
      ),
      { numRuns: RUNS },
    )
    // A property about accepted tokens proves nothing when none is.
    expect(accepted).toBeGreaterThan(10)
  }, 120_000)
})

function keyFor(authority: Authority): KeyObject {
  return authority.algorithm.startsWith('HS')
    ? createSecretKey(authority.secret)
    : authority.publicKey
}

function mutate(
  token: string,
  { kind, at, text }: { kind: string; at: number; text: string },
): string {
  const position = Math.floor(at * token.length)
  const rest = position + (kind === 'insert' ? 0 : 1)
  return token.slice(0, position) + text + token.slice(rest)
}
