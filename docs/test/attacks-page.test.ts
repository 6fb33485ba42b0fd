import { type AttackGroup, attackGroups, type FindingKind } from '@gatewarden/testing'
import { page } from './markdown.ts'

/* A finding of the attack suite says which section of docs/attacks.md to read. */

const { text } = page('docs/attacks.md')
const sections = (text.match(/^## .*$/gm) ?? []).map((heading) =>
  heading.slice('## '.length).toLowerCase().replaceAll(' ', '-'),
)

const kinds: Record<Exclude<FindingKind, 'let-in'>, true> = {
  'no-answer': true,
  'server-error': true,
  'wrong-status': true,
  'no-challenge': true,
  'bad-challenge': true,
  'inside-shown': true,
  'signature-shown': true,
  'token-echoed': true,
  'outbound-request': true,
  'good-token-refused': true,
}

test('every kind of attack, and everything found in an answer, has a section', () => {
  const explained: (AttackGroup | FindingKind)[] = [
    ...attackGroups,
    ...(Object.keys(kinds) as FindingKind[]),
  ]
  expect(sections).toEqual(['how-findings-are-graded', ...explained])
})
