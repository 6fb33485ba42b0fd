import { parseChallenges } from '../src/index.ts'

const read = (field: string) =>
  parseChallenges(field).map(({ scheme, token68, parameters }) => [
    scheme,
    token68 ?? Object.fromEntries(parameters),
  ])

describe('parseChallenges', () => {
  it.each<[field: string, challenges: unknown[]]>([
    ['Bearer', [['Bearer', {}]]],
    ['Bearer realm="api"', [['Bearer', { realm: 'api' }]]],
    ['bearer Realm = api', [['bearer', { realm: 'api' }]]],
    [
      'Bearer realm="a, b", error="invalid_token"',
      [['Bearer', { realm: 'a, b', error: 'invalid_token' }]],
    ],
    ['Bearer realm="a \\"quoted\\" \\\\ word"', [['Bearer', { realm: 'a "quoted" \\ word' }]]],
    ['Bearer realm=""', [['Bearer', { realm: '' }]]],
    // The example of RFC 9110 §11.6.1.
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        ['Basic', { realm: 'simple' }],
        ['Newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ],
    ],
    [
      'Negotiate, Bearer',
      [
        ['Negotiate', {}],
        ['Bearer', {}],
      ],
    ],
    [
      'Negotiate oYIBzQ==, Bearer a=b',
      [
        ['Negotiate', 'oYIBzQ=='],
        ['Bearer', { a: 'b' }],
      ],
    ],
    ['Negotiate abc=', [['Negotiate', 'abc=']]],
    [' , Bearer a=b , ,c=d,', [['Bearer', { a: 'b', c: 'd' }]]],
    [
      'Digest a=1,Bearer',
      [
        ['Digest', { a: '1' }],
        ['Bearer', {}],
      ],
    ],
  ])('reads %s', (field, challenges) => {
    expect(read(field)).toEqual(challenges)
  })

  it.each([
    ['', /expected a challenge at character 1/],
    [',', /expected a challenge/],
    ['Bearer error="invalid"token"', /expected a comma at character 23/],
    ['Bearer error="not closed', /a value of error at character 14/],
    ['Bearer error="кид"', /a value of error/],
    ['Bearer error="a", error="b"', /expected no second error/],
    ['Bearer error="a" scope="b"', /expected a comma/],
    ['"Bearer"', /an authentication scheme at character 1/],
    ['Bearer\trealm="a"', /expected a comma/],
  ])('refuses %s', (field, message) => {
    expect(() => parseChallenges(field)).toThrow(SyntaxError)
    expect(() => parseChallenges(field)).toThrow(message)
  })
})
