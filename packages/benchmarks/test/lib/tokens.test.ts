import { jwtVerify } from 'jose'
import {
  ALGORITHMS,
  asReceived,
  AUDIENCE,
  createSigner,
  forge,
  ISSUER,
  KEY_ID,
  mint,
} from '../../src/lib/tokens.ts'

test.each(ALGORITHMS)('a token signed with %s is one that jose accepts', async (algorithm) => {
  const signer = createSigner(algorithm)
  const key = signer.secret ?? signer.publicKey!
  const { payload, protectedHeader } = await jwtVerify(mint(signer, 7), key, {
    issuer: ISSUER,
    audience: AUDIENCE,
  })
  expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: KEY_ID })
  expect(payload).toMatchObject({ sub: 'user-7', roles: ['clerk'], exp: payload.iat! + 3600 })
})

test.each(ALGORITHMS)('a forged %s token differs in the signature only', async (algorithm) => {
  const signer = createSigner(algorithm)
  const token = mint(signer, 7)
  const forged = forge(token)
  expect(forged).toHaveLength(token.length)
  expect(forged.slice(0, forged.lastIndexOf('.'))).toBe(token.slice(0, token.lastIndexOf('.')))
  await expect(jwtVerify(forged, signer.secret ?? signer.publicKey!)).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  })
})

test('claims can be replaced, added and left out', () => {
  const token = mint(createSigner('HS256'), 1, { aud: 'other', extra: 1, jti: undefined })
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
  expect(claims).toMatchObject({ aud: 'other', extra: 1 })
  expect(claims).not.toHaveProperty('jti')
})

test('no two tokens are the same, not even of one user', () => {
  const signer = createSigner('HS256')
  expect(mint(signer, 1)).not.toBe(mint(signer, 1))
})

test('what is received reads the same', () => {
  expect(asReceived('eyJ0.eyJ1.c2ln')).toBe('eyJ0.eyJ1.c2ln')
})
