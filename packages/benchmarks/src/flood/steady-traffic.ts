import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

export interface Traffic {
  readonly port: number
  /** Sent in turn, again and again. */
  readonly tokens: readonly string[]
  /** Requests a second, whatever becomes of those before. */
  readonly rate: number
  readonly seconds: number
}

/**
 * Sends good requests at a steady rate and returns the milliseconds each of them took, from when it was meant to be
 * sent. Who waits for one answer before the next request measures few slow answers just because they are slow; and who
 * begins to count when a late request is sent at last does not see why it was late.
 *
 * A timer is up to a millisecond late, and that is in the figures.
 */
export async function sendSteadily({ port, tokens, rate, seconds }: Traffic): Promise<number[]> {
  // As many as a proxy in front would keep open. A connection for each request that waits would soon fill the queue of
  // those that the server has not accepted yet, and TCP tries those that found no place again after seconds.
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const start = performance.now()
  const answers: Promise<number>[] = []
  while (answers.length < rate * seconds) {
    const due = start + (answers.length * 1000) / rate
    const wait = due - performance.now()
    if (wait > 0) await delay(wait)
    const token = tokens[answers.length % tokens.length] ?? ''
    const answer = request(port, agent, token).then(() => performance.now() - due)
    // Whoever fails while others are still to be sent is waited for below.
    answer.catch(() => undefined)
    answers.push(answer)
  }
  const milliseconds = await Promise.all(answers)
  agent.destroy()
  return milliseconds
}

function request(port: number, agent: Agent, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const sent = get({ host: '127.0.0.1', port, path: '/orders', agent, headers }, (res) => {
      const { statusCode } = res
      if (statusCode !== 200)
        reject(new Error(`a good token was answered with ${String(statusCode)}`))
      res.on('end', resolve).resume()
    })
    sent.on('error', reject)
  })
}
