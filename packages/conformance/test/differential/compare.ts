import { isDeepStrictEqual } from 'node:util'
import { type Auth, type GuardError, isGuardError } from '@gatewarden/core'
import { readLeniently } from './reading.ts'
import type { Setting } from './setting.ts'
import { stricterThanJose } from './stricter-than-jose.ts'

/** How the two agree on a token, or why not, by the ids of the list. */
export type Agreement = 'both accept' | 'both refuse' | readonly string[]

/** The two do not agree, and nobody wrote down why. */
export class Finding extends Error {
  override readonly name = 'Finding'

  constructor(problem: string, token: string, { name, keys }: Setting) {
    // Keys are made for one run: whoever looks at the token needs them.
    const jwks = keys.map(({ verifying }) => JSON.stringify(verifying.export({ format: 'jwk' })))
    super(
      [problem, `setting: ${name}`, `token: ${token}`, ...jwks.map((jwk) => `key: ${jwk}`)].join(
        '\n',
      ),
    )
  }
}

/**
 * Asks both about a token.
 *
 * @throws Finding when the guard accepts what jose refuses, or reads it differently, or refuses what jose accepts for
 *   a reason that is not on the list; and for a token that is on the list and passes
 */
export async function compare(setting: Setting, token: string): Promise<Agreement> {
  const found = (problem: string) => new Finding(problem, token, setting)
  const [ours, theirs] = await Promise.all([
    settled(setting.guard.verify(token)),
    settled(setting.verifyWithJose(token)),
  ])
  if (ours.error === undefined) {
    if (theirs.error !== undefined)
      throw found(`accepted, and refused by jose: ${describe(theirs.error)}`)
    const { payload, protectedHeader } = theirs.value
    const { claims, header } = ours.value as Auth<unknown>
    if (!isDeepStrictEqual([claims, header], [payload, protectedHeader]))
      throw found('accepted by both, and read differently')
    const entry = entriesFor(setting, token)[0]
    if (entry !== undefined) throw found(`accepted, and on the list as ${entry.id}`)
    return 'both accept'
  }
  const refusal: unknown = ours.error
  if (!isGuardError(refusal) || refusal.status !== 401)
    throw found(`refused with something else than a 401: ${describe(refusal)}`)
  if (theirs.error !== undefined) return 'both refuse'
  const reasons = entriesFor(setting, token).filter((entry) => explains(entry, refusal))
  if (reasons.length === 0)
    throw found(`refused for a reason that is not on the list: ${refusal.code}: ${refusal.message}`)
  return reasons.map(({ id }) => id)
}

function entriesFor(setting: Setting, token: string) {
  const reading = readLeniently(token)
  return stricterThanJose.filter(({ recognises }) => recognises(reading, setting))
}

function explains(
  { code, reason }: (typeof stricterThanJose)[number],
  refusal: GuardError,
): boolean {
  return code === refusal.code && reason.test(refusal.message)
}

type Settled<T> =
  { readonly value: T; readonly error?: undefined } | { readonly error: NonNullable<unknown> }

function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error ?? new Error('nothing') }),
  )
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'no error'
}
