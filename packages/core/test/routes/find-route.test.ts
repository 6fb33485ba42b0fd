import { findRoute } from '../../src/routes/find-route.ts'
import type { Route } from '../../src/routes/route.ts'

const route = (method: Route['method'], path: string): Route => ({
  method,
  path,
  handle: () => Promise.reject(new Error('not called here')),
})

const keys = route('GET', '/.well-known/jwks.json')
const token = route('POST', '/auth/token')
const sessions = route('GET', '/auth/sessions')
const endAll = route('DELETE', '/auth/sessions')
const end = route('DELETE', '/auth/sessions/:sid')
const nested = route('GET', '/of/:subject/devices/:device')
const routes = [keys, token, sessions, endAll, end, nested]

const find = (method: string, url: string) => findRoute(routes, method, url)
const paramsOf = (url: string) => {
  const found = find('DELETE', url)
  return found !== undefined && 'params' in found ? found.params : undefined
}

describe('findRoute', () => {
  it.each([
    ['GET', '/.well-known/jwks.json', keys],
    ['POST', '/auth/token', token],
    ['GET', '/auth/sessions', sessions],
    ['DELETE', '/auth/sessions', endAll],
    ['DELETE', '/auth/sessions/abc', end],
  ])('finds %s %s', (method, url, expected) => {
    expect(find(method, url)).toMatchObject({ route: expected })
  })

  it('does not look at the query', () => {
    expect(find('POST', '/auth/token?x=/auth/sessions')).toEqual({ route: token, params: {} })
    expect(find('POST', '/auth/token?')).toEqual({ route: token, params: {} })
  })

  it('finds HEAD under the route of GET, and under no other', () => {
    expect(find('HEAD', '/auth/sessions')).toEqual({ route: sessions, params: {} })
    expect(find('HEAD', '/auth/token')).toEqual({ allow: ['POST'] })
  })

  it('says which methods a path has when another one is asked for', () => {
    expect(find('GET', '/auth/token')).toEqual({ allow: ['POST'] })
    expect(find('PUT', '/auth/sessions')).toEqual({ allow: ['GET', 'HEAD', 'DELETE'] })
    expect(find('POST', '/auth/sessions/abc')).toEqual({ allow: ['DELETE'] })
  })

  it.each(['post', 'Post', 'POST ', '', 'OPTIONS', 'TRACE', 'CONNECT', '__proto__'])(
    'takes the method %j for no other',
    (method) => {
      expect(find(method, '/auth/token')).toEqual({ allow: ['POST'] })
    },
  )

  it('knows no path of a request without a method or a target', () => {
    expect(findRoute(routes, undefined, '/auth/token')).toEqual({ allow: ['POST'] })
    expect(findRoute(routes, 'POST', undefined)).toBeUndefined()
    expect(findRoute([], 'POST', '/auth/token')).toBeUndefined()
  })

  it.each([
    ['a slash at the end', '/auth/token/'],
    ['an empty segment', '/auth//token'],
    ['an empty segment in front', '//auth/token'],
    ['a dot segment', '/auth/./token'],
    ['a way up and down again', '/auth/x/../token'],
    ['a dot segment in percent-encoding', '/auth/%2e/token'],
    ['another case', '/Auth/Token'],
    ['a letter in percent-encoding', '/auth/%74oken'],
    ['a slash in percent-encoding', '/auth%2Ftoken'],
    ['a backslash', '/auth\\token'],
    ['a path parameter', '/auth/token;x=1'],
    ['a fragment', '/auth/token#x'],
    ['a space', '/auth/token '],
    ['NUL', '/auth/token%00'],
    ['the form for proxies', 'http://api.example/auth/token'],
    ['no slash', 'auth/token'],
    ['nothing', ''],
    ['an asterisk', '*'],
    ['more segments', '/auth/token/x'],
    ['fewer segments', '/auth'],
    ['a name of Object.prototype', '/constructor'],
    ['the pattern itself, as another path', '/auth/sessions/:sid/x'],
  ])('takes %s for no path of the routes', (_, url) => {
    expect(find('POST', url)).toBeUndefined()
  })

  it.each([
    ['abc', 'abc'],
    ['a.b-c_d~e', 'a.b-c_d~e'],
    ["!$&'()*+,;=:@", "!$&'()*+,;=:@"],
    ['a%20b', 'a b'],
    ['a+b', 'a+b'],
    ['%C3%A9', 'é'],
    ['%c3%a9', 'é'],
    ['%F0%9F%94%91', '🔑'],
    ['...', '...'],
    [':sid', ':sid'],
    ['__proto__', '__proto__'],
  ])('decodes the parameter %j once', (segment, value) => {
    expect(paramsOf(`/auth/sessions/${segment}`)).toEqual({ sid: value })
  })

  it('does not decode what decoding gave', () => {
    expect(paramsOf('/auth/sessions/%252F')).toEqual({ sid: '%2F' })
    expect(paramsOf('/auth/sessions/%252e%252e')).toEqual({ sid: '%2e%2e' })
  })

  it.each([
    ['nothing', ''],
    ['a slash in percent-encoding', 'a%2Fb'],
    ['a slash in percent-encoding, in lower case', 'a%2fb'],
    ['a backslash in percent-encoding', 'a%5Cb'],
    ['a backslash', 'a\\b'],
    ['a dot segment', '.'],
    ['the way up', '..'],
    ['a dot segment in percent-encoding', '%2e'],
    ['the way up in percent-encoding', '%2E%2e'],
    ['NUL', 'a%00'],
    ['a line break', 'a%0D%0Ab'],
    ['half a percent-encoding', 'a%2'],
    ['a percent sign', '%'],
    ['percent-encoding of no number', '%zz'],
    ['bytes that are not UTF-8', '%ff'],
    ['half a character', '%C3'],
    ['an overlong slash', '%C0%AF'],
    ['a surrogate', '%ED%A0%80'],
    ['a raw letter beyond ASCII', 'é'],
    ['a space', 'a b'],
    ['a fragment', 'a#b'],
    ['a quote', 'a"b'],
    ['brackets', '[a]'],
    ['DEL', 'a%7F'],
  ])('takes no parameter of %s', (_, segment) => {
    expect(find('DELETE', `/auth/sessions/${segment}`)).toBeUndefined()
  })

  it('keeps several parameters apart', () => {
    expect(find('GET', '/of/alice%40example/devices/7?x=1')).toEqual({
      route: nested,
      params: { subject: 'alice@example', device: '7' },
    })
    expect(find('GET', '/of/alice/tokens/7')).toBeUndefined()
  })

  it('goes on to the next route that has the path, when one with a parameter has another method', () => {
    const named = route('GET', '/things/mine')
    expect(findRoute([route('DELETE', '/things/:id'), named], 'GET', '/things/mine')).toEqual({
      route: named,
      params: {},
    })
  })

  it('needs no more time for a path of many segments', () => {
    expect(find('DELETE', `/auth/sessions/${'%'.repeat(60_000)}`)).toBeUndefined()
    expect(find('DELETE', '/'.repeat(60_000))).toBeUndefined()
  })
})
