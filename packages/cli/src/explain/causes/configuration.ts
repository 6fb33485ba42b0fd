import { ConfigError } from '@gatewarden/core'
import { createPrivateKey } from 'node:crypto'
import type { Cause, Evidence } from '../cause.ts'

/** Why no guard starts with the key that was given. */
export function configurationCauses({ judgement, expected }: Evidence): Cause[] {
  const { refusal } = judgement ?? {}
  if (!isConfigError(refusal)) return []
  const { message } = refusal
  const cause = (id: string, what: string, fix: string): Cause => ({
    id,
    code: 'ERR_CONFIG',
    what,
    evidence: message,
    fix,
  })
  if (expected.keys.kind !== 'secret') {
    return [
      isPrivateKey(expected.keys)
        ? cause(
            'private-key-given',
            'This is the private key. Who verifies needs the public one only, and should not hold the other.',
            'Give the public half: openssl pkey -in private.pem -pubout.',
          )
        : cause(
            'key-unusable',
            'No guard can use this key.',
            'Give the public key of the issuer as PEM or JWK, RSA of at least 2048 bits, or its whole key set with --jwks.',
          ),
    ]
  }
  if (message.includes('public or private key'))
    return [
      cause(
        'public-key-as-secret',
        'A key in the place of a secret: whoever has the public key could sign tokens.',
        'Give it as --public-key here, and as publicKey in the options of the guard.',
      ),
    ]
  if (/published|variable/.test(message))
    return [
      cause(
        'secret-published',
        'This secret is on every list: anybody can sign tokens with it.',
        'Make one with gatewarden secret new, and put it in the place of this one at the issuer and at every server.',
      ),
    ]
  if (/at least \d+ bytes/.test(message))
    return [
      cause(
        'secret-too-short',
        'The secret is too short for its algorithm, so that it can be found by trying.',
        'Make one with gatewarden secret new, and put it in the place of this one at the issuer and at every server. If it is the base64 of a longer one, decode it.',
      ),
    ]
  return [
    cause(
      'secret-guessable',
      'The secret can be guessed.',
      'Make one with gatewarden secret new, and put it in the place of this one at the issuer and at every server.',
    ),
  ]
}

function isConfigError(value: unknown): value is ConfigError {
  return value instanceof ConfigError
}

function isPrivateKey(keys: Evidence['expected']['keys']): boolean {
  if (keys.kind !== 'public') return false
  if (typeof keys.key !== 'string') return 'd' in keys.key
  try {
    createPrivateKey(keys.key)
    return true
  } catch {
    return false
  }
}
