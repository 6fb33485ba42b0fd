import { isSecureUrl, isWebUrl } from '../../src/keys/secure-url.ts'

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

describe('isWebUrl', () => {
  it.each([
    'https://issuer.example',
    'http://issuer.example',
    'http://keycloak:8080/realms/a',
    'http://10.0.0.1',
    'http://localhost:8080',
  ])('takes %s', (url) => {
    expect(isWebUrl(url)).toBe(true)
  })

  it.each([
    'http://user:password@issuer.example',
    'http://user@issuer.example',
    'https://:password@issuer.example',
    'ftp://issuer.example',
    'ws://issuer.example',
    'httpx://issuer.example',
    'xhttp://issuer.example',
    'file:///etc/passwd',
    'javascript:0',
    'issuer.example',
    '//issuer.example',
    '',
    undefined,
    null,
    5,
    ['http://issuer.example'],
    new URL('http://issuer.example'),
  ])('refuses %p', (url) => {
    expect(isWebUrl(url)).toBe(false)
  })
})
