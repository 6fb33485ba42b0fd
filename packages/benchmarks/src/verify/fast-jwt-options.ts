import { AUDIENCE, ISSUER, type Signer } from '../lib/tokens.ts'

/** What `fast-jwt` needs to demand the same: it lets a claim that is absent pass unless told that it is required. */
export function fastJwtOptions({ algorithm, secret, publicKey }: Signer) {
  return {
    key: secret ?? publicKey?.export({ type: 'spki', format: 'pem' }) ?? '',
    algorithms: [algorithm],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['iss', 'aud', 'exp'],
  }
}
