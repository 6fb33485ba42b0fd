import { Agent, get } from 'node:http'

const { API = 'http://localhost:3000', DEMO_PASSWORD } = process.env
if (DEMO_PASSWORD === undefined) throw new Error('Set DEMO_PASSWORD to the password of alice')

const loggedIn = await fetch(`${API}/login`, {
  method: 'POST',
  // Origin: fetch tells the server that it is a browser's.
  headers: { 'content-type': 'application/json', 'x-gatewarden': '1', origin: API },
  body: JSON.stringify({ name: 'alice', password: DEMO_PASSWORD }),
})
if (!loggedIn.ok) throw new Error(`Login: ${loggedIn.status} ${await loggedIn.text()}`)
const { access_token: token } = (await loggedIn.json()) as { access_token: string }
const headers = { authorization: `Bearer ${token}` }

// A connection stays with the worker that took it: new ones, until twenty in a row brought nobody new.
const connections = new Map<string, Agent>()
for (let known = 0; known < 20; known++) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { status, worker } = await askMe(agent)
  if (status !== 200) throw new Error(`/me: ${status}`)
  if (connections.has(worker)) {
    agent.destroy()
  } else {
    connections.set(worker, agent)
    known = 0
  }
}
console.log(`${connections.size} workers answer`)

// Every worker is asked without a pause while one of them logs alice out.
const refusals = [...connections].map(async ([worker, agent]) => {
  while ((await askMe(agent)).status === 200);
  agent.destroy()
  return { worker, refusedAt: performance.now() }
})
const loggedOut = await fetch(`${API}/auth/logout-everywhere`, { method: 'POST', headers })
const loggedOutAt = performance.now()
console.log(`Logged out everywhere by worker ${loggedOut.headers.get('x-worker')}`)

// Less than zero: it refused before the logout was answered.
const rows = (await Promise.all(refusals)).map(({ worker, refusedAt }) => {
  return { worker, 'refused after ms': Number((refusedAt - loggedOutAt).toFixed(1)) }
})
console.table(rows)

function askMe(agent: Agent): Promise<{ status: number; worker: string }> {
  return new Promise((resolve, reject) => {
    get(`${API}/me`, { agent, headers }, (answer) => {
      const { statusCode = 0, headers } = answer.resume()
      answer.once('end', () => {
        resolve({ status: statusCode, worker: String(headers['x-worker']) })
      })
    }).once('error', reject)
  })
}
