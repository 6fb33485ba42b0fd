import type { Results } from '../../src/lib/results.ts'
import { fillTemplate } from '../../src/report/fill-template.ts'

const verify: Results = {
  benchmark: 'verify',
  date: '2025-01-02',
  command: 'npm run bench -- verify',
  machine: {
    processor: 'Abacus',
    cores: 2,
    memoryGb: 4,
    kernel: '6.1',
    node: 'v20.19.0',
    openssl: '3.0',
    packages: { jose: '6.0.0', 'fast-jwt': '6.1.0' },
  },
  tables: [
    { title: 'HS256, fresh', columns: ['µs'], rows: [{ name: 'raw', figures: [1.5] }], note: 'N' },
    { title: 'RS256, fresh', columns: ['µs'], rows: [{ name: 'raw', figures: [30] }], note: 'N' },
    { title: 'RS256, repeated', columns: ['µs'], rows: [{ name: 'raw', figures: [31] }] },
  ],
}
const results = new Map([['verify', verify]])

test('a section says when, where and with what it was measured, and how to do it again', () => {
  expect(fillTemplate('## Verify\n\n{{verify about}}\n', results)).toBe(
    [
      '## Verify\n',
      '```sh\nnpm run bench -- verify\n```\n',
      'Measured on 2025-01-02 with Node v20.19.0 and OpenSSL 3.0, on 2 cores of Abacus with 4 GB, kernel 6.1; jose 6.0.0, fast-jwt 6.1.0.\n',
    ].join('\n'),
  )
})

test('tables are chosen by their titles, and a note they share is written once', () => {
  expect(fillTemplate('{{verify tables fresh}}', results)).toBe(
    [
      '### HS256, fresh\n',
      '|     |   µs |\n| --- | ---: |\n| raw | 1.50 |\n',
      '### RS256, fresh\n',
      '|     |  µs |\n| --- | --: |\n| raw |  30 |\n',
      'N\n',
    ].join('\n'),
  )
  expect(fillTemplate('{{verify tables}}', results)).toContain('### RS256, repeated')
})

test('a sentence can hold a figure', () => {
  const sentence = 'It takes {{verify figure HS256, fresh | raw | µs}} µs.'
  expect(fillTemplate(sentence, results)).toBe('It takes 1.50 µs.\n')
})

test('a section without results says so, and the others are not touched', () => {
  const template = '# All\n\nWords.\n\n## Memory\n\n{{memory about}}\n\nMore.\n\n## End\n\nWords.\n'
  expect(fillTemplate(template, results)).toBe(
    '# All\n\nWords.\n\n## Memory\n\nNot measured yet. `npm run bench -- memory` does it.\n\n## End\n\nWords.\n',
  )
})

test.each([
  ['{{verify tables slow}}', 'tables that there are not'],
  ['{{verify figure HS256, fresh | jose | µs}}', 'no figure'],
  ['{{verify figure HS256, fresh | raw | ms}}', 'no figure'],
  ['{{verify poem}}', 'asks for poem'],
])('%s is a mistake in the template', (template, message) => {
  expect(() => fillTemplate(template, results)).toThrow(message)
})
