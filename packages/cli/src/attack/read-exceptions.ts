import { quoteForLog } from '@gatewarden/core/kit'
import { attackCases, type AttackOptions } from '@gatewarden/testing'
import { UsageError } from '../command.ts'
import { nearest } from '../nearest.ts'

/**
 * The attacks to leave out. One that does not exist is a slip of the pen, or was renamed: the one that was meant would be
 * sent, or a list of exceptions grows old unseen.
 *
 * @throws UsageError
 */
export async function readExceptions(
  given: readonly string[],
  options: AttackOptions,
): Promise<string[]> {
  if (given.length === 0) return []
  const known = (await attackCases(options)).map(({ id }) => id)
  for (const id of given) {
    if (known.includes(id)) continue
    throw new UsageError(
      `attack: --except: there is no attack ${quoteForLog(id)}${nearest(id, known)}; --json lists them as case.id`,
    )
  }
  return [...given]
}
