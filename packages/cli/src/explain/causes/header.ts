import { type Cause, type Evidence, headerOf, refusalCode } from '../cause.ts'
import { algorithmOf } from '../decode-token.ts'
import { algorithmsAtHand } from '../keys-at-hand.ts'
import { quote } from '../quote.ts'
import { isKnownAlgorithm } from '../steps.ts'

const REFUSED = 'ERR_ALGORITHM_REFUSED'

/** What is wrong with the header of a token whose form is good. */
export function headerCauses(evidence: Evidence): Cause[] {
  if (evidence.decoded.header === undefined || evidence.kind.id === 'encrypted') return []
  return [...algorithmCauses(evidence), ...parameterCauses(evidence)]
}

function algorithmCauses(evidence: Evidence): Cause[] {
  const { alg } = headerOf(evidence)
  if (typeof alg === 'string' && alg.trim().toLowerCase() === 'none')
    return [
      {
        id: 'algorithm-none',
        // Without a third segment it is no token to begin with.
        code: evidence.decoded.segments[2] === '' ? 'ERR_TOKEN_MALFORMED' : REFUSED,
        what: 'The token is not signed: anybody can write one like it.',
        evidence: `its header says alg ${quote(alg)}`,
        fix: 'Sign it at the issuer. No guard takes it, and no option makes one.',
      },
    ]
  if (!isKnownAlgorithm(alg))
    return [
      {
        id: 'algorithm-unknown',
        code: REFUSED,
        what: alg === undefined ? 'The header names no algorithm.' : 'There is no such algorithm.',
        evidence: `its header says alg ${quote(alg)}`,
        fix: 'At the issuer, sign with ES256, RS256, EdDSA or, with a shared secret, HS256, spelled so.',
      },
    ]
  const atHand = algorithmsAtHand(evidence)
  if (refusalCode(evidence) !== REFUSED || atHand.length === 0) return []
  return [otherAlgorithm(evidence, algorithmOf(evidence.decoded), atHand)]
}

function otherAlgorithm({ expected }: Evidence, alg: string, atHand: readonly string[]): Cause {
  const keys = expected.keys.kind === 'secret' ? 'the secret is' : 'the keys are'
  const evidence = `its header says alg "${alg}"; ${keys} for ${atHand.join(', ')}`
  const isHmac = alg.startsWith('HS')
  if (isHmac && expected.keys.kind !== 'secret')
    return {
      id: 'hmac-with-public-keys',
      code: REFUSED,
      what: 'The token is signed with a shared secret, and the server has public keys.',
      evidence,
      fix: 'Either the issuer signs with its private key, or the server gets the secret. Whoever forges tokens signs them with the public key like this; then it is good that it was refused.',
    }
  if (!isHmac && expected.keys.kind === 'secret')
    return {
      id: 'public-key-algorithm-with-secret',
      code: REFUSED,
      what: 'The token is signed with a private key, and the server has a shared secret.',
      evidence,
      fix: 'Give the server the public keys of the issuer: the issuer alone (they are discovered), jwksUri, jwks or publicKey in the place of secret.',
    }
  if (isSameFamily(alg, atHand))
    return {
      id: 'algorithm-of-same-family',
      code: REFUSED,
      what: 'Key and token fit, but for the algorithm: one key serves one.',
      evidence,
      fix: `In the options of the guard, write algorithms: ['${alg}'], where the issuer is meant to use it; in a key set, alg of the key decides. To try it here: --algorithm ${alg}.`,
    }
  return {
    id: 'algorithm-of-other-key-type',
    code: REFUSED,
    what: 'The token is signed with a key of another type than the server has.',
    evidence,
    fix: 'The issuer changed the type of its keys, or this key is not its. Fetch its key set anew.',
  }
}

function isSameFamily(alg: string, atHand: readonly string[]): boolean {
  const family = (name: string) => (/^[RP]S/.test(name) ? 'rsa' : name.slice(0, 2))
  return atHand.some((name) => family(name) === family(alg)) && !alg.startsWith('ES')
}

function parameterCauses(evidence: Evidence): Cause[] {
  const header = headerOf(evidence)
  const { kid, typ, cty } = header
  const causes: Cause[] = []
  const add = (id: string, what: string, shown: string, fix: string) =>
    causes.push({ id, code: 'ERR_HEADER_REFUSED', what, evidence: shown, fix })
  if (kid !== undefined && typeof kid !== 'string')
    add(
      'kid-not-text',
      'The kid is no text.',
      `kid is ${quote(kid)}`,
      'At the issuer, write kid as a string.',
    )
  if (typeof kid === 'string' && kid.length > 512)
    add(
      'kid-too-long',
      'The kid is longer than any name of a key.',
      `it has ${kid.length} characters; 512 are looked at`,
      'Somebody is probing, or the issuer puts a certificate where the name belongs.',
    )
  if (typ !== undefined && typeof typ !== 'string')
    add(
      'typ-not-text',
      'The typ is no text.',
      `typ is ${quote(typ)}`,
      'At the issuer, write typ as a string.',
    )
  if ('crit' in header)
    add(
      'crit',
      'The token demands an extension that a guard does not know, and whoever does not know it must refuse.',
      `crit is ${quote(header.crit)} (RFC 7515 §4.1.11)`,
      'At the issuer, leave the extension away for this API.',
    )
  if ('b64' in header)
    add(
      'b64',
      'The payload is said not to be encoded (RFC 7797), which tokens are not.',
      `b64 is ${quote(header.b64)}`,
      'At the issuer, leave b64 away.',
    )
  if ('zip' in header)
    add(
      'zip',
      'The payload is said to be compressed, which only encrypted tokens are.',
      `zip is ${quote(header.zip)}`,
      'At the issuer, leave zip away.',
    )
  if (cty !== undefined && (typeof cty !== 'string' || /^(application\/)?jwt$/i.test(cty)))
    add(
      'nested-token',
      'The payload is said to be another token.',
      `cty is ${quote(cty)} (RFC 7519 §5.2)`,
      'Take the outer token off before it comes here, or leave cty away where the payload is a set of claims.',
    )
  return causes
}
