import { setTimeout as delay } from 'node:timers/promises'
import type { Guard } from '@gatewarden/core'
import { createSigner, mint } from '../lib/tokens.ts'

/** Milliseconds from one gush to the next. */
const PAUSE = 5

export interface Flood {
  /** Well-formed tokens of one issuer, each with a `kid` of its own that no key has. */
  readonly tokens: number
  /** A second. */
  readonly rate: number
}

/** Floods a guard, and returns how many tokens were refused, by code. Throws when one passes. */
export async function floodWithUnknownKids(
  guard: Guard,
  issuer: string,
  now: number,
  { tokens, rate }: Flood,
): Promise<ReadonlyMap<string, number>> {
  const refused = new Map<string, number>()
  const times = { iat: Math.floor(now), exp: Math.floor(now) + 86_400 }
  const [, claims = '', signature = ''] = mint(createSigner('ES256'), 0, {
    iss: issuer,
    ...times,
  }).split('.')
  const present = async (at: number): Promise<void> => {
    const header = JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: `unknown-${String(at)}` })
    const token = `${Buffer.from(header).toString('base64url')}.${claims}.${signature}`
    const admission = guard.admit({ headers: { authorization: `Bearer ${token}` } })
    const { refusal } = admission instanceof Promise ? await admission : admission
    if (refusal === undefined) throw new Error('a token without a key passed')
    refused.set(refusal.code, (refused.get(refusal.code) ?? 0) + 1)
  }
  const start = performance.now()
  const pending: Promise<void>[] = []
  while (pending.length < tokens) {
    const due = Math.min(tokens, ((performance.now() - start) / 1000) * rate)
    while (pending.length < due) pending.push(present(pending.length))
    await delay(PAUSE)
  }
  await Promise.all(pending)
  return refused
}
