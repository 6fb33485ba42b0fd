import { createPublicKey } from 'node:crypto'
import { KEY_ID } from '../lib/tokens.ts'
import type { VerificationKey } from '../lib/verification-key.ts'
import { listen } from './listen.ts'

/** Publishes a public key as an identity provider does, over http, which both that fetch one take on loopback. */
export async function publishKey(
  key: VerificationKey,
): Promise<{ key: VerificationKey; close(): Promise<void> }> {
  const jwk = createPublicKey(key.text).export({ format: 'jwk' })
  const keySet = { keys: [{ ...jwk, kid: KEY_ID, alg: key.algorithm, use: 'sig' }] }
  const server = await listen((_req, res) => {
    res.setHeader('Content-Type', 'application/jwk-set+json')
    res.end(JSON.stringify(keySet))
  })
  return {
    key: { ...key, jwksUri: `http://127.0.0.1:${String(server.port)}/jwks.json` },
    close: () => server.close(),
  }
}
