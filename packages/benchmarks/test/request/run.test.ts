import { runQuickly } from '../http/run-quickly.ts'

test('runs from end to end with --quick, and saves nothing', async () => {
  const isBefore24 = Number(process.versions.node.split('.')[0]) < 24
  const what = `What a guard adds to one request${isBefore24 ? ', before Node 24' : ''}:`
  expect(await runQuickly('request')).toEqual(
    [
      'Express',
      'Koa',
      'Nest',
      ...(isBefore24
        ? ['Express, on a request as Node made it', 'Nest, on a request as Node made it']
        : []),
    ].map((family) => `${what} ${family}`),
  )
})
