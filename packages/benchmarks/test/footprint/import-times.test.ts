import { CANDIDATES } from '../../src/footprint/candidates.ts'
import { timeImport } from '../../src/footprint/import-times.ts'

const candidate = (name: string) => CANDIDATES.find((each) => each.name === name)!

test('importing a package takes longer than importing nothing', () => {
  const empty = timeImport({ name: 'empty', packages: ['./empty.js'] })
  const library = timeImport(candidate('jsonwebtoken'))
  expect(empty.milliseconds).toBeGreaterThan(0)
  expect(library.milliseconds).toBeGreaterThan(empty.milliseconds)
  expect(library.cpuMilliseconds).toBeGreaterThan(0)
  expect(library.milliseconds).toBeLessThan(10_000)
})

test('what was loaded before is not timed', () => {
  const { packages } = candidate('@nestjs/passport with passport-jwt')
  const again = timeImport({ name: 'again', packages, within: packages })
  const first = timeImport({ name: 'first', packages })
  expect(again.milliseconds).toBeLessThan(first.milliseconds)
})

test('an import that fails is no measurement', () => {
  expect(() => timeImport({ name: 'none', packages: ['no-such-package'] })).toThrow()
})
