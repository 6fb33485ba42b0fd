import type { Request } from 'autocannon'
import type { ServerPlan } from './server-plan.ts'
import { launchServer } from './server-process.ts'

/** Logs users in, each to a session of their own. The sessions are in Redis: every server with the same secret knows them. */
export async function createSessionRequests(plan: ServerPlan, users: number): Promise<Request[]> {
  const server = await launchServer(plan)
  const requests: Request[] = []
  for (let user = 0; user < users; user++) {
    const url = `http://127.0.0.1:${String(server.port)}/login/user-${String(user)}`
    const { headers } = await fetch(url, { method: 'POST' })
    const cookie = headers.get('set-cookie')?.split(';')[0]
    if (cookie === undefined) throw new Error('no session was begun')
    requests.push({ headers: { cookie } })
  }
  await server.stop()
  return requests
}
