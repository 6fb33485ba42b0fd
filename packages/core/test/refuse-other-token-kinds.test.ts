import { refuseOtherTokenKinds } from '../src/refuse-other-token-kinds.ts'
import type { Profile } from '../src/issuers/trusted-issuer.ts'
import { goodClaims, header, refusalOf } from './mint.ts'

const judge = (
  claims: Record<string, unknown>,
  typ: string | undefined = undefined,
  profile: Profile = 'jwt',
) => {
  refuseOtherTokenKinds(goodClaims(claims), header(typ === undefined ? {} : { typ }), profile)
}
const refusal = (...given: Parameters<typeof judge>) =>
  refusalOf(() => {
    judge(...given)
  })

const refused = { code: 'ERR_TOKEN_TYPE_REFUSED', status: 401, error: 'invalid_token' }

describe('refuseOtherTokenKinds', () => {
  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'APPLICATION/JWT'])(
    'takes typ %p in the profile jwt',
    (typ) => {
      expect(() => {
        judge({}, typ)
      }).not.toThrow()
    },
  )

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])(
    'RS-32 takes typ %p in the profile rfc9068',
    (typ) => {
      expect(() => {
        judge({}, typ, 'rfc9068')
      }).not.toThrow()
    },
  )

  it.each([undefined, 'JWT', 'application/jwt', ''])(
    'RS-32 refuses typ %p in the profile rfc9068',
    (typ) => {
      expect(refusal({}, typ, 'rfc9068')).toMatchObject(refused)
    },
  )

  it.each([
    '',
    'id+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'token-introspection+jwt',
    'statuslist+jwt',
    'client-authentication+jwt',
    'oauth-authz-req+jwt',
    'rt+jwt',
    'JWE',
    'JOSE',
    'xat+jwt',
    'at+jwtx',
    'at+jwt;x',
    'at+jwt ',
    ' at+jwt',
    'at jwt',
    'application/application/at+jwt',
    'text/at+jwt',
    '__proto__',
    'constructor',
  ])('RS-34 refuses typ %p in every profile (typ by substring, cross-JWT confusion)', (typ) => {
    expect(refusal({}, typ, 'jwt')).toMatchObject(refused)
    expect(refusal({}, typ, 'rfc9068')).toMatchObject(refused)
    expect(refusal({}, typ, 'id-token')).toMatchObject(refused)
  })

  describe('the profile id-token', () => {
    it.each([undefined, 'JWT', 'jwt', 'Jwt', 'application/jwt'])('takes typ %p', (typ) => {
      expect(() => {
        judge({ at_hash: 'x', c_hash: 'y' }, typ, 'id-token')
      }).not.toThrow()
    })

    it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])(
      'RS-34 refuses typ %p, for that is an access token',
      (typ) => {
        expect(refusal({}, typ, 'id-token')).toMatchObject(refused)
      },
    )

    it.each(['token_use', 'token_type', 'typ', 'type'])(
      'takes a token that is one by its %s',
      (claim) => {
        for (const kind of ['id', 'ID', 'id_token', 'idToken', ['id']])
          expect(() => {
            judge({ [claim]: kind }, 'JWT', 'id-token')
          }).not.toThrow()
      },
    )

    it.each(['token_use', 'token_type', 'typ', 'type'])(
      'RS-34 refuses a refresh, logout or access token by its %s',
      (claim) => {
        for (const kind of [
          'access',
          'access_token',
          'Bearer',
          'refresh',
          'Refresh',
          'refresh_token',
          'Offline',
          'logout',
          ['id', 'logout'],
        ])
          expect(refusal({ [claim]: kind }, 'JWT', 'id-token')).toMatchObject(refused)
      },
    )

    it.each(['events', 'token_introspection', 'status_list', 'htu'])(
      'RS-34 refuses a token with %s',
      (claim) => {
        expect(refusal({ [claim]: 'x' }, 'JWT', 'id-token')).toMatchObject(refused)
      },
    )
  })

  it.each([
    ['at_hash', 'an ID token'],
    ['c_hash', 'an ID token'],
    ['events', 'a security event or logout token'],
    ['token_introspection', 'an introspection response'],
    ['status_list', 'a status list'],
    ['htu', 'a DPoP proof'],
  ])('RS-34 refuses a token with %s, for it is %s', (claim, kind) => {
    for (const value of ['x', {}, null, false, 0]) {
      const error = refusal({ [claim]: value })
      expect(error).toMatchObject(refused)
      expect(error.message).toBe(
        `this is not the kind of token that is taken: it has ${claim}, so it is ${kind}`,
      )
    }
    expect(refusal({ [claim]: 'x' }, 'at+jwt', 'rfc9068')).toMatchObject(refused)
  })

  it.each(['token_use', 'token_type', 'typ', 'type'])(
    'RS-34 refuses a token that says in %s that it is another kind',
    (claim) => {
      for (const kind of [
        'id',
        'ID',
        'id_token',
        'refresh',
        'Refresh',
        'refresh_token',
        'Offline',
        'logout',
        'Logout',
        'refreshToken',
        'refresh-token',
        ' ID ',
        ['id'],
        ['access', 'ID'],
      ])
        expect(refusal({ [claim]: kind })).toMatchObject(refused)
      for (const kind of [
        'access',
        'access_token',
        'Bearer',
        'user',
        'identity',
        '',
        5,
        ['access'],
      ]) {
        expect(() => {
          judge({ [claim]: kind })
        }).not.toThrow()
      }
    },
  )

  it('does not find a kind on a prototype', () => {
    const claims = JSON.parse('{"__proto__":{"token_use":"id","at_hash":"x"}}')
    expect(() => {
      refuseOtherTokenKinds(claims, header(), 'jwt')
    }).not.toThrow()
  })

  it('shows what it found, made safe for a log', () => {
    expect(refusal({}, 'a\r\nb').message).toBe(
      'this is not the kind of token that is taken: its typ is "a\\r\\nb"; the profile jwt does not take that',
    )
    expect(refusal({}, undefined, 'rfc9068').message).toBe(
      'this is not the kind of token that is taken: its typ is missing; the profile rfc9068 does not take that',
    )
    expect(refusal({ token_use: 'id' }).message).toBe(
      'this is not the kind of token that is taken: its token_use is "id"',
    )
  })
})
