import { channel } from 'node:diagnostics_channel'
import { IssuerError, issuerErrorCodes } from '../src/errors.ts'
import * as events from '../src/events.ts'
import { hearEvents } from './hear-events.ts'

const failure = Object.assign(new Error('the keys failed'), { cause: 'why' })

/** One of each. */
const published: (readonly [name: string, publish: () => void, event: object])[] = [
  [
    'issued',
    () => {
      events.publishIssued({ reason: 'login', client: 'app', algorithm: 'ES256', tokenSize: 9 })
    },
    { reason: 'login', client: 'app', algorithm: 'ES256', tokenSize: 9 },
  ],
  [
    'refreshed',
    () => {
      events.publishRefreshed('rotated', 's1')
    },
    { outcome: 'rotated', code: undefined, message: undefined, sid: 's1' },
  ],
  [
    'late-replay',
    () => {
      events.publishLateReplay({ sid: 's1', subject: 'alice', client: 'app', age: 31 })
    },
    { sid: 's1', subject: 'alice', client: 'app', age: 31 },
  ],
  [
    'refresh-reuse-detected',
    () => {
      const reuse = { sid: 's1', subject: 'alice', client: 'app', gap: 2 }
      events.publishReuse({ ...reuse, class: 'stale-generation' })
    },
    { sid: 's1', subject: 'alice', client: 'app', class: 'stale-generation', gap: 2 },
  ],
  [
    'session-ended',
    () => {
      events.publishEnded({ sid: 's1', reason: 'logout' })
    },
    { sid: 's1', reason: 'logout' },
  ],
  [
    'large-token',
    () => {
      events.publishLargeToken(4_000, {
        small: 1,
        gone: undefined,
        large: 'x'.repeat(9),
        iss: 'abc',
      })
    },
    { tokenSize: 4_000, claims: ['large', 'iss', 'small', 'gone'] },
  ],
  [
    'key-changed',
    () => {
      const change = {
        kid: 'k1',
        algorithm: 'ES256',
        change: 'created',
        cause: 'schedule',
      } as const
      events.publishKeyChanged(change)
    },
    { kid: 'k1', algorithm: 'ES256', change: 'created', cause: 'schedule' },
  ],
  [
    'keys-failed',
    () => {
      events.publishKeyFailure(failure)
    },
    { message: 'the keys failed', cause: 'why' },
  ],
]

describe('events without a listener', () => {
  it.each(published)('%s costs nothing and fails nothing', (name, publish) => {
    expect(channel(`gatewarden:${name}`).hasSubscribers).toBe(false)
    expect(publish).not.toThrow()
  })
})

describe('events', () => {
  const heard = hearEvents()

  it.each(published)('gatewarden:%s', (name, publish, event) => {
    publish()
    expect(heard.all).toEqual([{ name, event }])
  })

  it('name five claims of a large token at most', () => {
    const claims = Object.fromEntries(
      'abcdefgh'.split('').map((name, at) => [name, 'x'.repeat(at)]),
    )
    events.publishLargeToken(4_000, claims)
    expect(heard.of('large-token')).toEqual([
      { tokenSize: 4_000, claims: ['h', 'g', 'f', 'e', 'd'] },
    ])
  })

  it('say of a refusal what it was, for every code', () => {
    for (const code of issuerErrorCodes) {
      events.publishRefused(new IssuerError(code, `the reason of ${code}`), 's1')
    }
    const outcomes = heard.of('refreshed').map(({ code, outcome, message, sid }) => {
      expect({ message, sid }).toEqual({ message: `the reason of ${String(code)}`, sid: 's1' })
      return [code, outcome]
    })
    expect(Object.fromEntries(outcomes)).toEqual({
      ERR_REFRESH_TOKEN_INVALID: 'invalid',
      ERR_SESSION_ENDED: 'ended',
      ERR_BINDING_MISMATCH: 'binding_mismatch',
      ERR_REFRESH_REUSED: 'reuse',
      ERR_REFRESH_DENIED: 'denied',
      ERR_SCOPE_EXCEEDED: 'invalid',
      ERR_CLIENT_UNAUTHENTICATED: 'invalid',
      ERR_CLIENT_UNAUTHORIZED: 'invalid',
      ERR_GRANT_UNSUPPORTED: 'invalid',
      ERR_AUTH_REQUEST_INVALID: 'invalid',
      ERR_SESSION_UNKNOWN: 'invalid',
      ERR_REFRESH_FLOODED: 'flooded',
      ERR_STORE_UNAVAILABLE: 'unavailable',
      ERR_SIGNING_UNAVAILABLE: 'unavailable',
      ERR_REFRESH_CHECK_UNAVAILABLE: 'unavailable',
    })
  })
})
