import { compareNames } from '../../src/explain/compare-names.ts'

test.each([
  ['https://a.test', 'https://a.test', undefined],
  ['https://a.test', 'https://a.test/', 'trailing-slash'],
  ['https://a.test/', 'http://a.test', 'scheme'],
  ['https://a.test', 'a.test', 'no-scheme'],
  ['https://a.test', 'https://A.test', 'case'],
  ['https://a.test', ' https://a.test', 'blank'],
  ['https://a.test:8443/x', 'https://a.test/x', 'port'],
  ['https://a.test/x', 'https://a.test/y', 'path'],
  ['https://a.test/x', 'https://b.test/x', 'host'],
  ['https://a.test', 'https://b.test', 'other'],
  ['api', 'web', 'other'],
  ['api', 'API', 'case'],
])('%s and %s: %s', (expected, found, difference) => {
  expect(compareNames(expected, found)).toBe(difference)
})
