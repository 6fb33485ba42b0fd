import type { IncomingMessage, ServerResponse } from 'node:http'
import { quoteForLog } from '@gatewarden/core/kit'
import { runAttacks } from '@gatewarden/testing'
import { UsageError } from '../command.ts'
import { nearest } from '../nearest.ts'

/**
 * The attacks to leave out. One that does not exist is a slip of the pen, or was renamed: the one that was meant would be
 * sent, or a list of exceptions grows old unseen.
 *
 * @throws UsageError
 */
export async function readExceptions(given: readonly string[], token: string): Promise<string[]> {
  if (given.length === 0) return []
  const known = await attackIds(token)
  for (const id of given) {
    if (known.includes(id)) continue
    throw new UsageError(
      `attack: --except: there is no attack ${quoteForLog(id)}${nearest(id, known)}; --json lists them as case.id`,
    )
  }
  return [...given]
}

/** By a rehearsal, in half a second: which attacks there are depends on the token, and is known when they are made. */
async function attackIds(token: string): Promise<string[]> {
  const letIn = (request: IncomingMessage, response: ServerResponse) => {
    const status = request.headers.authorization === `Bearer ${token}` ? 204 : 401
    response.writeHead(status).end()
  }
  const { results } = await runAttacks(letIn, {
    token,
    strict: true,
    tokenFrom: ['cookie', 'query', 'form'],
  })
  return results.map((result) => result.case.id)
}
