import { insideShown } from '../src/attack/inside-shown.ts'

const STACK = 'Error: x\n    at verify (/srv/app/verify.js:10:5)'

describe('insideShown', () => {
  it.each([
    ['in text', STACK, '    at verify (/srv/app/verify.js:10:5'],
    ['in JSON', JSON.stringify({ stack: STACK }), '    at verify (/srv/app/verify.js:10:5'],
    ['in a page', 'x<br> &nbsp;at verify (/srv/app/verify.js:10:5)', /at verify/],
    ['as a module', 'cannot find /srv/node_modules/jose', 'node_modules'],
  ])('finds a stack %s', (_where, body, found) => {
    expect(insideShown(body)).toMatch(found)
  })

  it('finds none in an answer that tells the time', () => {
    expect(insideShown('refused\nsee you at the office, 10:30')).toBeUndefined()
  })

  it.each([
    ['line breaks', '\n'],
    ['blanks', ' '],
    ['beginnings of lines', '\nat '],
    ['beginnings of tags', '<br '],
  ])('takes no time for 256 KiB of %s', (_what, text) => {
    const before = performance.now()
    expect(insideShown(text.repeat(262_144 / text.length))).toBeUndefined()
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})
