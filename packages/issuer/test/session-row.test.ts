import type { SessionRow } from '@gatewarden/core'
import { type Binding, bindingOf, bindingText } from '../src/binding.ts'
import { toGrantOnly, toScopes } from '../src/grant.ts'
import type { SessionRequest } from '../src/session.ts'
import { sessionOf, toSessionRow } from '../src/session-row.ts'
import { API, NOON, OTHER_THUMBPRINT, THUMBPRINT, thrownBy } from './test-issuer.ts'

const frame = {
  handle: 'the-handle',
  client: 'app',
  audiences: [API, 'https://files.example.com'],
  now: NOON,
  idleLifetime: 1_000,
  lifetime: 5_000,
}
const open = (request: Partial<Record<keyof SessionRequest, unknown>> = {}): SessionRow =>
  toSessionRow({ subject: 'alice', ...request } as SessionRequest, frame)
const opened = (request: Partial<Record<keyof SessionRequest, unknown>> = {}) =>
  sessionOf(open(request))
const refusalOf = (request: Partial<Record<keyof SessionRequest, unknown>>) => {
  const error = thrownBy(() => open(request))
  expect(error).toMatchObject({ name: 'ConfigError', code: 'ERR_CONFIG' })
  return error as Error & { option: string }
}
const grantProblem = (grant: object) => thrownBy(() => toGrantOnly(grant)).message

/** What the issuer sets, and what makes a token one of another kind. */
const RESERVED =
  'iss sub aud exp nbf iat jti sid client_id azp scope scp roles permissions auth_time amr acr cnf act may_act ' +
  'nonce at_hash c_hash s_hash events token_use token_type typ type token_introspection status_list htu htm ath'

