import { createSecretKey, type KeyObject, webcrypto } from 'node:crypto'
import { type Admission, type Auth, createGuard } from '@gatewarden/core'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier } from 'fast-jwt'
import { type CryptoKey, importSPKI, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { asReceived, AUDIENCE, ISSUER, KEY_ID, type Signer } from '../lib/tokens.ts'
import { fastJwtOptions } from './fast-jwt-options.ts'
import { guardOptions } from './guard-options.ts'
import { createRawVerifier } from './raw-verifier.ts'

/** A token as a server has it in hand: by itself, and in the request that brought it. */
export interface Presented {
  readonly token: string
  readonly request: { readonly headers: { readonly authorization: string } }
}

/** One way to verify a token, as its users write it. */
export interface Verifier {
  /** What it looks at. Default: the token. */
  readonly takes?: 'token' | 'request'
  /** Recognises a token that it has verified before. */
  readonly remembers: boolean
  /** Answers as its library does, at once or with a promise, and throws what it refuses. */
  readonly verify: (presented: Presented) => unknown
}

/** How many tokens a cache holds, in every library that has one. */
const CACHE_ENTRIES = 10_000

const NO_REQUEST = { headers: { authorization: '' } }

/**
 * New strings each time, because every request brings its own.
 *
 * @param takes what will be looked at: only that is made, as the rest would be in the way in the processor's caches.
 *   Default: both
 */
export function present(token: string, takes?: 'token' | 'request'): Presented {
  return {
    token: takes === 'request' ? '' : asReceived(token),
    request:
      takes === 'token'
        ? NO_REQUEST
        : { headers: { authorization: asReceived(`Bearer ${token}`) } },
  }
}

/**
 * The contestants by name, their caches empty. All demand the same: this signature, this issuer, this audience and an
 * `exp` that is to come; raw demands the signature only.
 */
export async function createVerifiers(signer: Signer): Promise<Record<string, Verifier>> {
  const raw = createRawVerifier(signer)
  return {
    raw: { remembers: false, verify: ({ token }) => raw(token) },
    ...gatewarden(signer),
    ...fastJwt(signer),
    jose: await jose(signer),
    ...jsonWebToken(signer),
    ...awsJwtVerify(signer),
  }
}

/** Each with a guard of its own: what one has verified must be new to the other. */
function gatewarden(signer: Signer): Record<string, Verifier> {
  const options = guardOptions(signer)
  const cache = { maxEntries: CACHE_ENTRIES }
  const verifying = createGuard({ ...options, cache })
  const admitting = createGuard({ ...options, cache })
  const forgetting = createGuard({ ...options, cache: false })
  return {
    'gatewarden, verify()': { remembers: true, verify: ({ token }) => verifying.verify(token) },
    'gatewarden, admit()': {
      takes: 'request',
      remembers: true,
      verify: ({ request }) => {
        const admission = admitting.admit(request)
        return admission instanceof Promise ? admission.then(admitted) : admitted(admission)
      },
    },
    'gatewarden, verify(), cache: false': {
      remembers: false,
      verify: ({ token }) => forgetting.verify(token),
    },
  }
}

function admitted({ auth, refusal }: Admission): Auth | undefined {
  if (refusal !== undefined) throw refusal
  return auth
}

function fastJwt(signer: Signer): Record<string, Verifier> {
  const options = fastJwtOptions(signer)
  const verify = createVerifier(options)
  const remembering = createVerifier({ ...options, cache: CACHE_ENTRIES })
  return {
    'fast-jwt': { remembers: false, verify: ({ token }) => verify(token) as unknown },
    'fast-jwt, cached': { remembers: true, verify: ({ token }) => remembering(token) as unknown },
  }
}

async function jose(signer: Signer): Promise<Verifier> {
  const key = await webCryptoKeyOf(signer)
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [signer.algorithm],
    requiredClaims: ['exp'],
  }
  return { remembers: false, verify: ({ token }) => jwtVerify(token, key, options) }
}

/** The form jose works with. Given a secret as bytes or as a `KeyObject`, it would import it anew for every token. */
function webCryptoKeyOf({ algorithm, secret, publicKey }: Signer): Promise<CryptoKey> {
  if (secret !== undefined) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    return webcrypto.subtle.importKey('raw', secret, hmac, false, ['verify'])
  }
  return importSPKI(String(publicKey?.export({ type: 'spki', format: 'pem' })), algorithm)
}

/** It knows no EdDSA, and cannot be told that `exp` is required. */
function jsonWebToken(signer: Signer): Record<string, Verifier> {
  const { algorithm } = signer
  if (algorithm === 'EdDSA') return {}
  const key = keyOf(signer)
  const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [algorithm] }
  return {
    jsonwebtoken: {
      remembers: false,
      verify: ({ token }) => jsonwebtoken.verify(token, key, options),
    },
  }
}

/** It knows no secrets, and finds its keys in a key set. */
function awsJwtVerify({ publicKey }: Signer): Record<string, Verifier> {
  if (publicKey === undefined) return {}
  const verifier = JwtVerifier.create({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUri: 'https://issuer.test/jwks',
  })
  const { kty = '', ...parameters } = publicKey.export({ format: 'jwk' })
  verifier.cacheJwks({ keys: [{ ...parameters, kty, kid: KEY_ID, use: 'sig' }] })
  return {
    'aws-jwt-verify': { remembers: false, verify: ({ token }) => verifier.verifySync(token) },
  }
}

function keyOf({ algorithm, secret, publicKey }: Signer): KeyObject {
  if (secret !== undefined) return createSecretKey(secret)
  if (publicKey !== undefined) return publicKey
  throw new Error(`no key for ${algorithm}`)
}
