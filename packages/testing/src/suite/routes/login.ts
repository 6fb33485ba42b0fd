import { checkAnswer } from '../check-answer.ts'
import { refused } from '../expected.ts'
import type { RawHeaders } from '../raw-http.ts'
import { checkLogin } from './replies.ts'
import { LISTED, type RouteTests } from './route-tests.ts'

const OURS = { 'X-Gatewarden': '1' }

const post = (headers: RawHeaders, path = '/login') => ({
  path,
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: '{}',
})

/**
 * A login of the application's own, behind `csrfGuard`: a foreign page must not log a browser in as somebody else. It
 * is answered with `sendReply`.
 */
export function registerLogin({ exchange }: RouteTests): void {
  const listed = { ...OURS, Origin: LISTED, 'Sec-Fetch-Mode': 'cors' }
  for (const [title, headers] of [
    ['a client that is no browser', OURS],
    ['a page of the listed origin', { ...listed, 'Sec-Fetch-Site': 'cross-site' }],
    ['a page of the listed origin, on the same site', { ...listed, 'Sec-Fetch-Site': 'same-site' }],
  ] as const) {
    exchange(`AS-23 log in ${title}`, post(headers), 'the application', checkLogin)
  }
  exchange(
    'AS-23 log in a page of the API’s own origin',
    ({ host }) => post({ ...OURS, Origin: `http://${host}`, 'Sec-Fetch-Site': 'same-origin' }),
    'the application',
    checkLogin,
  )
  exchange(
    'AS-23 let a request pass that changes nothing',
    { path: '/login' },
    'the application',
    checkLogin,
  )

  for (const [title, headers, path] of [
    ['a form, which sends no header', { Origin: LISTED }],
    ['a form of an old browser, which sends nothing', {}],
    ['another value of the header', { 'X-Gatewarden': 'true' }],
    ['a foreign page', { ...OURS, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['a page whose origin only begins like it', { ...OURS, Origin: `${LISTED}.evil.example` }],
    ['a page in a sandbox', { ...OURS, Origin: 'null' }],
    ['a browser that hides its origin', { ...OURS, 'Sec-Fetch-Site': 'same-origin' }],
    ['a navigation', { ...OURS, Origin: LISTED, 'Sec-Fetch-Mode': 'navigate' }],
    ['a page that only another route lists', listed, '/login-here'],
  ] as [title: string, headers: RawHeaders, path?: string][]) {
    const request = post(headers, path)
    exchange(`AS-23 refuse ${title}`, request, 'neither', (answer) =>
      checkAnswer(request, answer, refused('ERR_CSRF')),
    )
  }
}
