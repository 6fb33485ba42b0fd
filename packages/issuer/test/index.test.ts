import * as issuer from '../src/index.ts'

it('the package offers these names, and no others', () => {
  expect(Object.keys(issuer).sort()).toEqual([
    'ConfigError',
    'IssuerError',
    'createIssuer',
    'createKeyOperator',
    'createMemoryStore',
    'isIssuerError',
    'issuerErrorCodes',
  ])
})
