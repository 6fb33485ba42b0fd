import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describeCause, FetchError, fetchDocument } from '../../src/keys/fetch-document.ts'
import {
  answerJson,
  answerNamed,
  answerStatus,
  answerText,
  breakOff,
  hang,
  hangMidway,
  notFound,
  type Provider,
  startProvider,
  until,
} from '../provider.ts'

let provider: Provider
beforeAll(async () => {
  provider = await startProvider()
})
beforeEach(() => {
  provider.asked.length = 0
})
afterAll(() => provider.close())

async function failureOf(fetched: Promise<unknown>): Promise<FetchError> {
  const error = await fetched.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof FetchError) return error
  throw new Error('expected a FetchError', { cause: error })
}

describe('fetchDocument', () => {
  it('gets a document and asks for JSON, uncompressed', async () => {
    provider.answer = answerJson({ a: 1 })
    await expect(fetchDocument(`${provider.url}/jwks?a=b`)).resolves.toEqual({
      result: 'new',
      document: { a: 1 },
      validators: {},
      freshFor: undefined,
    })
    expect(provider.asked).toEqual(['/jwks?a=b'])
    expect(provider.lastHeaders).toMatchObject({
      accept: 'application/json, application/jwk-set+json',
      'accept-encoding': 'identity',
      'user-agent': 'gatewarden',
    })
    expect(provider.lastHeaders).not.toHaveProperty('if-none-match')
    expect(provider.lastHeaders).not.toHaveProperty('if-modified-since')
  })

  it('finds nothing where the server says 404', async () => {
    provider.answer = notFound
    await expect(fetchDocument(provider.url)).resolves.toEqual({ result: 'absent' })
  })

  it.each([201, 204, 206, 304, 400, 401, 403, 410, 429, 500, 502, 503])(
    'fails on status %i',
    async (status) => {
      provider.answer = answerStatus(status)
      const error = await failureOf(fetchDocument(provider.url))
      expect(error.message).toBe(`it answered with status ${status}`)
      expect(error.retryAfter).toBeUndefined()
    },
  )

  it.each([301, 302, 303, 307, 308])('RS-70 does not follow a redirect (%i)', async (status) => {
    provider.answer = answerStatus(status, { location: `${provider.url}/elsewhere` })
    await expect(fetchDocument(`${provider.url}/here`)).rejects.toThrow(
      `it answered with status ${status}`,
    )
    await provider.settle()
    expect(provider.asked).toEqual(['/here'])
  })

  it.each(['application/json; charset=utf-8', 'application/jwk-set+json', 'text/plain', ''])(
    'reads what is called %p, as long as it is JSON',
    async (type) => {
      provider.answer = answerText('{"a":"ä"}', type)
      await expect(fetchDocument(provider.url)).resolves.toMatchObject({ document: { a: 'ä' } })
    },
  )

  it('reads an answer that does not say what it is', async () => {
    provider.answer = (_, response) => response.end('[]')
    await expect(fetchDocument(provider.url)).resolves.toMatchObject({ document: [] })
  })

  it.each(['text/html', 'TEXT/HTML; charset=utf-8', 'application/xhtml+xml', 'text/xml'])(
    'fails on a page: %s, even where it is JSON',
    async (type) => {
      for (const text of ['<!doctype html><title>Sign in</title>', '{"keys":[]}']) {
        provider.answer = answerText(text, type)
        await expect(fetchDocument(provider.url)).rejects.toThrow('its answer is a page, not JSON')
      }
    },
  )

  it.each(['', '{"keys":[', '<html>', '{} {}', 'undefined'])('fails on %p', async (text) => {
    provider.answer = answerText(text)
    expect((await failureOf(fetchDocument(provider.url))).message).toBe('its answer is not JSON')
  })

  it.each(['gzip', 'br', 'deflate', 'zstd'])('fails on an answer in %s', async (encoding) => {
    provider.answer = answerText(gzipSync('{}'), 'application/json', {
      'content-encoding': encoding,
    })
    await expect(fetchDocument(provider.url)).rejects.toThrow('its answer is compressed, unasked')
  })

  it('tries once more where the server gave up a connection that was kept open', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      const isFirst = sockets.push(socket) === 1
      socket.on('error', () => undefined)
      socket.on('data', () => {
        if (isFirst && socket.bytesWritten > 0) return void socket.resetAndDestroy()
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    for (let fetches = 0; fetches < 2; fetches++)
      await expect(fetchDocument(url)).resolves.toMatchObject({ result: 'new', document: {} })
    expect(sockets).toHaveLength(2)
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  })

  it('reads what stands behind a byte order mark', async () => {
    provider.answer = answerText('\uFEFF{"a":1}')
    await expect(fetchDocument(provider.url)).resolves.toMatchObject({ document: { a: 1 } })
  })

  it.each(['Identity', ''])('reads an answer whose encoding is %j', async (encoding) => {
    provider.answer = answerJson([], { 'content-encoding': encoding })
    await expect(fetchDocument(provider.url)).resolves.toMatchObject({ document: [] })
  })

  it('reads an answer that says it is not compressed', async () => {
    provider.answer = answerJson([], { 'content-encoding': 'identity' })
    await expect(fetchDocument(provider.url)).resolves.toMatchObject({ document: [] })
  })

  it('reads 262,144 bytes and no more', async () => {
    const document = (size: number) => `"${'x'.repeat(size - 2)}"`
    provider.answer = answerText(document(262_144))
    const fetched = await fetchDocument(provider.url)
    expect(fetched.result === 'new' && fetched.document).toHaveLength(262_142)
    provider.answer = answerText(document(262_145))
    await expect(fetchDocument(provider.url)).rejects.toThrow(
      'its answer is larger than 262144 bytes',
    )
  })

  it('counts bytes, not characters', async () => {
    provider.answer = answerText(`"${'ä'.repeat(131_072)}"`)
    await expect(fetchDocument(provider.url)).rejects.toThrow('larger than 262144 bytes')
  })

  it('stops reading an answer that never ends', async () => {
    let ended = false
    provider.answer = (_, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(65_536, 0x20)
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', write)
      response.on('close', () => (ended = true))
      write()
    }
    await expect(fetchDocument(provider.url)).rejects.toThrow('larger than')
    await until(() => ended)
  })

  it.each([200, 404, 500])('reads no more of a body it has no use for (%i)', async (status) => {
    let ended = false
    provider.answer = (_, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).write('<html>')
      response.on('close', () => (ended = true))
    }
    await fetchDocument(provider.url).catch(() => undefined)
    await until(() => ended)
  })

  it('fails where nobody listens', async () => {
    const gone = await startProvider()
    await gone.close()
    await expect(fetchDocument(gone.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('fails on an answer that breaks off', async () => {
    provider.answer = breakOff
    await expect(fetchDocument(provider.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it.each([
    ['nothing at all', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    [
      'another protocol (101)',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\nZZ\r\n'],
  ])('fails on a server that speaks %s, without delay', async (_, text) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(text, 'latin1'))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    const start = performance.now()
    await expect(fetchDocument(`http://127.0.0.1:${port}`)).rejects.toThrow()
    expect(performance.now() - start).toBeLessThan(4_000)
    await new Promise((done) => server.close(done))
  })

  it('gives up after five seconds on a server that hangs: before its answer, midway, or at every byte', async () => {
    const drips: Provider['answer'] = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 100)
      response.on('close', () => clearInterval(timer))
    }
    const answers = new Map([
      ['/before', hang],
      ['/midway', hangMidway],
      ['/drips', drips],
    ])
    provider.answer = (request, response) => answers.get(request.url ?? '')?.(request, response)
    const start = performance.now()
    const failures = await Promise.all(
      [...answers.keys()].map((path) => failureOf(fetchDocument(provider.url + path))),
    )
    const elapsed = performance.now() - start
    expect(failures.map(({ message }) => message)).toEqual([
      'it took longer than 5 s',
      'it took longer than 5 s',
      'it took longer than 5 s',
    ])
    expect(elapsed).toBeGreaterThan(4_900)
    expect(elapsed).toBeLessThan(9_000)
  })

  describe('of a document that is here already', () => {
    const lastModified = 'Tue, 01 Jul 2025 10:00:00 GMT'

    it('remembers what the server named it by', async () => {
      provider.answer = answerJson({}, { etag: '"a"', 'last-modified': lastModified })
      await expect(fetchDocument(provider.url)).resolves.toMatchObject({
        validators: { etag: '"a"', lastModified },
      })
    })

    it('asks only whether it changed', async () => {
      provider.answer = answerNamed('"a"', {})
      const validators = { etag: '"a"', lastModified }
      await expect(fetchDocument(provider.url, { validators })).resolves.toEqual({
        result: 'unchanged',
        freshFor: undefined,
      })
      expect(provider.lastHeaders).toMatchObject({
        'if-none-match': '"a"',
        'if-modified-since': lastModified,
      })
    })

    it.each([{ etag: 'W/"a"' }, { lastModified }])(
      'takes 304 for an answer to %j',
      async (given) => {
        provider.answer = answerStatus(304, { 'cache-control': 'max-age=90' })
        await expect(fetchDocument(provider.url, { validators: given })).resolves.toEqual({
          result: 'unchanged',
          freshFor: 90,
        })
      },
    )

    it('gets it anew where it changed', async () => {
      provider.answer = answerNamed('"b"', { b: 1 })
      await expect(
        fetchDocument(provider.url, { validators: { etag: '"a"' } }),
      ).resolves.toMatchObject({ result: 'new', document: { b: 1 }, validators: { etag: '"b"' } })
    })
  })

  it('says for how long the document is fresh', async () => {
    provider.answer = answerJson({}, { 'cache-control': 'max-age=700', age: '100' })
    await expect(fetchDocument(provider.url)).resolves.toMatchObject({ freshFor: 600 })
  })

  it.each([
    ['0', 0],
    ['30', 30],
    ['999999', 999_999],
    ['1000000', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Tue, 01 Jul 2025 10:00:00 GMT', undefined],
  ])('passes on when to come again: Retry-After %p', async (field, seconds) => {
    for (const status of [429, 503]) {
      provider.answer = answerStatus(status, { 'retry-after': field })
      expect((await failureOf(fetchDocument(provider.url))).retryAfter).toBe(seconds)
    }
  })

  it('uses a connection again, where hosts are those of the configuration', async () => {
    const own = await startProvider()
    own.answer = answerJson({})
    for (let at = 0; at < 3; at++) await fetchDocument(own.url)
    expect([own.asked.length, own.connections]).toEqual([3, 1])
    await own.close()
  })

  describe('from public hosts only', () => {
    const publicHostsOnly = true

    it.each([
      ['IPv4', '127.0.0.1', '127.0.0.1'],
      ['IPv4 in short', '127.1', '127.0.0.1'],
      ['IPv4 as a number', '2130706433', '127.0.0.1'],
      ['IPv4 in octal', '0177.0.0.1', '127.0.0.1'],
      ['IPv4 with a dot too many', '127.0.0.1.', '127.0.0.1'],
      ['private IPv4', '10.0.0.1', '10.0.0.1'],
      ['the metadata service', '169.254.169.254', '169.254.169.254'],
      ['any address', '0.0.0.0', '0.0.0.0'],
      ['IPv6', '[::1]', '::1'],
      ['any IPv6 address', '[::]', '::'],
      ['unique local IPv6', '[fd00::1]', 'fd00::1'],
      ['link-local IPv6', '[fe80::1]', 'fe80::1'],
      ['IPv4 in IPv6', '[::ffff:127.0.0.1]', '::ffff:7f00:1'],
    ])('RS-79 refuses an address: %s', async (_, host, address) => {
      const { port } = new URL(provider.url)
      for (const scheme of ['http', 'https']) {
        const error = await failureOf(
          fetchDocument(`${scheme}://${host}:${port}/`, { publicHostsOnly }),
        )
        expect(error.message).toBe(`${address} is no public address`)
      }
      await provider.settle()
      expect(provider.asked).toEqual([])
    })

    it.each(['localhost', 'LOCALHOST'])(
      'RS-79 refuses a name that resolves to loopback: %s',
      async (host) => {
        const { port } = new URL(provider.url)
        for (const scheme of ['http', 'https'])
          await expect(
            fetchDocument(`${scheme}://${host}:${port}/`, { publicHostsOnly }),
          ).rejects.toThrow(/ is at (127\.0\.0\.1|::1), which is no public address$/)
        await provider.settle()
        expect(provider.asked).toEqual([])
      },
    )

    it('RS-79 never goes over a connection that is open already', async () => {
      const own = await startProvider()
      own.answer = answerJson({})
      const url = own.url.replace('127.0.0.1', 'localhost')
      await fetchDocument(url)
      await fetchDocument(url)
      expect([own.asked.length, own.connections]).toEqual([2, 1])
      await expect(fetchDocument(url, { publicHostsOnly })).rejects.toThrow('no public address')
      await own.settle()
      expect(own.asked).toHaveLength(2)
      await own.close()
    })
  })
})

describe('describeCause', () => {
  it('says what went wrong', () => {
    expect(describeCause(new TypeError('its answer is not JSON'))).toBe('its answer is not JSON')
    const refused = Object.assign(new Error('connect to 127.0.0.1'), { code: 'ECONNREFUSED' })
    expect(describeCause(refused)).toBe('connect to 127.0.0.1')
  })

  it('names the code where several addresses failed and the error has no words of its own', () => {
    const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })
    expect(describeCause(refused)).toBe('ECONNREFUSED')
    expect(describeCause(new Error())).toBe('it cannot be reached')
  })
})
