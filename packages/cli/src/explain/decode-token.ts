import { isRecord } from '@gatewarden/core/kit'
import { isNestedDeeper } from './is-nested-deeper.ts'

export type JsonObject = { readonly [member: string]: unknown }

/** The longest token a guard looks at, in characters: the default of `maxTokenSize`. */
export const MOST_CHARACTERS = 16_384

/** A guard takes 32 levels. What is deeper than this is not even shown: whoever walks it runs out of stack. */
const DEEPEST = 256

/** A token as far as it can be read, leniently: what is refused shall be seen all the same. Nothing in it is proven. */
export interface DecodedToken {
  readonly token: string
  readonly segments: readonly string[]
  /** Undefined where the first segment is not a JSON object, or nested beyond all bounds. */
  readonly header: JsonObject | undefined
  /** Undefined where the second segment is not a JSON object, as in an encrypted token. */
  readonly claims: JsonObject | undefined
  readonly headerText: string | undefined
  readonly payloadText: string | undefined
  /** The third segment, decoded; undefined where there is none. */
  readonly signature: Buffer | undefined
}

export function decodeToken(token: string): DecodedToken {
  const segments = token.split('.')
  const [header, payload, signature] = segments
  const headerText = decodeText(header)
  const payloadText = segments.length === 5 ? undefined : decodeText(payload)
  return {
    token,
    segments,
    header: parseObject(headerText),
    claims: parseObject(payloadText),
    headerText,
    payloadText,
    signature: signature === undefined ? undefined : Buffer.from(signature, 'base64'),
  }
}

/** How an object begins. A brace alone is what one opaque token in 256 begins with. */
const OBJECT = /^\{\s*["}]/

/** Reads both alphabets, with and without padding. Undefined where the bytes are no text. */
function decodeText(segment: string | undefined): string | undefined {
  if (segment === undefined || segment === '') return undefined
  const text = Buffer.from(segment, 'base64').toString('utf8')
  return OBJECT.test(text) ? text : undefined
}

function parseObject(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && !isNestedDeeper(value, DEEPEST) ? value : undefined
  } catch {
    return undefined
  }
}

/** The `alg` of the header; empty where it is no text. Whoever makes a token may write anything there. */
export function algorithmOf({ header }: Pick<DecodedToken, 'header'>): string {
  return typeof header?.alg === 'string' ? header.alg : ''
}
