import { describeMachine, installedVersion } from '../../src/lib/machine.ts'

test('the version of a package is found although it does not export its manifest', () => {
  expect(installedVersion('jose')).toMatch(/^6\.\d+\.\d+$/)
  expect(installedVersion('@nestjs/core')).toMatch(/^12\.\d+\.\d+$/)
})

test('a package that is not there is a mistake', () => {
  expect(() => installedVersion('no-such-package')).toThrow('no-such-package is not installed')
})

test('a machine is described without its name or anybody’s', () => {
  expect(describeMachine([]).kernel).toMatch(/^[\d.]+$/)
  expect(Object.keys(describeMachine([])).sort()).toEqual([
    'cores',
    'kernel',
    'memoryGb',
    'node',
    'openssl',
    'packages',
    'processor',
  ])
})
