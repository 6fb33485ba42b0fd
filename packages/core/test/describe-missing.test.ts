import { describeMissing } from '../src/describe-missing.ts'

const nothing = 'the request carries no access token; looked in '

it.each([
  ['the header', ['header'], {}, undefined, 'the header'],
  [
    'another scheme',
    ['header'],
    { authorization: 'Basic x' },
    undefined,
    'the header; the Authorization field does not say Bearer',
  ],
  ['a cookie', [{ cookie: 'at' }], {}, undefined, 'the cookie at'],
  [
    'a header nobody reads',
    [{ cookie: 'at' }],
    { authorization: 'Bearer x' },
    undefined,
    'the cookie at; the Authorization field is not read',
  ],
  [
    'a form nobody parsed',
    ['form'],
    {},
    undefined,
    'the form; there is no parsed body: mount the body parser before the guard',
  ],
  ['a parsed form', ['form', 'query'], {}, {}, 'the form, the query'],
  ['a function', [() => undefined], {}, undefined, 'what the tokenFrom function reads'],
] as const)('says where it looked: %s', (_what, sources, headers, body, places) => {
  expect(describeMissing({ headers, body }, sources)).toBe(nothing + places)
})
