import { measureCacheSurvival } from '../../src/flood/cache-survival.ts'

test('forged tokens push nobody out of the cache of Gatewarden, and it is seen where they do', async () => {
  const { rows } = await measureCacheSurvival(50, 12_000)
  expect(rows).toEqual([
    { name: 'gatewarden', figures: [100, 100] },
    // It keeps refusals in the same cache.
    { name: 'fast-jwt, cached', figures: [100, 0] },
  ])
})
