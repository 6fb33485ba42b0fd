import { describeCause, fetchJson, isSecureUrl } from '../../src/keys/fetch-json.ts'
import {
  answerStatus,
  answerText,
  notFound,
  type Provider,
  startProvider,
  until,
} from '../provider.ts'

describe('fetchJson', () => {
  let provider: Provider
  beforeAll(async () => {
    provider = await startProvider()
  })
  afterAll(() => provider.close())

  it('gets a document and asks for JSON', async () => {
    let accepted: string | undefined
    provider.answer = (request, response) => {
      accepted = request.headers.accept
      answerText('{"a":1}')(request, response)
    }
    await expect(fetchJson(provider.url)).resolves.toEqual({ a: 1 })
    expect(accepted).toBe('application/json, application/jwk-set+json')
  })

  it('finds nothing where the server says 404', async () => {
    provider.answer = notFound
    await expect(fetchJson(provider.url)).resolves.toBeUndefined()
  })

  it.each([201, 204, 304, 400, 401, 403, 410, 429, 500, 502, 503])(
    'fails on status %i',
    async (status) => {
      provider.answer = answerStatus(status)
      await expect(fetchJson(provider.url)).rejects.toThrow(`it answered with status ${status}`)
    },
  )

  it.each([301, 302, 303, 307, 308])('RS-70 does not follow a redirect (%i)', async (status) => {
    provider.asked.length = 0
    provider.answer = answerStatus(status, { location: `${provider.url}/elsewhere` })
    await expect(fetchJson(`${provider.url}/here`)).rejects.toThrow(
      `it answered with status ${status}`,
    )
    expect(provider.asked).toEqual(['/here'])
  })

  it('fails on HTML', async () => {
    provider.answer = answerText('<!doctype html><title>Sign in</title>', 'text/html')
    await expect(fetchJson(provider.url)).rejects.toThrow('its answer is not JSON')
  })

  it('fails on an empty answer', async () => {
    provider.answer = answerText('')
    await expect(fetchJson(provider.url)).rejects.toThrow('its answer is not JSON')
  })

  it('reads 262,144 bytes and no more', async () => {
    const document = (size: number) => `"${'x'.repeat(size - 2)}"`
    provider.answer = answerText(document(262_144))
    await expect(fetchJson(provider.url)).resolves.toHaveLength(262_142)
    provider.answer = answerText(document(262_145))
    await expect(fetchJson(provider.url)).rejects.toThrow('its answer is larger than 262144 bytes')
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
    await expect(fetchJson(provider.url)).rejects.toThrow('larger than')
    await until(() => ended)
  })

  it('fails where nobody listens', async () => {
    const gone = await startProvider()
    await gone.close()
    await expect(fetchJson(gone.url)).rejects.toThrow()
  })

  it('gives up on an answer that hangs after five seconds', async () => {
    provider.answer = (_, response) => {
      response.writeHead(200).write('{"keys":')
    }
    await expect(fetchJson(provider.url)).rejects.toMatchObject({ name: 'TimeoutError' })
  }, 10_000)
})

describe('describeCause', () => {
  it('names the reason that fetch hides one cause deeper, by its code where it has one', () => {
    const failed = (cause: unknown) => describeCause(new TypeError('fetch failed', { cause }))
    const refused = Object.assign(new Error('connect to 127.0.0.1'), { code: 'ECONNREFUSED' })
    expect(failed(refused)).toBe('fetch failed (ECONNREFUSED)')
    expect(failed(new Error('other side closed'))).toBe('fetch failed (other side closed)')
    expect(failed('a text')).toBe('fetch failed')
  })

  it('says what went wrong where nothing is hidden', () => {
    expect(describeCause(new TypeError('its answer is not JSON'))).toBe('its answer is not JSON')
  })
})

describe('isSecureUrl', () => {
  it.each([
    'https://issuer.example',
    'https://issuer.example:8443/a?b',
    'HTTPS://issuer.example',
    'http://localhost:8080',
    'http://127.0.0.1/jwks',
    'http://127.1.2.3/jwks',
    'http://127.0.0.53:8080',
    'http://[::1]:80',
  ])('takes %s', (url) => {
    expect(isSecureUrl(url)).toBe(true)
  })

  it.each([
    'http://issuer.example',
    'http://10.0.0.1',
    'http://192.168.0.1',
    'http://169.254.169.254/latest',
    'http://0.0.0.0',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://evil.example/localhost',
    'http://localhost@evil.example',
    'https://user:password@issuer.example',
    'https://user@issuer.example',
    'https://:password@issuer.example',
    'ftp://issuer.example',
    'ftp://localhost',
    'ws://127.0.0.1',
    'file:///etc/passwd',
    'data:application/json,{}',
    'javascript:0',
    'issuer.example',
    '//issuer.example',
    '',
    ' ',
    undefined,
    null,
    5,
    ['https://issuer.example'],
    new URL('https://issuer.example'),
  ])('RS-79 refuses %p', (url) => {
    expect(isSecureUrl(url)).toBe(false)
  })
})
