import { startCluster } from './cluster.ts'

it('says what to set or to install where there is no Redis', async () => {
  await expect(startCluster({ PATH: '' })).rejects.toThrow('set REDIS_URL to a Redis that runs')
})

it('wants a secret for a Redis that stays', async () => {
  const REDIS_URL = 'redis://127.0.0.1:1'
  await expect(startCluster({ REDIS_URL })).rejects.toThrow('Set GATEWARDEN_SECRET')
})
