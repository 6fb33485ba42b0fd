import { isInternalAddress, isPrivateAddress } from '../src/internal-address.ts'

test.each([
  ['127.0.0.1', true, true],
  ['::1', true, true],
  ['0.0.0.0', true, true],
  ['10.255.255.255', true, true],
  ['172.16.0.0', true, true],
  ['172.32.0.0', false, false],
  ['192.168.0.1', true, true],
  ['fd00::1', true, true],
  ['::ffff:10.0.0.1', true, true],
  ['169.254.169.254', false, true],
  ['fe80::1', false, true],
  ['8.8.8.8', false, false],
  ['2606:4700::1111', false, false],
])('%s', (address, isPrivate, isInternal) => {
  expect([isPrivateAddress(address), isInternalAddress(address)]).toEqual([isPrivate, isInternal])
})
