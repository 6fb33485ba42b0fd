import { Agent } from 'node:http'
import type { RawAnswer } from '../../suite/raw-http.ts'
import { type Attack, type AttackedServer, isSuccess } from '../attack.ts'
import { requestCase } from './request-attacks.ts'

/** What one request proved must not count for another one: not on the same connection, not at the same time. */
export function sharedState(): Attack[] {
  return [
    {
      case: requestCase(
        'shared-state',
        'keep-alive',
        'no token, on a connection that has seen a good one',
        'hole',
      ),
      send: behindGood,
      isLetIn: isSuccess,
      refusal: 'as-bad-token',
    },
    {
      case: requestCase(
        'shared-state',
        'at-once',
        'no token, among requests with a good one',
        'hole',
      ),
      send: amongGood,
      isLetIn: isSuccess,
      refusal: 'as-bad-token',
    },
  ]
}

async function behindGood(server: AttackedServer): Promise<RawAnswer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    await server.send(good(server), agent)
    return await server.send(server.request(), agent)
  } finally {
    agent.destroy()
  }
}

/** The first of the answers to those without a token that is none it should get. */
async function amongGood(server: AttackedServer): Promise<RawAnswer> {
  const anonymous: Promise<RawAnswer>[] = []
  const others: Promise<RawAnswer>[] = []
  for (let at = 0; at < 5; at++) {
    others.push(server.send(good(server)))
    anonymous.push(server.send(server.request()))
  }
  const [answers] = await Promise.all([Promise.all(anonymous), Promise.all(others)])
  return answers.find(isSuccess) ?? answers[0]!
}

function good({ request, goodToken }: AttackedServer) {
  return request({ headers: { Authorization: `Bearer ${goodToken}` } })
}
