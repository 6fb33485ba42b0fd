import { complaintsAbout } from './healthy-issuer.ts'

test.each([
  ['no jwks_uri', { jwks_uri: undefined }, ['critical jwks-uri-missing']],
  [
    'a jwks_uri over http',
    { jwks_uri: 'http://keys.test/' },
    ['critical jwks-uri-insecure', 'note endpoints-elsewhere'],
  ],
  ['a jwks_uri that is no URL', { jwks_uri: 'keys.json' }, ['critical jwks-uri-insecure']],
  [
    'an endpoint over http',
    { token_endpoint: 'http://127.0.0.2:1/token', revocation_endpoint: 'http://login.test/revoke' },
    ['warning endpoint-insecure', 'note endpoints-elsewhere', 'note endpoints-elsewhere'],
  ],
  [
    'an endpoint on another host',
    { token_endpoint: 'https://other.test/token' },
    ['note endpoints-elsewhere'],
  ],
  [
    'tokens that nobody signed',
    { id_token_signing_alg_values_supported: ['RS256', 'none'] },
    ['warning alg-none'],
  ],
  [
    'clients that prove nothing',
    { token_endpoint_auth_signing_alg_values_supported: ['NONE'] },
    ['warning alg-none'],
  ],
  [
    'request objects that nobody signed, which is allowed',
    { request_object_signing_alg_values_supported: ['none'] },
    [],
  ],
  [
    'tokens signed with a shared secret',
    { id_token_signing_alg_values_supported: ['RS256', 'HS256'] },
    ['note alg-hmac'],
  ],
  [
    'an algorithm that nobody knows',
    { id_token_signing_alg_values_supported: ['RS256', 'ES256K'] },
    ['note alg-unknown'],
  ],
  ['a list that is none', { id_token_signing_alg_values_supported: 'none' }, []],
  [
    'abilities',
    {
      id_token_signing_alg_values_supported: ['RS256'],
      backchannel_logout_supported: true,
      dpop_signing_alg_values_supported: ['ES256'],
    },
    [],
  ],
])('%s', async (_, metadata, complaints) => {
  expect(await complaintsAbout({ metadata })).toEqual(complaints)
})
