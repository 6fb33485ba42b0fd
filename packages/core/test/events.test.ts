import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { GuardError } from '../src/errors.ts'
import {
  type FetchedEvent,
  publishAuthorized,
  publishDenied,
  publishFetched,
  publishRejected,
  publishRevocationState,
  publishRevoked,
  publishStaleRevocation,
  publishVerified,
  type RevocationStateEvent,
} from '../src/events.ts'
import { authWith, ISSUER } from './mint.ts'

const NAMES = [
  'verified',
  'rejected',
  'fetched',
  'authorized',
  'denied',
  'revoked',
  'revocation-state',
  'revocation-stale',
].map((name) => `gatewarden:${name}`)
const heard: [string, unknown][] = []
const listen = (message: unknown, name: string | symbol) => {
  heard.push([String(name), message])
}
const fetchedEvent: FetchedEvent = {
  document: 'the key set',
  issuer: ISSUER,
  trigger: 'ahead',
  result: 'failed',
  seconds: 0.25,
  message: 'it answered with status 500',
}
const stateEvent: RevocationStateEvent = {
  from: 'fresh',
  to: 'stale',
  lag: 31,
  entries: 5,
  message: 'ECONNREFUSED',
}
const error = new GuardError('ERR_TOKEN_EXPIRED', 'the reason', { cause: new Error('cause') })

function publishAll() {
  publishVerified(authWith({}), 'k1', 'miss')
  publishRejected(error, 5)
  publishFetched(fetchedEvent)
  publishAuthorized('requireUser')
  publishDenied(error, 'requireUser')
  publishRevoked('log', [0, 1, 2, 3, 4, 5, 6, 7])
  publishRevoked('log', [0, 0, 0, 0, 0, 0, 0, 0])
  publishRevocationState(stateEvent)
  publishStaleRevocation('open', 'passed', 31)
}

describe('events', () => {
  beforeEach(() => {
    heard.length = 0
  })

  describe('with a subscriber', () => {
    beforeEach(() => {
      for (const name of NAMES) subscribe(name, listen)
    })
    afterEach(() => {
      for (const name of NAMES) unsubscribe(name, listen)
    })

    it('say what happened', () => {
      publishAll()
      expect(heard).toEqual([
        [
          'gatewarden:verified',
          {
            issuer: ISSUER,
            kind: 'user',
            algorithm: 'ES256',
            keyId: 'k1',
            cache: 'miss',
            tokenSize: 5,
          },
        ],
        [
          'gatewarden:rejected',
          {
            code: 'ERR_TOKEN_EXPIRED',
            status: 401,
            message: 'the reason',
            tokenSize: 5,
            cause: error.cause,
          },
        ],
        ['gatewarden:fetched', fetchedEvent],
        ['gatewarden:authorized', { requirement: 'requireUser' }],
        [
          'gatewarden:denied',
          {
            requirement: 'requireUser',
            code: 'ERR_TOKEN_EXPIRED',
            status: 401,
            message: 'the reason',
            cause: error.cause,
          },
        ],
        [
          'gatewarden:revoked',
          {
            source: 'log',
            tokenId: 1,
            sessionId: 2,
            subject: 3,
            clientId: 4,
            tenant: 5,
            keyId: 6,
            everything: 7,
          },
        ],
        ['gatewarden:revocation-state', stateEvent],
        ['gatewarden:revocation-stale', { policy: 'open', result: 'passed', lag: 31 }],
      ])
    })

    it('hold no token and no claims', () => {
      publishAll()
      for (const [, message] of heard) {
        const { cause, ...facts } = message as { cause?: unknown }
        expect(cause === undefined || cause === error.cause).toBe(true)
        expect(JSON.stringify(facts)).not.toMatch(/a\.b\.c|alice/)
        expect(Object.values(facts).some((value) => typeof value === 'object')).toBe(false)
      }
    })
  })

  it('are not even built without a subscriber', () => {
    // Whatever would have been read would throw.
    const untouchable = new Proxy({} as never, {
      get: () => {
        throw new Error('was read')
      },
    })
    expect(NAMES.some((name) => channel(name).hasSubscribers)).toBe(false)
    expect(() => {
      publishVerified(untouchable, undefined, 'hit')
    }).not.toThrow()
    publishAll()
    expect(heard).toEqual([])
  })
})
