import { withinDeadline } from '../src/deadline.ts'

test('gives what came in time', async () => {
  await expect(withinDeadline(() => Promise.resolve(7), 1_000)).resolves.toBe(7)
})

test('passes a failure on', async () => {
  const failure = new Error('down')
  await expect(withinDeadline(() => Promise.reject(failure), 1_000)).rejects.toBe(failure)
})

test('fails when nothing comes, as from a connection that was cut without a word', async () => {
  const never = new Promise(() => undefined)
  await expect(withinDeadline(() => never, 20)).rejects.toThrow('no answer within 0.02 seconds')
})

test('a failure that comes too late is nobody’s unhandled rejection', async () => {
  let fail: (error: Error) => void = () => undefined
  const late = new Promise((_, reject) => {
    fail = reject
  })
  await expect(withinDeadline(() => late, 20)).rejects.toThrow('no answer')
  fail(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
})
