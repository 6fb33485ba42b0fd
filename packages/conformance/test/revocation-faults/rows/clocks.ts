import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createIssuer } from '@gatewarden/issuer'
import type { Deployment } from '../deployment.ts'
import type { Process } from '../process.ts'
import { until } from '../until.ts'
import { assertNeverUnavailable } from './network.ts'
import type { Row } from './row.ts'

const SKEW = 5

const apart = (deployment: Deployment, options = {}) =>
  Promise.all(
    [-SKEW, 0, SKEW].map((ahead) =>
      deployment.process({ name: `clock at ${ahead}`, ahead, ...options }),
    ),
  )

export const clockRows: readonly Row[] = [
  {
    title: 'clocks are 5 s ahead and behind: what is revoked by whichever is refused by all',
    async run(deployment) {
      const clockTolerance = 6
      const processes = await apart(deployment, { clockTolerance })
      const valid = deployment.issue('valid')
      for (const process of processes) {
        const token = deployment.issue(`by ${process.name}`)
        await deployment.revoke(process, token)
        await deployment.untilRefused(token, ...processes)

        // Up to a moment, by the clock of whoever revokes; issued by one that has the right time.
        const subject = `subject of ${process.name}`
        const earlier = deployment.issue(`before, ${process.name}`, { sub: subject })
        for (const each of processes) await deployment.untilSaid(each, earlier, 'passed', 0)
        const issuedUpTo = process.clock()
        const edge = { sub: subject, iat: issuedUpTo + clockTolerance }
        const atTheEdge = deployment.issue(`at the edge, ${process.name}`, edge)
        const later = deployment.issue(`after, ${process.name}`, { ...edge, iat: edge.iat + 1 })
        await deployment.revoke(process, earlier, { subject, issuedUpTo })
        atTheEdge.revoked = earlier.revoked
        await deployment.untilRefused(earlier, ...processes)
        await deployment.untilRefused(atTheEdge, ...processes)
        for (const each of processes) await deployment.untilSaid(each, later, 'passed', 0)
        assertNeverUnavailable(deployment, later, ...processes)
      }
      assertNeverUnavailable(deployment, valid, ...processes)
    },
  },
  {
    title: 'clocks are 5 s ahead and behind at the end of a token: none lets it pass again',
    async run(deployment) {
      const guardTolerance = 1
      const processes = await apart(deployment, { guardTolerance })
      const [slow, right, fast] = processes as [Process, Process, Process]
      const now = right.clock()
      const claims = { iat: now - 20, exp: now + SKEW + 5 }
      const ending = deployment.issue('ending', claims, guardTolerance)
      for (const each of processes) await deployment.untilSaid(each, ending, 'passed', 0)
      await deployment.revoke(right, ending)
      await deployment.untilRefused(ending, ...processes)
      const { until: over } = ending
      // Over for one, and swept by it; of some use for the others still.
      await until(() => fast.clock() >= over, 15, 'it is over for one')
      await sweep(fast)
      await deployment.untilRefused(ending, slow, right)
      await until(() => right.clock() >= over, 15, 'it is over for another')
      await deployment.untilRefused(ending, slow)
    },
  },
  {
    title:
      'a clock that is 5 s ahead sweeps: a process that starts then, 5 s behind, knows what it must',
    async run(deployment) {
      const guardTolerance = 1
      const fast = await deployment.process({ name: 'fast', ahead: SKEW, guardTolerance })
      const now = Math.floor(Date.now() / 1000)
      const claims = { iat: now - 20, exp: now + SKEW + 3 }
      const ending = deployment.issue('ending', claims, guardTolerance)
      await deployment.revoke(fast, ending)
      await until(() => fast.clock() >= ending.until, 15, 'it is over for one')
      await sweep(fast)
      const late = await deployment.process({ name: 'late', ahead: -SKEW, guardTolerance })
      assert.equal((await late.verify(ending)).result, 'ERR_TOKEN_REVOKED')
    },
  },
]

/** As an issuer does in that process. */
async function sweep({ store, clock }: Process): Promise<void> {
  const issuer = createIssuer({
    ...{ issuer: 'https://login.example.com', audience: 'https://api.example.com' },
    secret: randomBytes(32).toString('base64url'),
    onRefresh: null,
    clients: { app: { transport: 'body' } },
    ...{ store, clock },
  })
  await issuer.sweep()
  await issuer.close()
}
