import type { LookupAddress } from 'node:dns'
import { isPublicAddress, lookupPublic } from '../../src/keys/public-address.ts'

/** What Node's own lookup would be told. */
const look = (hostname: string, options: { all?: boolean; family?: number } = {}) =>
  new Promise<{ address: string | LookupAddress[]; family: number | undefined }>(
    (resolve, reject) => {
      lookupPublic(hostname, options, (error, address, family) => {
        if (error === null) resolve({ address, family })
        else reject(error)
      })
    },
  )

describe('isPublicAddress', () => {
  it.each([
    ['this network', '0.0.0.0', '0.255.255.255'],
    ['private', '10.0.0.0', '10.255.255.255'],
    ['shared by a carrier', '100.64.0.0', '100.127.255.255'],
    ['loopback', '127.0.0.0', '127.255.255.255'],
    ['link-local', '169.254.0.0', '169.254.255.255'],
    ['private', '172.16.0.0', '172.31.255.255'],
    ['protocol assignments', '192.0.0.0', '192.0.0.255'],
    ['documentation', '192.0.2.0', '192.0.2.255'],
    ['6to4 relays', '192.88.99.0', '192.88.99.255'],
    ['private', '192.168.0.0', '192.168.255.255'],
    ['benchmarks', '198.18.0.0', '198.19.255.255'],
    ['documentation', '198.51.100.0', '198.51.100.255'],
    ['documentation', '203.0.113.0', '203.0.113.255'],
    ['multicast to the end', '224.0.0.0', '255.255.255.255'],
    ['unspecified and loopback', '::', '::1'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:10.0.0.1'],
    ['IPv4 in IPv6, in hexadecimal', '::ffff:7f00:1', '::ffff:a9fe:a9fe'],
    ['IPv4 in IPv6, a public one', '::ffff:8.8.8.8', '::8.8.8.8'],
    ['translated IPv4', '64:ff9b::7f00:1', '64:ff9b:1::1'],
    ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
    ['tunnels and protocol assignments', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['6to4', '2002::', '2002:7f00:1::1'],
    ['documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['segment routing', '5f00::', '5f00:ffff::'],
    ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['link-local', 'fe80::1', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['site-local', 'fec0::', 'feff::1'],
    ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['with a zone', 'fe80::1%eth0', '2606:4700::1%eth0'],
  ])('RS-79 is false from the first to the last address: %s (%s, %s)', (_, first, last) => {
    expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false])
  })

  it.each([
    ['1.0.0.0', '9.255.255.255'],
    ['11.0.0.0', '100.63.255.255'],
    ['100.128.0.0', '126.255.255.255'],
    ['128.0.0.0', '169.253.255.255'],
    ['169.255.0.0', '172.15.255.255'],
    ['172.32.0.0', '191.255.255.255'],
    ['192.0.1.0', '192.0.1.255'],
    ['192.0.3.0', '192.88.98.255'],
    ['192.88.100.0', '192.167.255.255'],
    ['192.169.0.0', '198.17.255.255'],
    ['198.20.0.0', '198.51.99.255'],
    ['198.51.101.0', '203.0.112.255'],
    ['203.0.114.0', '223.255.255.255'],
    ['2000::', '2000:ffff::'],
    ['2001:200::', '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db9::', '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2003::', '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['3fff:1000::', '3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('is true right beside those networks: %s to %s', (first, last) => {
    expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([true, true])
  })
})

describe('lookupPublic', () => {
  it.each([{}, { all: true }, { all: false, family: 4 }])(
    'RS-79 refuses a name that is at a private address (%j)',
    async (options) => {
      await expect(look('localhost', options)).rejects.toThrow(
        /^localhost is at (127\.0\.0\.1|::1), which is no public address$/,
      )
    },
  )

  it.each(['127.0.0.1', '10.1.2.3', '::1', '::ffff:127.0.0.1'])(
    'RS-79 refuses %s where it is asked about it',
    async (address) => {
      await expect(look(address, { all: true })).rejects.toThrow('which is no public address')
    },
  )

  // Of an address nothing is asked over the network.
  it('answers as it was asked: with all addresses, or with one', async () => {
    await expect(look('192.0.1.9', { all: true })).resolves.toEqual({
      address: [{ address: '192.0.1.9', family: 4 }],
      family: undefined,
    })
    await expect(look('192.0.1.9')).resolves.toEqual({ address: '192.0.1.9', family: 4 })
    await expect(look('2606:4700::1', { all: false })).resolves.toEqual({
      address: '2606:4700::1',
      family: 6,
    })
  })

  it('passes on that there is no such host', async () => {
    // A label of 64 characters cannot be asked for.
    await expect(look(`${'a'.repeat(64)}.example`)).rejects.toMatchObject({ code: 'ENOTFOUND' })
  })
})

describe('lookupPublic, of a name with several addresses', () => {
  // The types of jest do not have it yet.
  const { jest } = import.meta as unknown as {
    jest: { unstable_mockModule(name: string, make: () => object): void; resetModules(): void }
  }
  let answer: [Error | null, LookupAddress[]]
  let asked: unknown[]
  let lookupHere: typeof lookupPublic
  beforeAll(async () => {
    // No name has such addresses wherever this runs, so the name server is played.
    jest.unstable_mockModule('node:dns', () => ({
      lookup: (hostname: string, options: object, callback: (...answer: unknown[]) => void) => {
        asked = [hostname, options]
        callback(...answer)
      },
    }))
    jest.resetModules()
    ;({ lookupPublic: lookupHere } = await import('../../src/keys/public-address.ts'))
  })
  const addresses = (...list: string[]) =>
    list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const outcome = (options: object) =>
    new Promise((resolve) => {
      lookupHere('a.example', options, (...given) => resolve(given))
    })

  it.each([
    ['192.0.1.9', '10.0.0.1'],
    ['10.0.0.1', '192.0.1.9'],
    ['2606:4700::1', '192.0.1.9', '::ffff:127.0.0.1'],
  ])('RS-79 refuses it when one of them is private: %s, %s', async (...list) => {
    answer = [null, addresses(...list)]
    for (const options of [{ all: true }, { all: false }, {}]) {
      const [error, given] = (await outcome(options)) as [Error, unknown]
      expect(error.message).toMatch(/^a\.example is at (10\.0\.0\.1|::ffff:127\.0\.0\.1), which/)
      expect(given).toEqual([])
    }
  })

  it('gives all of them, or the first, when all are public', async () => {
    answer = [null, addresses('2606:4700::1', '192.0.1.9')]
    expect(await outcome({ all: true, hints: 32 })).toEqual([null, answer[1]])
    // All are looked at, whatever was asked.
    expect(asked).toEqual(['a.example', { all: true, hints: 32 }])
    expect(await outcome({ family: 0 })).toEqual([null, '2606:4700::1', 6])
    expect(asked).toEqual(['a.example', { all: true, family: 0 }])
  })

  it('refuses it when it has none', async () => {
    answer = [null, []]
    expect(((await outcome({ all: true })) as [Error])[0].message).toBe(
      'a.example is at no address, which is no public address',
    )
  })
})
