import assert from 'node:assert/strict'
import { checkAnswer } from './check-answer.ts'
import type { Expected } from './expected.ts'
import type { RawRequest } from './raw-http.ts'
import type { RunningApp } from './running-app.ts'

/**
 * Sends a request and checks everything about the answer, and whether the handler was reached.
 *
 * @throws AssertionError
 */
export async function exchange(
  app: RunningApp,
  request: RawRequest,
  expected: Expected,
): Promise<void> {
  const before = app.reached()
  const answer = await app.send(request)
  checkAnswer(request, answer, expected)
  assert.equal(app.reached() - before, expected.reached, 'how often a handler was reached')
}