describe('toSessionRow', () => {
  it('opens a session with what was asked for', () => {
    const request = {
      subject: 'alice',
      scope: 'read write read',
      roles: ['admin'],
      permissions: ['files:read'],
      claims: { plan: 'pro' },
      audience: 'https://files.example.com',
      authTime: NOON - 60.5,
      amr: ['pwd', 'otp'],
      acr: 'urn:mfa',
      device: 'Firefox',
      binding: { jkt: THUMBPRINT },
    }
    const { data, ...row } = open(request)
    expect(row).toEqual({
      handle: 'the-handle',
      sid: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      subject: 'alice',
      client: 'app',
      binding: `jkt:${THUMBPRINT}`,
      generation: 0,
      rotatedAt: NOON,
      replays: 0,
      lateGeneration: null,
      lateAt: null,
      createdAt: NOON,
      idleExpiresAt: NOON + 1_000,
      expiresAt: NOON + 5_000,
      revokedAt: null,
      revokedFor: null,
    })
    expect(sessionOf({ ...row, data })).toEqual({
      sid: row.sid,
      subject: 'alice',
      client: 'app',
      scopes: ['read', 'write'],
      roles: ['admin'],
      permissions: ['files:read'],
      claims: { plan: 'pro' },
      audience: 'https://files.example.com',
      authTime: NOON - 61,
      amr: ['pwd', 'otp'],
      acr: 'urn:mfa',
      device: 'Firefox',
      binding: { jkt: THUMBPRINT },
      createdAt: NOON,
      refreshedAt: NOON,
      idleExpiresAt: NOON + 1_000,
      expiresAt: NOON + 5_000,
    })
  })

  it('gives what is left out to nobody', () => {
    expect(opened()).toMatchObject({
      scopes: [],
      roles: [],
      permissions: [],
      claims: {},
      audience: API,
      authTime: NOON,
      amr: undefined,
      acr: undefined,
      device: undefined,
      binding: undefined,
    })
  })

  it('names no two sessions alike, and none after its handle', () => {
    const sids = Array.from({ length: 100 }, () => open().sid)
    expect(new Set(sids).size).toBe(100)
    for (const sid of sids) expect(sid).not.toContain('the-handle')
  })

  it('shows a session that cannot be changed, without its handle', () => {
    const session = opened()
    expect(Object.isFrozen(session)).toBe(true)
    expect(JSON.stringify(session)).not.toContain('the-handle')
  })

  it('does not share lists with the caller', () => {
    const roles = ['user']
    const claims = { org: { id: 1 } }
    const row = open({ roles, claims })
    roles.push('admin')
    claims.org.id = 2
    expect(sessionOf(row)).toMatchObject({ roles: ['user'], claims: { org: { id: 1 } } })
  })

  it('ends an idle session no later than every session ends', () => {
    const row = toSessionRow({ subject: 'alice' }, { ...frame, idleLifetime: 6_000 })
    expect(row).toMatchObject({ idleExpiresAt: NOON + 5_000, expiresAt: NOON + 5_000 })
  })

  it.each<[string, Partial<Record<keyof SessionRequest, unknown>>, string]>([
    ['no subject', { subject: undefined }, 'subject'],
    ['an empty subject', { subject: '' }, 'subject'],
    ['a subject of spaces', { subject: '  ' }, 'subject'],
    ['a subject that is a number', { subject: 7 }, 'subject'],
    ['a subject of 1,025 characters', { subject: 'a'.repeat(1_025) }, 'subject'],
    ['a subject with a NUL', { subject: 'alice\0' }, 'subject'],
    ['a subject with half of a surrogate pair', { subject: 'alice\ud83d' }, 'subject'],
    ['an audience of others', { audience: 'https://other.example.com' }, 'audience'],
    ['a list of audiences', { audience: [API] }, 'audience'],
    ['a time of login that is a text', { authTime: `${NOON}` }, 'authTime'],
    ['a time of login of 0', { authTime: 0 }, 'authTime'],
    ['a time of login that is NaN', { authTime: NaN }, 'authTime'],
    ['a time of login in milliseconds', { authTime: NOON * 1_000 }, 'authTime'],
    ['a time of login 301 seconds ahead', { authTime: NOON + 301 }, 'authTime'],
    ['methods as a text', { amr: 'pwd' }, 'amr'],
    ['an empty acr', { acr: '' }, 'acr'],
    ['a device that is an object', { device: {} }, 'device'],
    ['roles as a text', { roles: 'admin' }, 'roles'],
    ['a role that is a number', { roles: ['admin', 1] }, 'roles[1]'],
    ['permissions as a Set', { permissions: new Set(['a']) }, 'permissions'],
    ['null for roles', { roles: null }, 'roles'],
    ['a scope that is a number', { scope: 1 }, 'scope'],
    ['a scope with a quote', { scope: 'read "x"' }, 'scope'],
    ['a scope with a space in a list', { scope: ['read write'] }, 'scope'],
    ['a scope with a backslash', { scope: ['a\\b'] }, 'scope'],
    ['a scope with a tab', { scope: 'read\twrite' }, 'scope'],
    ['an empty scope in a list', { scope: ['read', ''] }, 'scope[1]'],
    ['null as a binding', { binding: null }, 'binding'],
  ])('refuses %s', (_, request, option) => {
    expect(refusalOf(request).option).toBe(option)
  })

  it('takes 1,024 characters of subject, and a login 300 seconds ahead', () => {
    expect(open({ subject: '\u{1f469}'.repeat(512) }).subject).toHaveLength(1_024)
    expect(opened({ authTime: NOON + 300 }).authTime).toBe(NOON + 300)
  })

  it('cuts a device name after 256 characters', () => {
    expect(opened({ device: 'x'.repeat(256) }).device).toHaveLength(256)
    expect(opened({ device: 'x'.repeat(257) }).device).toHaveLength(256)
  })

  it('keeps texts that no store could keep as they are', () => {
    const device = `${'x'.repeat(255)}\u{1f469}`
    const row = open({ device, acr: 'a\0b', claims: { text: '\ud83d' } })
    expect(row.data).toMatch(/^[\x20-\x7e]*$/)
    expect(sessionOf(row)).toMatchObject({
      device: device.slice(0, 256),
      acr: 'a\0b',
      claims: { text: '\ud83d' },
    })
  })

  it('takes 16,384 characters of session, and not one more', () => {
    const { length } = open({ claims: { fill: '' } }).data
    const fill = 'x'.repeat(16_384 - length)
    expect(open({ claims: { fill } }).data).toHaveLength(16_384)
    expect(refusalOf({ claims: { fill: `${fill}x` } }).message).toBe(
      'claims: the session is too large to keep: 16385 characters of 16384',
    )
  })
})

