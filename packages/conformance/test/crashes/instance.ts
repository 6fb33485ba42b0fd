import { createGuard, type Guard, type IssuerStore } from '@gatewarden/core'
import { createIssuer, type Issuer, isIssuerError, type TokenSet } from '@gatewarden/issuer'
import { createTestClock, type TestClock } from '@gatewarden/testing'

/** One process of a deployment: its issuer and a guard that trusts it, on a store that outlives them. */
export interface Instance {
  readonly issuer: Issuer
  readonly guard: Guard
  readonly store: IssuerStore
  readonly clock: TestClock
}

/** What a client holds. */
export interface Held {
  readonly sid: string
  readonly refreshToken: string
  readonly accessToken: string
}

/** A user whom the application denies every refresh. */
export const DENIED = 'mallory'

export const DAY = 86_400

/** When every first process is started, by its clock. */
export const START = 1_800_000_000

export function startInstance(store: IssuerStore, secret: string, now = START): Instance {
  const clock = createTestClock(now)
  const issuer = createIssuer({
    issuer: 'https://login.example.com',
    audience: 'https://api.example.com',
    secret,
    onRefresh: ({ subject, scopes }) => (subject === DENIED ? null : { scope: scopes }),
    clients: { app: { transport: 'body' } },
    // At the start, and not each second or when woken: cases are cut off at numbered steps.
    revocation: { readEvery: 3_600, maxStaleness: 86_400 },
    store: { ...store, revocations: { ...store.revocations, listen: refuseToListen } },
    clock,
  })
  return { issuer, guard: createGuard(issuer.trust()), store, clock }
}

function refuseToListen(): Promise<never> {
  return Promise.reject(new Error('nobody is woken here'))
}

export async function open({ issuer }: Instance, subject: string): Promise<Held> {
  return heldOf(await issuer.openSession({ subject, scope: 'read write' }))
}

export async function refresh(
  { issuer }: Instance,
  { refreshToken }: Pick<Held, 'refreshToken'>,
): Promise<Held> {
  return heldOf(await issuer.refresh({ refreshToken }))
}

/** The code with which a refresh is refused; undefined when it is granted. An outage is neither. */
export async function refusalOf(
  instance: Instance,
  held: Pick<Held, 'refreshToken'>,
): Promise<string | undefined> {
  try {
    await refresh(instance, held)
    return undefined
  } catch (error) {
    if (isIssuerError(error) && error.status === 400) return error.code
    throw error
  }
}

/** The code with which an access token is refused by a guard; undefined when it is accepted. */
export async function guardSays(
  { guard }: Instance,
  { accessToken }: Pick<Held, 'accessToken'>,
): Promise<string | undefined> {
  try {
    await guard.verify(accessToken)
    return undefined
  } catch (error) {
    const { code, status } = error as { code: string; status: number }
    if (status === 401) return code
    throw error
  }
}

/** The number of a refresh token in its family. */
export function generationOf({ refreshToken }: Pick<Held, 'refreshToken'>): number {
  return Number(refreshToken.split('.')[3])
}

function heldOf({ sid, refreshToken, accessToken }: TokenSet): Held {
  return { sid, refreshToken, accessToken }
}
