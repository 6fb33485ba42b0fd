import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createGuard, type VerifiedEvent } from '@gatewarden/core'
import { createVerifier } from 'fast-jwt'
import type { Table } from '../lib/results.ts'
import { asReceived, createSigner, forge, mint, type Signer } from '../lib/tokens.ts'
import { fastJwtOptions } from '../verify/fast-jwt-options.ts'
import { guardOptions } from '../verify/guard-options.ts'

/** Gatewarden remembers a token that comes again, and where two are taken for one another, only after a few times. */
const LAPS = 20

/** A verifier with a cache that can be asked whether it found a token there. */
interface Remembering {
  /** True when it recognised the token. */
  recognises(token: string): Promise<boolean>
  /** Verifies a token that is not expected to pass. */
  refuse(token: string): Promise<void>
}

/** Which share of the users' tokens is recognised before and after a flood of forged ones. */
export async function measureCacheSurvival(users: number, forgedTokens: number): Promise<Table> {
  const signer = createSigner('HS256')
  const tokens = Array.from({ length: users }, (_, user) => mint(signer, user))
  const rows = []
  for (const [name, create] of Object.entries({ gatewarden, 'fast-jwt, cached': fastJwt })) {
    const verifier = create(signer)
    for (let lap = 0; lap < LAPS; lap++) await countRecognised(verifier, tokens)
    const before = await countRecognised(verifier, tokens)
    for (let at = 0; at < forgedTokens; at++) {
      await verifier.refuse(forge(tokens[at % users] ?? ''))
    }
    const after = await countRecognised(verifier, tokens)
    rows.push({ name, figures: [(100 * before) / users, (100 * after) / users] })
  }
  return {
    title: `Who is recognised after ${forgedTokens.toLocaleString('en')} forged tokens`,
    columns: ['% before', '% after'],
    rows,
    note: `Of ${users.toLocaleString('en')} users whose tokens were verified before. Both caches hold 10,000 tokens.`,
  }
}

async function countRecognised(verifier: Remembering, tokens: readonly string[]): Promise<number> {
  let recognised = 0
  for (const token of tokens) if (await verifier.recognises(asReceived(token))) recognised++
  return recognised
}

/** It says on its channel how it came to its verdict. */
function gatewarden(signer: Signer): Remembering {
  const guard = createGuard({ ...guardOptions(signer), cache: { maxEntries: 10_000 } })
  return {
    async recognises(token) {
      let found: VerifiedEvent['cache'] | undefined
      const listen = (event: unknown) => {
        found = (event as VerifiedEvent).cache
      }
      subscribe('gatewarden:verified', listen)
      await guard.verify(token)
      unsubscribe('gatewarden:verified', listen)
      return found === 'hit'
    },
    refuse: (token) => refused(() => guard.verify(token)),
  }
}

/** It returns the very claims it returned before when it recognises a token, and new ones when it does not. */
function fastJwt(signer: Signer): Remembering {
  const verify = createVerifier({ ...fastJwtOptions(signer), cache: 10_000 })
  const known = new Map<string, unknown>()
  return {
    recognises(token) {
      const claims: unknown = verify(token)
      const isKnown = known.get(token) === claims
      known.set(token, claims)
      return Promise.resolve(isKnown)
    },
    refuse: (token) => refused(() => verify(token) as unknown),
  }
}

async function refused(verify: () => unknown): Promise<void> {
  try {
    await verify()
  } catch {
    return
  }
  throw new Error('a forged token passed')
}
