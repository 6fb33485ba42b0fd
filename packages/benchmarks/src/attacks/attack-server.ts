import { randomBytes } from 'node:crypto'
import {
  type AttackGroup,
  type AttackReport,
  createIssuerServer,
  runAttacks,
} from '@gatewarden/testing'
import type { Setup } from './attacked-library.ts'

/** Not part of the comparison, for any library. The page says so. */
const EXCEPT = [
  'alg-none-full-width',
  'alg-none-full-width-signed',
  'alg-none-nul',
  'alg-none-nul-signed',
  'alg-crlf',
  'alg-not-latin',
]

/** Opens a server, on loopback, with an issuer and keys of its own, and sends it every attack, or those of some groups. */
export async function attackServer(
  setup: Setup,
  groups?: readonly AttackGroup[],
): Promise<AttackReport> {
  const { algorithm, open, claims = {}, header = {} } = setup
  const isSecret = algorithm === 'HS256'
  // Text, as an environment variable holds it.
  const secret = isSecret ? randomBytes(32).toString('base64url') : ''
  const issuers = await createIssuerServer({
    algorithm,
    audience: 'https://api.test',
    ...(isSecret && { key: { secret } }),
  })
  const { authority } = issuers
  const { issuer, audience } = authority
  const publicKey = isSecret ? '' : authority.publicKeyPem
  const server = await open({ issuer, audience, secret, publicKey })
  try {
    return await runAttacks(server, {
      authority,
      path: '/api',
      claims,
      header,
      except: EXCEPT,
      ...(groups && { groups }),
    })
  } finally {
    await issuers.close()
  }
}
