import { readFileSync } from 'node:fs'
import { codeOf } from '../../src/attacks/code-of.ts'
import { LIBRARIES } from '../../src/attacks/libraries.ts'
import type { AttackResults, ServerReport } from '../../src/attacks/server-report.ts'
import { EFFECTS, TOPICS } from '../../src/attacks/topics.ts'
import { RESULTS_FOLDER } from '../../src/lib/results.ts'

/* The committed results: npm run bench -- attacks. That the page is made of them is tested with the report. */

const text = readFileSync(new URL('attacks.json', RESULTS_FOLDER), 'utf8')
const { servers, sent } = JSON.parse(text) as AttackResults

test('they are of the servers that stand in the repository', () => {
  const standing = LIBRARIES.flatMap(({ name, file, packages, setups }) =>
    setups.map(({ kind, algorithm, title, open }) => ({
      library: name,
      packages,
      kind,
      algorithm,
      title,
      code: codeOf(file, open.name),
    })),
  )
  expect(servers.map(({ cases: _cases, found: _found, ...server }) => server)).toEqual(standing)
})

test('of Gatewarden, there is nothing', () => {
  const own = servers.filter(({ library }) => library.startsWith('@gatewarden'))
  expect(own.map(({ found }) => found)).toEqual([[], []])
  for (const { cases } of own) expect(cases).toBeGreaterThan(400)
})

test('a setting closes what the page says it closes, and only that', () => {
  const claimed = TOPICS.flatMap(({ id, effect, settings }) =>
    effect === 'gets-in' || effect === 'let-in'
      ? Object.entries(settings)
          .filter(([, setting]) => !setting.startsWith('none'))
          .map(([library]) => `${id}: ${library}`)
      : [],
  )
  const closed = TOPICS.filter(({ effect }) => effect === 'gets-in' || effect === 'let-in').flatMap(
    ({ id }) =>
      LIBRARIES.filter(({ name }) => {
        const own = servers.filter(({ library }) => library === name)
        const checked = own.filter(({ kind }) => kind === 'checks')
        return checked.some(({ algorithm, found }) => {
          const before = own.find((each) => each.kind === 'readme' && each.algorithm === algorithm)
          return countOf(before?.found ?? [], id) > countOf(found, id)
        })
      }).map(({ name }) => `${id}: ${name}`),
  )
  expect(closed.sort()).toEqual(claimed.sort())
})

test('nobody gets in with the checks of a library', () => {
  const holes = TOPICS.filter(({ effect }) => effect === 'gets-in').map(({ id }) => id)
  const open = servers.filter(
    ({ kind, found }) => kind === 'checks' && found.some(({ topic }) => holes.includes(topic)),
  )
  expect(open.map(({ library }) => library)).toEqual([])
})

test('every case that was found has its words, and every topic its effect', () => {
  const ids = servers.flatMap(({ found }) => found.flatMap(({ cases }) => cases))
  expect(ids.filter((id) => sent[id] === undefined)).toEqual([])
  for (const { effect } of TOPICS) expect(EFFECTS).toHaveProperty(effect)
})

test('no token is in them', () => {
  expect(text).not.toMatch(/eyJ[\w-]{8}/)
})

function countOf(found: ServerReport['found'], id: string): number {
  return found.filter(({ topic }) => topic === id).reduce((sum, { count }) => sum + count, 0)
}
