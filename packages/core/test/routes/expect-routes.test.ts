import { ConfigError } from '../../src/options/config-error.ts'
import { expectRoutes } from '../../src/routes/expect-routes.ts'
import { thrownBy } from '../mint.ts'

const route = { method: 'GET', path: '/a', handle: () => undefined }

describe('expectRoutes', () => {
  it('takes the routes of an issuer, own or inherited, none included', () => {
    const routes = [route]
    expect(expectRoutes('authRoutes', { routes })).toBe(routes)
    expect(expectRoutes('authRoutes', { routes: [] })).toEqual([])
    class Issuer {
      get routes() {
        return routes
      }
    }
    expect(expectRoutes('authRoutes', new Issuer())).toBe(routes)
  })

  it.each([
    [undefined, 'got undefined (a missing environment variable?)'],
    [null, 'got null'],
    [[route], 'got a list'],
    [{}, 'got an object'],
    [{ routes: 'a' }, 'got an object'],
    [{ routes: [null] }, 'got an object'],
    [{ routes: [{ ...route, path: 'a' }] }, 'got an object'],
    [{ routes: [{ ...route, path: undefined }] }, 'got an object'],
    [{ routes: [{ ...route, handle: undefined }] }, 'got an object'],
    [Promise.resolve({ routes: [route] }), 'got a promise: await it first'],
  ])('does not start with %j', (given, got) => {
    const error = thrownBy(() => expectRoutes('authRoutes', given))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toBe(
      `authRoutes: expected an issuer or a receiver, whose routes are to be served, ${got}`,
    )
  })
})
