import { startCluster } from './cluster.ts'
import { story } from './redis-installed.ts'
import { claimsOf } from './tokens.ts'

story('a login in the same second as log out everywhere works, with every worker', async () => {
  const cluster = await startCluster()
  let before = ''
  let after = ''
  do {
    before = await cluster.login()
    await cluster.ask('/auth/logout-everywhere', before, { method: 'POST' })
    after = await cluster.login()
  } while (claimsOf(before).iat !== claimsOf(after).iat)

  expect(await cluster.statuses(after)).toEqual(cluster.every(200))
  await cluster.refused(before)
  expect(await cluster.statuses(after)).toEqual(cluster.every(200))
})
