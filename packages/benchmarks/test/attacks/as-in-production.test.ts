import { asInProduction } from '../../src/attacks/as-in-production.ts'

test('what was set before is set again, whatever happens', async () => {
  const before = { environment: process.env.NODE_ENV, error: console.error }
  let within: string | undefined
  const work = asInProduction(() => {
    within = process.env.NODE_ENV
    expect(console.error).not.toBe(before.error)
    return Promise.reject(new Error('the work failed'))
  })
  await expect(work).rejects.toThrow('the work failed')
  expect(within).toBe('production')
  expect({ environment: process.env.NODE_ENV, error: console.error }).toEqual(before)
})
