import { callOut, isPlainObject, type MaybePromise } from '@gatewarden/core/kit'
import { IssuerError } from './errors.ts'
import { type Grant, type GrantRequest, toGrantOnly } from './grant.ts'
import type { Session } from './session.ts'

/** What a session may do from now on. What is left out is none: nothing is taken over from the login. */
export type RefreshGrant = GrantRequest

/**
 * Asked at every refresh what the user may do now. Anything but an object denies: the session ends. What it throws is an
 * outage (503), and the session goes on.
 */
export type OnRefresh = (
  session: Session,
) => RefreshGrant | null | undefined | false | PromiseLike<RefreshGrant | null | undefined | false>

/**
 * What the user may do now, by the application's word; undefined when it denies.
 *
 * @throws IssuerError `ERR_REFRESH_CHECK_UNAVAILABLE`
 */
export async function askApplication(
  onRefresh: OnRefresh | null,
  session: Session,
): Promise<Grant | undefined> {
  if (onRefresh === null) return session
  const given: MaybePromise<unknown> = callOut<unknown>(
    () => onRefresh(session),
    (cause) => new IssuerError('ERR_REFRESH_CHECK_UNAVAILABLE', 'onRefresh threw', { cause }),
  )
  const grant = await given
  return grant !== null && typeof grant === 'object' ? checkedGrant(grant) : undefined
}

/** A grant that cannot be written into a token is the application's mistake, and no reason to log anyone out. */
function checkedGrant(grant: object): Grant {
  try {
    // An Error, a list or a Map says something, but not what the user may do.
    if (!isPlainObject(grant)) throw new TypeError('expected a plain object')
    return toGrantOnly(grant)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : 'it throws when it is read'
    throw new IssuerError(
      'ERR_REFRESH_CHECK_UNAVAILABLE',
      `onRefresh returned no grant: ${problem}`,
      { cause },
    )
  }
}
