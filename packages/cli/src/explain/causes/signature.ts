import { publicDecrypt, constants } from 'node:crypto'
import { type AsymmetricAlgorithm, createGuard, isGuardError } from '@gatewarden/core'
import { type Cause, type Evidence, headerOf } from '../cause.ts'
import { algorithmOf, type DecodedToken, MOST_CHARACTERS } from '../decode-token.ts'
import { algorithmsAtHand, type KeyAtHand, keysAtHand } from '../keys-at-hand.ts'
import { quote } from '../quote.ts'
import { signedBySecret } from '../signed-by-secret.ts'
import { isPastSignature } from '../steps.ts'
import { findWeakSecret } from '../../secrets/find-weak-secret.ts'
import { edited } from './edited.ts'
import { secretCauses } from './secret.ts'

const INVALID = 'ERR_SIGNATURE_INVALID'

/** Names of keys that issuers come with, in every environment the same. A thumbprint is one key's alone. */
const COMMON_KID =
  /^(.{0,8}|key.?\d*|default|main|primary|current|signing.*|.*(dev|test|local).*)$/i

/** Why the signature does not fit, and what can be said of the secret it was made with. */
export async function signatureCauses(evidence: Evidence): Promise<Cause[]> {
  const weak = weakSecret(evidence)
  if (evidence.judgement?.signature !== 'failed') return weak
  const { expected } = evidence
  const causes =
    expected.keys.kind === 'secret' ? secretCauses(evidence) : await publicKeyCauses(evidence)
  return [
    ...weak.filter(() => causes.length === 0),
    ...causes,
    ...weak.filter(() => causes.length > 0),
  ]
}

async function publicKeyCauses(evidence: Evidence): Promise<Cause[]> {
  const { decoded, expected } = evidence
  const { kid, nonce } = headerOf(evidence)
  if (nonce !== undefined && isForGraph(evidence))
    return [
      {
        id: 'graph-token',
        code: INVALID,
        what: 'The token is for Microsoft Graph, and only Graph can verify it.',
        evidence: `its header has a nonce, and its aud is ${quote(decoded.claims?.aud)}`,
        fix: 'Ask for a token of your own API: a scope of it, such as api://<client id>/.default, in the place of User.Read.',
      },
    ]
  const keys = keysAtHand(evidence)
  const named = keys.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid)
  const opened = named.filter(
    ({ key }) => key.asymmetricKeyType === 'rsa' && opensSignature(decoded, key),
  )
  if (opened.length > 0)
    return [
      edited(
        'The signature is by the right key, over another content: opened with the public key, it holds another digest.',
      ),
    ]
  const other = await otherSigner(
    decoded,
    keys.filter((key) => !named.includes(key)),
  )
  if (other !== undefined)
    return [
      {
        id: 'kid-of-other-key',
        code: INVALID,
        what: 'The token is signed by another key of the same set than it names.',
        evidence: `its header names kid ${quote(kid)}; the signature fits the key ${quote(other.kid)}`,
        fix: 'At the issuer, key and kid are mixed up: write the kid of the key that signs.',
      },
    ]
  const otherKey: Cause = {
    id: 'other-key',
    code: INVALID,
    what: 'The token is signed with another key than the server has: of another environment, or from before a change.',
    evidence: `the signature does not fit ${
      typeof kid === 'string' && named.some((key) => key.kid === kid)
        ? `the key ${quote(kid)}, which has the same name`
        : `the key (${algorithmsAtHand(evidence).join(', ')})`
    }`,
    fix: 'Compare the keys of both sides. Where two environments call their keys alike, tell their issuers apart by name.',
  }
  const isOneOfAKind =
    typeof kid === 'string' && expected.keys.kind !== 'public' && !COMMON_KID.test(kid)
  // A signature of RSA was opened in vain above: it is by another key, whatever that is called.
  const isRsa = algorithmOf(decoded).startsWith('RS')
  const changed = edited(
    isOneOfAKind
      ? `the key ${quote(kid)} is there, and the signature does not fit`
      : 'the signature does not fit, and does not show which of the two it is',
  )
  if (isRsa) return [otherKey]
  return isOneOfAKind ? [changed, otherKey] : [otherKey, changed]
}

/** PKCS #1 v1.5: what the signature was made over comes out again, with the right key only (RFC 8017 §8.2.2). */
function opensSignature({ signature, header }: DecodedToken, key: KeyAtHand['key']): boolean {
  if (signature === undefined || !algorithmOf({ header }).startsWith('RS')) return false
  try {
    publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature)
    return true
  } catch {
    return false
  }
}

async function otherSigner(
  { token }: DecodedToken,
  keys: readonly KeyAtHand[],
): Promise<KeyAtHand | undefined> {
  for (const candidate of keys) {
    try {
      const algorithms = candidate.algorithms as readonly AsymmetricAlgorithm[]
      const options = { issuer: null, audience: null, algorithms, clock: () => 0 }
      await createGuard({ ...options, publicKey: candidate.key }).verify(token)
      return candidate
    } catch (error) {
      if (isGuardError(error) && isPastSignature(error.code)) return candidate
    }
  }
  return undefined
}

function isForGraph({ decoded }: Evidence): boolean {
  const { aud } = decoded.claims ?? {}
  return (
    aud === '00000003-0000-0000-c000-000000000000' ||
    (typeof aud === 'string' && /^https:\/\/graph\.microsoft\.com\/?$/.test(aud))
  )
}

/** Guesses the secret, as whoever attacks would: there is nothing to it but one token. */
function weakSecret({ decoded, judgement }: Evidence): Cause[] {
  const isSignedWith = signedBySecret(decoded)
  // By a secret that a guard takes, it is by none of those. What no guard looks at is not worth thousands of digests.
  if (isSignedWith === undefined || judgement?.signature === 'verified') return []
  if (decoded.token.length > MOST_CHARACTERS) return []
  const secret = findWeakSecret(isSignedWith)
  if (secret === undefined) return []
  return [
    {
      id: 'weak-secret',
      code: undefined,
      what: 'The token is signed with a secret that is on every list: anybody can sign tokens like it.',
      evidence: `the signature fits a secret of ${secret.length} characters that was found by guessing`,
      fix: 'Replace the secret at once, at the issuer and at every server: gatewarden secret new. Tokens signed with it must end there.',
    },
  ]
}
