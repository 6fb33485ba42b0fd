import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { VerifiedEvent } from '@gatewarden/core'
import {
  ALGORITHMS,
  type BenchmarkAlgorithm,
  createSigner,
  forge,
  mint,
  type Signer,
} from '../../src/lib/tokens.ts'
import { createVerifiers, present, type Verifier } from '../../src/verify/verifiers.ts'

const EVERYWHERE = [
  'raw',
  'gatewarden, verify()',
  'gatewarden, admit()',
  'gatewarden, verify(), cache: false',
  'fast-jwt',
  'fast-jwt, cached',
  'jose',
]
const CONTESTANTS: Readonly<Record<BenchmarkAlgorithm, readonly string[]>> = {
  HS256: [...EVERYWHERE, 'jsonwebtoken'],
  RS256: [...EVERYWHERE, 'jsonwebtoken', 'aws-jwt-verify'],
  ES256: [...EVERYWHERE, 'jsonwebtoken', 'aws-jwt-verify'],
  EdDSA: [...EVERYWHERE, 'aws-jwt-verify'],
}
const now = () => Math.floor(Date.now() / 1000)

describe.each(ALGORITHMS)('%s', (algorithm) => {
  let signer: Signer
  let verifiers: Record<string, Verifier>

  beforeAll(async () => {
    signer = createSigner(algorithm)
    verifiers = await createVerifiers(signer)
  })

  const ask = async (name: string, token: string): Promise<unknown> =>
    verifiers[name]!.verify(present(token))

  test('everybody who knows the algorithm takes part', () => {
    expect(Object.keys(verifiers).sort()).toEqual([...CONTESTANTS[algorithm]].sort())
  })

  describe.each(CONTESTANTS[algorithm])('%s', (name) => {
    test('accepts a good token and knows whose it is', async () => {
      expect(subjectOf(await ask(name, mint(signer, 42)))).toBe('user-42')
    })

    test('refuses a forged token', async () => {
      await expect(ask(name, forge(mint(signer, 42)))).rejects.toThrow()
    })

    test('refuses a forged token although it knows the good one', async () => {
      const token = mint(signer, 42)
      await ask(name, token)
      await expect(ask(name, forge(token))).rejects.toThrow()
    })

    if (name === 'raw') {
      test('looks at the signature only: an expired token passes', async () => {
        const token = mint(signer, 42, { exp: now() - 60 })
        expect(subjectOf(await ask(name, token))).toBe('user-42')
      })
    } else {
      test.each([
        ['that has expired', { exp: 1_700_000_000 }],
        ['for another audience', { aud: 'https://other.test' }],
        ['for no audience', { aud: undefined }],
        ['of another issuer', { iss: 'https://other.test/' }],
        ['of no issuer', { iss: undefined }],
      ])('refuses a token %s', async (_which, claims) => {
        await expect(ask(name, mint(signer, 42, claims))).rejects.toThrow()
      })
    }

    if (['jsonwebtoken', 'aws-jwt-verify'].includes(name)) {
      test('has no option to require an expiry: a token that never expires passes', async () => {
        const token = mint(signer, 42, { exp: undefined })
        expect(subjectOf(await ask(name, token))).toBe('user-42')
      })
    } else if (name !== 'raw') {
      test('refuses a token that never expires', async () => {
        await expect(ask(name, mint(signer, 42, { exp: undefined }))).rejects.toThrow()
      })
    }

    test('gives one object for a token it has seen before, exactly when it is said to remember', async () => {
      const token = mint(signer, 42)
      // A cache may take a token only when it comes again.
      await ask(name, token)
      await ask(name, token)
      const third = await ask(name, token)
      const fourth = await ask(name, token)
      expect(third === fourth).toBe(verifiers[name]!.remembers)
      expect(subjectOf(fourth)).toBe('user-42')
    })
  })

  test('the guards are new to each other’s tokens, and find their own again', async () => {
    const cache: VerifiedEvent['cache'][] = []
    const listen = (event: unknown) => cache.push((event as VerifiedEvent).cache)
    subscribe('gatewarden:verified', listen)
    try {
      const token = mint(signer, 42)
      for (const name of CONTESTANTS[algorithm].filter((each) => each.startsWith('gatewarden'))) {
        for (let times = 0; times < 3; times++) await ask(name, token)
      }
    } finally {
      unsubscribe('gatewarden:verified', listen)
    }
    const [verifying, admitting, forgetting] = [0, 3, 6].map((at) => cache.slice(at, at + 3))
    for (const each of [verifying, admitting]) {
      expect(each!.at(0)).toBe('miss')
      expect(each!.at(-1)).toBe('hit')
    }
    expect(forgetting).toEqual(['miss', 'miss', 'miss'])
  })

  test('admit() answers without a promise, verify() with one', () => {
    const token = present(mint(signer, 42))
    expect(verifiers['gatewarden, admit()']!.verify(token)).not.toBeInstanceOf(Promise)
    expect(verifiers['gatewarden, verify()']!.verify(token)).toBeInstanceOf(Promise)
  })
})

test('a presented token is a new string, alone and in its request', () => {
  const presented = present('a.b.c')
  expect(presented).toEqual({
    token: 'a.b.c',
    request: { headers: { authorization: 'Bearer a.b.c' } },
  })
})

/** Each library wraps the claims another way. */
function subjectOf(answer: unknown): unknown {
  const { subject, payload, sub } = answer as {
    subject?: string
    payload?: { sub: string }
    sub?: string
  }
  return subject ?? payload?.sub ?? sub
}
