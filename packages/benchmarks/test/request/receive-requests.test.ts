import { receiveRequests } from '../../src/request/receive-requests.ts'

test('every token comes in a request of its own, as Node makes it', async () => {
  const [first, second, third] = await receiveRequests(['a', undefined, 'b'])
  expect(first?.req.headers.authorization).toBe('Bearer a')
  expect(second?.req.headers).not.toHaveProperty('authorization')
  expect(third?.req.headers.authorization).toBe('Bearer b')
  expect(third?.req).toMatchObject({ method: 'GET', url: '/orders', complete: true })
  expect(third?.res.headersSent).toBe(false)
})
