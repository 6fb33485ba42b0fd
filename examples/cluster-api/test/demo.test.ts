import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PASSWORD, startCluster } from './cluster.ts'
import { story } from './redis-installed.ts'

const DEMO = fileURLToPath(new URL('../dist/demo.js', import.meta.url))

story('the demo says of every worker how soon it refused', async () => {
  const cluster = await startCluster()
  const env = { ...process.env, API: cluster.url, DEMO_PASSWORD: PASSWORD }
  const { stdout } = await promisify(execFile)(process.execPath, [DEMO], { env })
  for (const worker of cluster.workers)
    expect(stdout).toMatch(new RegExp(`'${worker}' +│ +-?\\d+(\\.\\d)? +│`))
})
