import { Clients, isConfidential, isSecretOf, unauthenticated } from '../src/clients.ts'
import { thrownBy } from './test-issuer.ts'

const secret = 's'.repeat(31) + '1'
const next = 's'.repeat(31) + '2'

const refusalOf = (clients: unknown) => {
  const error = thrownBy(() => new Clients(clients))
  expect(error).toMatchObject({ name: 'ConfigError', code: 'ERR_CONFIG' })
  return error.message
}

describe('Clients', () => {
  it('finds a client by its name, and nothing by a name that objects inherit', () => {
    const clients = new Clients({ web: { transport: 'cookie' }, app: {} })
    expect(clients.find('app')).toEqual({
      id: 'app',
      transport: 'body',
      secretDigests: [],
      introspects: [],
    })
    for (const id of ['App', 'constructor', '__proto__', 'toString', ''])
      expect(clients.find(id)).toBeUndefined()
    expect(clients.all.map(({ id }) => id)).toEqual(['web', 'app'])
  })

  it('knows the one whose tokens travel by cookie', () => {
    expect(new Clients({ app: {}, web: { transport: 'cookie' } }).ofCookies?.id).toBe('web')
    expect(new Clients({ app: {} }).ofCookies).toBeUndefined()
  })

  it('needs no name where there is one client', () => {
    expect(new Clients({ app: {} }).named(undefined).id).toBe('app')
    const two = new Clients({ app: {}, cli: {} })
    expect(two.named('cli').id).toBe('cli')
    expect(thrownBy(() => two.named(undefined)).message).toBe(
      'client: there are several: name one of app, cli',
    )
  })

  it.each([['nobody'], [null], [''], [0], [['app']], [{ id: 'app' }]])(
    'does not take %j for the only client there is',
    (id) => {
      const error = thrownBy(() => new Clients({ app: {} }).named(id))
      expect(error).toMatchObject({ name: 'ConfigError', option: 'client' })
    },
  )

  it('knows a confidential client by its secrets, the next and the one before', () => {
    const { all } = new Clients({ one: { secret }, two: { secret: [next, secret] }, app: {} })
    const [one, two, app] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]]
    expect(all.map(isConfidential)).toEqual([true, true, false])
    expect(
      [secret, next, `${secret} `, secret.slice(1), ''].map((s) => isSecretOf(one, s)),
    ).toEqual([true, false, false, false, false])
    expect([secret, next, 'other'].map((s) => isSecretOf(two, s))).toEqual([true, true, false])
    expect(isSecretOf(app, '')).toBe(false)
  })

  it('keeps no secret, only a digest', () => {
    const clients = new Clients({ one: { secret: [secret, next] } })
    const [one] = clients.all
    expect(one?.secretDigests.map(({ length }) => length)).toEqual([32, 32])
    expect(JSON.stringify(clients.all)).not.toContain(secret)
  })

  it('measures a secret in bytes: 32 are enough, 31 are not', () => {
    expect(new Clients({ one: { secret: 'ü'.repeat(16) } }).all).toHaveLength(1)
    expect(refusalOf({ one: { secret: 'x'.repeat(31) } })).toBe(
      'clients.one.secret: expected texts of at least 32 bytes',
    )
  })

  it('never repeats a secret in a message', () => {
    expect(refusalOf({ one: { secret: 'hunter2' } })).not.toContain('hunter2')
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'clients: expected { name: { transport } }, got undefined'],
    ['no clients', {}, 'clients: expected { name: { transport } }, got an object'],
    ['a list', [{ id: 'app' }], 'clients: expected { name: { transport } }, got a list'],
    ['a Map', new Map([['app', {}]]), 'clients: expected { name: { transport } }, got an object'],
    ['an empty name', { '': {} }, 'clients.: expected a name of visible ASCII'],
    ['a name with a colon', { 'a:b': {} }, 'clients.a:b: expected a name of visible ASCII'],
    ['a name with a space', { 'a b': {} }, 'clients.a b: expected a name of visible ASCII'],
    ['a name with a line break', { 'a\n': {} }, 'expected a name of visible ASCII'],
    ['a name of 129 characters', { ['a'.repeat(129)]: {} }, 'expected a name of visible ASCII'],
    ['a client that is a text', { app: 'body' }, 'clients.app: expected { transport }, got "body"'],
    ['a client that is null', { app: null }, 'clients.app: expected { transport }, got null'],
    [
      'an unknown option',
      { app: { redirectUris: [] } },
      'clients.app.redirectUris: there is no such option; there are transport, secret, introspects',
    ],
    [
      'another transport',
      { app: { transport: 'header' } },
      `clients.app.transport: expected 'cookie' or 'body', got "header"`,
    ],
    [
      'two clients by cookie',
      { web: { transport: 'cookie' }, admin: { transport: 'cookie' } },
      'clients.admin.transport: one client at most gets its refresh tokens by cookie, and web does',
    ],
    [
      'a page with a secret',
      { web: { transport: 'cookie', secret } },
      "clients.web.secret: a page in a browser has no secret; without cookie, write transport: 'body'",
    ],
    [
      'no secret in a list',
      { app: { secret: [] } },
      'clients.app.secret: expected a secret, got an',
    ],
    ['null as a secret', { app: { secret: null } }, 'clients.app.secret: expected texts of at'],
    [
      'bytes as a secret',
      { app: { secret: Buffer.alloc(32) } },
      'clients.app.secret: expected texts',
    ],
    [
      'a weak one in a list',
      { app: { secret: [secret, 'x'] } },
      'clients.app.secret: expected texts',
    ],
    [
      'audiences as a text',
      { app: { secret, introspects: 'x' } },
      'clients.app.introspects: expected a list',
    ],
    [
      'a public client that asks about tokens',
      { app: { introspects: ['https://api.example.com'] } },
      'clients.app.introspects: only a client with a secret may ask about tokens (RFC 7662 §2.1)',
    ],
  ])('refuses %s', (_, clients, message) => {
    expect(refusalOf(clients)).toContain(message)
  })

  it('takes every name of RFC 6749 appendix A.1 but those with spaces and colons', () => {
    const visible = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join('')
    const id = visible.replace(':', '')
    expect(new Clients({ [id]: {}, ['a'.repeat(128)]: {} }).find(id)?.id).toBe(id)
  })

  it('refuses a client with a 401 that says no more than that', () => {
    expect(unauthenticated('the secret is wrong')).toMatchObject({
      code: 'ERR_CLIENT_UNAUTHENTICATED',
      status: 401,
      error: 'invalid_client',
      message: 'a client was refused: the secret is wrong',
      description: 'The client is unknown, or did not authenticate as it must.',
    })
  })
})