describe('claims of the application', () => {
  it.each(RESERVED.split(' '))('cannot be %s', (name) => {
    expect(refusalOf({ claims: { [name]: 'x' } })).toMatchObject({
      option: `claims.${name}`,
      message: expect.stringContaining('set by the issuer alone, or means another kind of token'),
    })
    expect(grantProblem({ claims: { plan: 'pro', [name]: null } })).toContain(`claims.${name}: `)
  })

  it('may be named like one in other letters, and hold one further down', () => {
    const claims = { Sub: 'x', user: { sub: 'x', __proto: 1 }, 'https://example.com/roles': ['a'] }
    expect(opened({ claims }).claims).toEqual(claims)
  })

  it('cannot be named __proto__, however it gets there', () => {
    const parsed = JSON.parse('{"__proto__":{"sub":"mallory"}}') as object
    expect(refusalOf({ claims: parsed }).option).toBe('claims.__proto__')
    const defined = Object.defineProperty({}, '__proto__', { value: { a: 1 }, enumerable: true })
    expect(refusalOf({ claims: defined }).option).toBe('claims.__proto__')
    const bare = Object.assign(Object.create(null) as object, { plan: 'pro' })
    expect(opened({ claims: bare }).claims).toEqual({ plan: 'pro' })
  })

  it('are judged as JSON carries them: no toJSON brings in a reserved one', () => {
    expect(refusalOf({ claims: { toJSON: () => ({ sub: 'mallory' }) } }).option).toBe('claims.sub')
    expect(refusalOf({ claims: { toJSON: () => ['sub'] } }).option).toBe('claims')
    expect(refusalOf({ claims: { toJSON: () => undefined } }).option).toBe('claims')
    let asked = 0
    const changing = { toJSON: () => (asked++ === 0 ? { plan: 'pro' } : { sub: 'mallory' }) }
    expect(opened({ claims: changing }).claims).toEqual({ plan: 'pro' })
  })

  it('keep what toJSON makes of a value: a Date is a text', () => {
    const claims = { since: new Date(0), gone: undefined, call: () => 1, not: NaN }
    expect(opened({ claims }).claims).toEqual({ since: '1970-01-01T00:00:00.000Z', not: null })
  })

  it.each<[string, unknown]>([
    ['a list', [['sub', 'x']]],
    ['a text', 'sub=x'],
    ['null', null],
    ['a Map', new Map([['plan', 'pro']])],
    ['an object of a class', new (class Claims {})()],
    ['a BigInt in it', { big: 1n }],
    ['a circle in it', circle()],
    [
      'a getter that throws',
      {
        get plan() {
          throw new Error('no')
        },
      },
    ],
  ])('cannot be %s', (_, claims) => {
    expect(refusalOf({ claims }).message).toContain(
      'claims: expected an object that JSON can carry',
    )
  })

  it('read nothing from Object.prototype', () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>
    prototype.roles = ['admin']
    try {
      expect(opened({ claims: {} }).claims).toEqual({})
    } finally {
      delete prototype.roles
    }
  })
})

describe('toScopes', () => {
  it('reads a text and a list alike, each scope once, in order', () => {
    expect(toScopes('write read  read ', 'scope')).toEqual(['write', 'read'])
    expect(toScopes(['write', 'read', 'write'], 'scope')).toEqual(['write', 'read'])
    expect(toScopes('', 'scope')).toEqual([])
    expect(toScopes([], 'scope')).toEqual([])
  })

  it('takes every character of RFC 6749 §3.3', () => {
    const all = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at))
    const allowed = all.filter((character) => character !== '"' && character !== '\\').join('')
    expect(toScopes(allowed, 'scope')).toEqual([allowed])
    for (const wrong of ['"', '\\', '\x7f', 'ü', '\u00a0'])
      expect(() => toScopes([`a${wrong}`], 'scope')).toThrow('scope: expected scopes without')
  })
})

describe('a binding', () => {
  it.each<[string, Binding, string]>([
    ['a DPoP key', { jkt: THUMBPRINT }, `jkt:${THUMBPRINT}`],
    ['a certificate', { 'x5t#S256': OTHER_THUMBPRINT }, `x5t:${OTHER_THUMBPRINT}`],
  ])('to %s is one text, and reads back', (_, binding, text) => {
    expect(bindingText(binding)).toBe(text)
    expect(bindingOf(text)).toEqual(binding)
  })

  it('to nothing is the empty text', () => {
    expect(bindingText(undefined)).toBe('')
    expect(bindingOf('')).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['nothing in it', {}],
    ['both', { jkt: THUMBPRINT, 'x5t#S256': THUMBPRINT }],
    ['a thumbprint of 42 characters', { jkt: THUMBPRINT.slice(1) }],
    ['a thumbprint of 44 characters', { jkt: `${THUMBPRINT}A` }],
    ['padding', { jkt: `${THUMBPRINT}=` }],
    ['a line break', { jkt: `${THUMBPRINT}\n` }],
    ['hexadecimal', { 'x5t#S256': 'a'.repeat(64) }],
    ['another name', { x5t: THUMBPRINT }],
    ['a text', `jkt:${THUMBPRINT}`],
    ['a list', [THUMBPRINT]],
    ['a list in it', { jkt: [THUMBPRINT] }],
    ['null', null],
  ])('with %s is refused', (_, binding) => {
    expect(() => bindingText(binding as Binding)).toThrow(
      "binding: expected { jkt } or { 'x5t#S256' }, a SHA-256 thumbprint in base64url",
    )
  })
})

function circle(): object {
  const claims: Record<string, unknown> = {}
  claims.self = claims
  return claims
}
