import { type Algorithm, isAlgorithm } from './algorithms.ts'
import { GuardError } from './errors.ts'
import { quoteForLog } from './quote-for-log.ts'
import type { JsonObject } from './strict-json.ts'

/** A JOSE header that passed {@link parseHeader}. `jwk`, `jku`, `x5u` and `x5c` may be in it; nothing reads them. */
export interface JoseHeader {
  readonly alg: Algorithm
  readonly kid?: string
  readonly typ?: string
  readonly [parameter: string]: unknown
}

/** Key ids in use are thumbprints and short names. A longer one is somebody probing (RFC 8725 §3.10). */
const LONGEST_KID = 512

/**
 * Judges the JOSE header on its own, before any key is looked for (RFC 7515 §4.1, RFC 8725 §3.1): a known `alg`,
 * a string `kid` and `typ`, no extension that we would have to understand.
 *
 * @throws GuardError `ERR_ALGORITHM_REFUSED`, `ERR_HEADER_REFUSED`
 */
export function parseHeader(header: JsonObject): JoseHeader {
  const { alg, kid, typ, cty } = header
  if (!isAlgorithm(alg)) {
    throw new GuardError(
      'ERR_ALGORITHM_REFUSED',
      `the token's alg is ${quoteForLog(alg)}, which is no signature algorithm`,
    )
  }
  if (kid !== undefined && typeof kid !== 'string')
    refuse(`kid is ${quoteForLog(kid)}, not a string`)
  if (kid !== undefined && kid.length > LONGEST_KID)
    refuse(`kid is longer than ${LONGEST_KID} characters`)
  if (typ !== undefined && typeof typ !== 'string')
    refuse(`typ is ${quoteForLog(typ)}, not a string`)
  // RFC 7515 §4.1.11: a recipient that does not understand everything `crit` lists must refuse. We know no
  // extension, so every `crit` is either one we do not know or malformed.
  if ('crit' in header) refuse('crit names an extension this guard does not implement')
  // RFC 7797 wants `crit` beside `b64`; without it some verifiers skip the check and read another payload than we.
  if ('b64' in header) refuse('b64 is not supported')
  if ('zip' in header) refuse('zip has no meaning in a signed token')
  // RFC 7519 §5.2: the payload would be another token, and nobody would have verified that one.
  if (cty !== undefined && (typeof cty !== 'string' || /^(application\/)?jwt$/i.test(cty)))
    refuse('cty says that the payload is another token')
  return header as JoseHeader
}

function refuse(problem: string): never {
  throw new GuardError('ERR_HEADER_REFUSED', `the token's header is refused: ${problem}`)
}
