import type { GuardOptions } from '@gatewarden/core'
import { type Authority, createAuthority } from '../../authority.ts'
import { createTestClock, type TestClock } from '../../test-clock.ts'
import { type Expected, passed, refused } from '../expected.ts'
import { expired } from '../refusals.ts'
import { bearer, type RequestRow, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

const NOON = 1_800_000_000
const tooEarly = refused('ERR_TOKEN_NOT_YET_VALID')

/** RS-29: on both sides of every edge, in seconds after noon. */
export function timeEdges(): Scenario[] {
  return [
    edges('time, with the usual tolerance of 30 s', {}, 30),
    edges('time, without tolerance', { clockTolerance: 0 }, 0),
    edges('time, with a tolerance of 300 s', { clockTolerance: 300 }, 300),
    tokenAge(),
  ]
}

function edges(title: string, options: Partial<GuardOptions>, tolerance: number): Scenario {
  return scenario(title, options, (at) => [
    at('exp: a second before the end', { exp: NOON }, tolerance - 1, passed()),
    at('exp: at the end', { exp: NOON }, tolerance, expired),
    at('exp: a second after the end', { exp: NOON }, tolerance + 1, expired),
    at('nbf: a second before the start', { nbf: NOON }, -tolerance - 1, tooEarly),
    at('nbf: at the start', { nbf: NOON }, -tolerance, passed()),
    at('nbf: a second after the start', { nbf: NOON }, -tolerance + 1, passed()),
    at('iat: a second too far ahead', { iat: NOON }, -tolerance - 1, tooEarly),
    at('iat: just not too far ahead', { iat: NOON }, -tolerance, passed()),
    at('exp: a fraction of a second before the end', { exp: NOON + 0.5 }, tolerance, passed()),
    at('exp: a fraction of a second after the end', { exp: NOON - 0.5 }, tolerance, expired),
  ])
}

function tokenAge(): Scenario {
  return scenario('time, with a maxTokenAge of 60 s', { maxTokenAge: 60 }, (at) => [
    at('a second before the end', { iat: NOON }, 60 + 29, passed()),
    at('at the end', { iat: NOON }, 60 + 30, refused('ERR_TOKEN_TOO_OLD')),
    at('a second after the end', { iat: NOON }, 60 + 31, refused('ERR_TOKEN_TOO_OLD')),
    at('no iat', { iat: undefined }, 0, refused('ERR_CLAIM_MISSING')),
    at('exp comes first', { iat: NOON, exp: NOON + 10 }, 10 + 30, expired),
  ])
}

type At = (title: string, claims: object, now: number, expected: Expected) => RequestRow

function scenario(title: string, options: object, define: (at: At) => RequestRow[]): Scenario {
  const clock = createTestClock(NOON)
  const authority = createAuthority({ clock })
  return {
    title,
    app: helloApp({ ...authority.guardOptions(), ...options }),
    rows: [...define(rowAt(authority, clock)), ...reuse(authority, clock)],
  }
}

function rowAt(authority: Authority, clock: TestClock): At {
  return (title, claims, now, expected) => {
    const longLived = { iat: NOON - 3_600, exp: NOON + 3_600 }
    const headers = bearer(authority.token({ ...longLived, ...claims }))
    return {
      title: `RS-29: ${title}`,
      before: () => clock.set(NOON + now),
      request: { headers },
      expected,
    }
  }
}

/** A token that was verified is judged again at every use. */
function reuse(authority: Authority, clock: TestClock): RequestRow[] {
  const headers = bearer(authority.token({ iat: NOON, exp: NOON + 10 }))
  const at = (title: string, now: number, expected: Expected): RequestRow => ({
    title: `RS-29: the same token again: ${title}`,
    before: () => clock.set(NOON + now),
    request: { headers },
    expected,
  })
  return [
    at('now', 0, passed()),
    at('later', 9, passed()),
    at('too late', 311, expired),
    at('back in time', 9, passed()),
  ]
}
