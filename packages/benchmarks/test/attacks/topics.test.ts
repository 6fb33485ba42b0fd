import type { AttackFinding } from '@gatewarden/testing'
import { summarise } from '../../src/attacks/summarise.ts'
import { expressJwt } from '../../src/attacks/servers/express-jwt.ts'
import { topicOf } from '../../src/attacks/topics.ts'

function finding(kind: AttackFinding['kind'], id: string, came = '200 OK'): AttackFinding {
  const tried = { id, group: 'issuer', name: id, severity: 'hole', page: '' } as const
  return { kind, severity: 'hole', case: tried, sent: id, came, expected: '401', page: '' }
}

test('a finding that nobody has explained stops the run', () => {
  expect(() => topicOf(finding('outbound-request', 'jku'), 'express-jwt')).toThrow(
    'explains no outbound-request of express-jwt for jku: 200 OK',
  )
  expect(() => topicOf(finding('let-in', 'alg-none'), 'express-jwt')).toThrow('alg-none')
})

test('cases with one cause and one answer are one finding, the gravest first', () => {
  const [setup] = expressJwt.setups
  const { found, cases, code } = summarise(expressJwt, setup!, {
    target: '',
    results: [],
    findings: [
      finding('no-challenge', 'no-field', '401 Unauthorized'),
      finding('let-in', 'iss-other'),
      finding('let-in', 'crit-null'),
      finding('let-in', 'iss-null'),
      finding('no-challenge', 'empty-field', '401 Unauthorized'),
    ],
  })
  expect(found).toEqual([
    { topic: 'issuer', came: '200 OK', count: 2, cases: ['iss-other', 'iss-null'] },
    { topic: 'crit', came: '200 OK', count: 1, cases: ['crit-null'] },
    { topic: 'no-challenge', came: '401 Unauthorized', count: 2, cases: [] },
  ])
  expect(cases).toBe(0)
  expect(code).toMatch(/^function withSecret\(.*\n[^]*\n\}$/)
})
