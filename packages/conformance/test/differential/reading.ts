import { factsOfJson, type JsonFacts } from './json-text.ts'

/** A token as a lenient reader takes it, to tell from it alone what is odd about it. */
export interface Reading {
  readonly token: string
  /** As they are written. */
  readonly segments: readonly string[]
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly signature: Buffer
  /** Of header and payload, what JSON.parse does not tell. */
  readonly json: readonly (JsonFacts & { readonly hasByteOrderMark: boolean })[]
}

/**
 * Reads a token as the forgiving decoders do (WHATWG Infra §7, "forgiving-base64 decode", Encoding §6.1, "BOM
 * sniff"), for tokens that jose accepts.
 */
export function readLeniently(token: string): Reading {
  const segments = token.split('.')
  const [header = '', payload = '', signature = ''] = segments
  const texts = [header, payload].map((segment) => decode(segment).toString('utf8'))
  const objects = texts.map(
    (text) => JSON.parse(text.replace(/^\ufeff/, '')) as Readonly<Record<string, unknown>>,
  )
  return {
    token,
    segments,
    header: objects[0] ?? {},
    claims: objects[1] ?? {},
    signature: decode(signature),
    json: texts.map((text) => ({
      ...factsOfJson(text.replace(/^\ufeff/, '')),
      hasByteOrderMark: text.startsWith('\ufeff'),
    })),
  }
}

function decode(segment: string): Buffer {
  return Buffer.from(bare(segment), 'base64url')
}

/** The segment without what forgiving decoders skip. */
export function bare(segment: string): string {
  return segment.replace(/[\t\n\f\r =]/g, '')
}
