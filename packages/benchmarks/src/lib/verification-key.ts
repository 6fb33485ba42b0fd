import { createPublicKey, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { createHmac } from 'node:crypto'
import { createSigner, type Signer } from './tokens.ts'

/** What a server verifies tokens with, in a form that can be handed to another process. */
export interface VerificationKey {
  readonly algorithm: ServerAlgorithm
  /** The secret, or the public key as PEM. */
  readonly text: string
  /** Where the public key is published, as identity providers do. */
  readonly jwksUri?: string
}

/** RS256 is what identity providers sign with, HS256 what teams that issue their own tokens begin with. */
export const SERVER_ALGORITHMS = ['HS256', 'RS256'] as const
export type ServerAlgorithm = (typeof SERVER_ALGORITHMS)[number]

/** Made anew for each run. */
export function createKeys(algorithm: ServerAlgorithm): { signer: Signer; key: VerificationKey } {
  if (algorithm === 'HS256') {
    // 32 bytes that are text as well: some packages take no other secret.
    const text = randomBytes(24).toString('base64url')
    const secret = Buffer.from(text)
    const sign = (input: string) => createHmac('sha256', secret).update(input).digest('base64url')
    return {
      signer: { algorithm, secret, publicKey: undefined, sign },
      key: { algorithm, text },
    }
  }
  const signer = createSigner(algorithm)
  const text = signer.publicKey?.export({ format: 'pem', type: 'spki' }).toString() ?? ''
  return { signer, key: { algorithm, text } }
}

export function keyObjectOf({ algorithm, text }: VerificationKey): KeyObject {
  return algorithm === 'HS256' ? createSecretKey(Buffer.from(text)) : createPublicKey(text)
}
