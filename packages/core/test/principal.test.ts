import { inspect } from 'node:util'
import type { Claims } from '../src/claims.ts'
import { deepFreeze } from '../src/deep-freeze.ts'
import { type Auth, createPrincipal } from '../src/principal.ts'
import { checkedClaims, goodClaims, header, ISSUER, NOW, trustedIssuer } from './mint.ts'

const TOKEN = 'head.payload.signature-that-must-not-be-seen'

function principal(changes: Record<string, unknown> = {}, mapping = {}, tenant?: string): Auth {
  const claims = JSON.parse(JSON.stringify(goodClaims(changes))) as Claims
  deepFreeze(claims)
  return createPrincipal(TOKEN, Object.freeze(header()), checkedClaims(claims), claims, {
    mapping: { ...trustedIssuer().mapping, ...mapping },
    tenant,
  })
}

describe('createPrincipal', () => {
  it('reads what the claims say', () => {
    const auth = principal(
      { sid: 's', org: 'acme', scope: 'a b', scp: ['c'], roles: ['r'], permissions: ['p'] },
      { tenant: [['org']] },
    )
    expect(auth).toMatchObject({
      issuer: ISSUER,
      subject: 'alice',
      clientId: 'web',
      kind: 'user',
      tenant: 'acme',
      sessionId: 's',
      tokenId: 'token-1',
      scopes: ['a', 'b', 'c'],
      roles: ['r'],
      permissions: ['p'],
      expiresAt: NOW + 600,
      issuedAt: NOW - 10,
    })
  })

  it('has nothing where the claims have nothing', () => {
    const auth = principal({
      iss: undefined,
      sub: undefined,
      client_id: undefined,
      jti: undefined,
      iat: undefined,
    })
    expect(auth).toMatchObject({
      issuer: undefined,
      subject: undefined,
      principalKey: undefined,
      clientId: undefined,
      tenant: undefined,
      sessionId: undefined,
      tokenId: undefined,
      scopes: [],
      roles: [],
      permissions: [],
      issuedAt: undefined,
    })
  })

  it('is of the tenant of its issuer, whatever the token says', () => {
    const mapping = { tenant: [['org']] }
    expect(principal({ org: 'other' }, mapping, 'acme').tenant).toBe('acme')
    expect(principal({}, mapping, 'acme').tenant).toBe('acme')
    expect(principal({ org: 'other' }, mapping).tenant).toBe('other')
    expect(principal({ org: 'other' }).tenant).toBeUndefined()
  })

  it('does not find claims on a prototype', () => {
    const claims = JSON.parse(`{"exp":${NOW},"__proto__":{"sub":"admin","roles":["admin"]}}`)
    const auth = createPrincipal(TOKEN, header(), checkedClaims(claims), claims, trustedIssuer())
    expect(auth).toMatchObject({ subject: undefined, roles: [] })
  })

  describe('RS-35 the kind', () => {
    it.each<[string, Record<string, unknown>, 'user' | 'client']>([
      ['a user with a client', {}, 'user'],
      ['a user without a client', { client_id: undefined }, 'user'],
      ['a client as its own subject', { sub: 'web' }, 'client'],
      ['a client as its own azp', { client_id: undefined, azp: 'svc', sub: 'svc' }, 'client'],
      ['nobody as subject', { sub: undefined }, 'client'],
      ['client credentials by gty', { sub: 'svc@clients', gty: 'client-credentials' }, 'client'],
      ['another grant by gty', { gty: 'password' }, 'user'],
      ['a client of Auth0 without gty', { sub: 'web@clients' }, 'client'],
      ['a subject that is like another client’s', { sub: 'app@clients' }, 'user'],
      [
        'a subject that is like nobody’s',
        { sub: 'undefined@clients', client_id: undefined },
        'user',
      ],
      ['an application by idtyp', { idtyp: 'app' }, 'client'],
      ['a user by idtyp', { idtyp: 'user' }, 'user'],
      ['a client that is another claim’s', { sub: 'svc', client_id: 'web', cid: 'svc' }, 'client'],
    ])('is right for %s (client_id = sub of a user)', (_, changes, kind) => {
      expect(principal(changes).kind).toBe(kind)
    })
  })

  it('RS-35 knows a client by the claims that name one, wherever the client is read from', () => {
    const mapping = { client: [['application']] }
    expect(principal({ sub: 'web' }, mapping).kind).toBe('client')
    expect(principal({ sub: 'app', application: 'app' }, mapping).kind).toBe('client')
    expect(principal({ application: 'app' }, mapping).kind).toBe('user')
  })

  describe('RS-35 the principal key', () => {
    it('differs between issuers and between subjects (subject clash)', () => {
      const keys = [
        principal(),
        principal({ iss: 'https://other.example' }),
        principal({ sub: 'bob' }),
        principal({ iss: undefined }),
        principal({ iss: 'null' }),
        principal({ iss: '', sub: `${ISSUER}alice` }),
        principal({ iss: `${ISSUER}","a`, sub: 'lice' }),
        principal({ iss: `${ISSUER}a`, sub: 'lice' }),
      ].map(({ principalKey }) => principalKey)
      expect(new Set(keys).size).toBe(keys.length)
    })

    it('is the same for two tokens of one user', () => {
      expect(principal({ jti: 'a' }).principalKey).toBe(principal({ jti: 'b' }).principalKey)
      expect(principal().principalKey).toBe(JSON.stringify([ISSUER, 'alice']))
    })
  })

  describe('the token', () => {
    it('is there for whoever asks for it', () => {
      expect(principal().token).toBe(TOKEN)
    })

    it('is not in anything that is printed, serialised or copied', () => {
      const auth = principal()
      const shown = [
        JSON.stringify(auth),
        JSON.stringify({ auth }),
        inspect(auth),
        inspect({ auth }, { depth: 10, showHidden: true }),
        inspect({ auth }, { depth: 10, getters: true }),
        // eslint-disable-next-line @typescript-eslint/no-base-to-string
        String(auth),
        JSON.stringify({ ...auth }),
        JSON.stringify(Object.entries(auth)),
        JSON.stringify(Object.values(auth)),
        inspect(structuredClone({ ...auth })),
        inspect(Object.getOwnPropertyDescriptors(auth), { depth: 10 }),
        inspect(Object.assign({}, auth)),
      ]
      for (const text of shown) {
        expect(text).not.toContain('must-not-be-seen')
      }
      expect(Object.keys(auth)).not.toContain('token')
      for (const name in auth) expect(name).not.toBe('token')
    })
  })

  it('is deeply frozen', () => {
    const auth = principal({ roles: ['r'], nested: { list: [1] } })
    const mutations: (() => unknown)[] = [
      () => Object.assign(auth, { subject: 'admin' }),
      () => Object.assign(auth, { added: 1 }),
      () => Object.assign(auth, { token: 'x' }),
      () => (auth.scopes as string[]).push('admin'),
      () => (auth.roles as string[]).push('admin'),
      () => (auth.permissions as string[]).push('admin'),
      () => Object.assign(auth.claims, { sub: 'admin' }),
      () => (auth.claims as { nested: { list: number[] } } & Claims).nested.list.push(2),
      () => Object.assign(auth.header, { alg: 'none' }),
      () => Object.setPrototypeOf(auth, { roles: ['admin'] }) as unknown,
      () => delete (auth as { subject?: string }).subject,
    ]
    for (const mutate of mutations) expect(mutate).toThrow(TypeError)
    expect(auth).toMatchObject({ subject: 'alice', roles: ['r'], scopes: [] })
  })

  it('gives out what a schema made of the claims, but reads the claims as signed', () => {
    const signed = goodClaims({ roles: ['r'] }) as Claims
    const auth = createPrincipal(
      TOKEN,
      header(),
      checkedClaims(signed),
      Object.freeze({ userName: 'Alice' }),
      trustedIssuer(),
    )
    expect(auth.claims).toEqual({ userName: 'Alice' })
    expect(auth).toMatchObject({ subject: 'alice', roles: ['r'] })
  })
})

it.each<[string, Record<string, unknown>]>([
  ['idtyp app (Entra)', { sub: 'oid', idtyp: 'app' }],
  ['gty client-credentials (Auth0)', { sub: 'abc@clients', azp: 'abc', gty: 'client-credentials' }],
  ['sub equal to azp beside another client_id', { sub: 'batch', azp: 'batch', client_id: 'other' }],
  ['sub equal to appid', { sub: 'batch', appid: 'batch', client_id: 'other' }],
])('a client is known by %s', (_how, claims) => {
  expect(principal(claims).kind).toBe('client')
})

it('a handler finds no way to replace the token', () => {
  const auth = principal()
  const { constructor } = Object.getPrototypeOf(auth) as object
  expect(Reflect.ownKeys(constructor).filter((key) => key !== 'length')).toEqual([
    'name',
    'prototype',
  ])
  expect(() => Object.assign(auth, { token: 'stolen' })).toThrow(TypeError)
  expect(auth.token).toBe(TOKEN)
})

it('a handler cannot replace the getters that every later request uses', () => {
  const prototype = Object.getPrototypeOf(principal()) as object
  expect(() => Object.defineProperty(prototype, 'token', { value: 'stolen' })).toThrow(TypeError)
})
