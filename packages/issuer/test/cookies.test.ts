import { resolveCookie, writeCookie } from '../src/cookies.ts'
import { thrownBy } from './test-issuer.ts'

describe('resolveCookie', () => {
  it('AS-23 is __Host- on the whole host, Strict, and alone by default', () => {
    expect(resolveCookie({})).toEqual({
      refreshName: '__Host-gw_rt',
      accessName: undefined,
      path: '/',
      sameSite: 'Strict',
    })
  })

  it('AS-23 is __Secure- on another path, where __Host- may not be', () => {
    const cookie = resolveCookie({ path: '/auth', name: 'rt', accessToken: 'at', sameSite: 'Lax' })
    // The access token goes where the API is.
    expect(cookie).toEqual({
      refreshName: '__Secure-rt',
      accessName: '__Host-at',
      path: '/auth',
      sameSite: 'Lax',
    })
  })

  it('takes undefined for what is absent', () => {
    const absent = { name: undefined, path: undefined, sameSite: undefined, accessToken: undefined }
    expect(resolveCookie(absent)).toEqual(resolveCookie({}))
  })

  it.each<[string, unknown, string]>([
    ['null', null, 'cookie: expected an object, got null'],
    ['a text', 'gw_rt', 'cookie: expected an object, got "gw_rt"'],
    [
      'secure: false, which there is not',
      { secure: false },
      'cookie.secure: there is no such option; there are name, path, sameSite, accessToken',
    ],
    ['httpOnly: false', { httpOnly: false }, 'cookie.httpOnly: there is no such option'],
    ['a domain', { domain: 'example.com' }, 'cookie.domain: there is no such option'],
    ['a path without a slash', { path: 'auth' }, 'cookie.path: expected a path as in /auth, got'],
    [
      'an empty path',
      { path: '' },
      'cookie.path: expected a path as in /auth, got an empty string',
    ],
    ['a path that adds an attribute', { path: '/; Domain=example.com' }, 'cookie.path: expected'],
    ['a path with a line break', { path: '/\r\nX: y' }, 'cookie.path: expected'],
    [
      'a path that is a list',
      { path: ['/'] },
      'cookie.path: expected a path as in /auth, got a list',
    ],
    [
      'lower case',
      { sameSite: 'strict' },
      `cookie.sameSite: expected 'Strict', 'Lax' or 'None', got`,
    ],
    ['sameSite: false', { sameSite: false }, 'cookie.sameSite: expected'],
    [
      'the prefix in the name',
      { name: '__Host-rt' },
      "cookie.name: expected a cookie's name without",
    ],
    ['the prefix in capitals', { name: '__SECURE-rt' }, "cookie.name: expected a cookie's name"],
    ['an empty name', { name: '' }, 'cookie.name: expected'],
    ['a name with a space', { name: 'a b' }, 'cookie.name: expected'],
    ['a name with an equals sign', { name: 'a=b' }, 'cookie.name: expected'],
    ['a name with a semicolon', { name: 'a;b' }, 'cookie.name: expected'],
    ['a name that is no text', { name: 1 }, 'cookie.name: expected'],
    ['a bad second name', { accessToken: 'a;b' }, "cookie.accessToken: expected a cookie's name"],
    ['true as second name', { accessToken: true }, "cookie.accessToken: expected a cookie's name"],
    [
      'one name for both',
      { name: 'token', accessToken: 'token' },
      'cookie.accessToken: expected another name than that of the refresh token’s cookie',
    ],
    [
      'the default name as second',
      { accessToken: 'gw_rt' },
      'cookie.accessToken: expected another',
    ],
  ])('refuses %s', (_, cookie, message) => {
    const error = thrownBy(() => resolveCookie(cookie))
    expect(error.name).toBe('ConfigError')
    expect(error.message).toContain(message)
  })
})

describe('writeCookie', () => {
  it('AS-23 is Secure and HttpOnly whatever else it is, and has no Domain', () => {
    expect(writeCookie('__Host-gw_rt', 'gwr.a', '/', 'Strict', 600)).toBe(
      '__Host-gw_rt=gwr.a; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Strict',
    )
  })

  it('takes a cookie away with Max-Age=0', () => {
    expect(writeCookie('a', '', '/auth', 'Lax', 0)).toBe(
      'a=; Path=/auth; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    )
  })
})
