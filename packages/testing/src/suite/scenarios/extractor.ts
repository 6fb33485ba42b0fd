import type { GuardRequest } from '@gatewarden/core'
import { createAuthority } from '../../authority.ts'
import { createTestClock } from '../../test-clock.ts'
import { passedPrivately } from '../expected.ts'
import type { RawRequest } from '../raw-http.ts'
import { malformed, noToken, repeated, unreadable } from '../refusals.ts'
import { row, type Scenario } from '../scenario.ts'
import { helloApp } from './hello-app.ts'

/** A function of the application's own that finds the token. */
export function customExtractor(): Scenario {
  const authority = createAuthority({ clock: createTestClock() })
  const token = authority.token()
  const by = (way: string, value = token): RawRequest => ({
    headers: { 'X-Way': way, 'X-Token': value },
  })

  return {
    title: 'a token function',
    app: helloApp({ ...authority.guardOptions(), tokenFrom: extract }),
    rows: [
      row('that returns a token', by('sync'), passedPrivately),
      row('that promises a token', by('async'), passedPrivately),
      row('that returns something like a promise', by('thenable'), passedPrivately),
      row('RS-07: that finds none', by('none'), noToken),
      row('RS-07: that promises none', by('async-none'), noToken),
      row('RS-08: that returns a bad token', by('sync', 'x'), malformed),
      row('RS-08: that promises a bad token', by('async', 'x'), malformed),
      row('that returns an empty text', by('empty'), unreadable),
      row('that returns no text', by('object'), unreadable),
      row('that throws', by('throw'), unreadable),
      row('whose promise is broken', by('reject'), unreadable),
      row(
        'RS-01: beside another one in the query',
        { ...by('sync'), path: `/hello?access_token=${authority.token()}` },
        repeated,
      ),
      row(
        'that may have been found in the query',
        { ...by('sync'), path: `/hello?access_token=${token}` },
        passedPrivately,
      ),
    ],
  }
}

function extract({ headers }: GuardRequest): string | undefined | PromiseLike<string | undefined> {
  const token = headers['x-token'] as string
  switch (headers['x-way']) {
    case 'sync':
      return token
    case 'async':
      return new Promise((resolve) => setImmediate(resolve, token))
    case 'thenable':
      return { then: (...callbacks) => Promise.resolve(token).then(...callbacks) }
    case 'async-none':
      return Promise.resolve(undefined)
    case 'empty':
      return ''
    case 'object':
      return { token } as unknown as string
    case 'throw':
      throw new TypeError(`cannot read ${token}`)
    case 'reject':
      return Promise.reject(new TypeError(`cannot read ${token}`))
    default:
      return undefined
  }
}
