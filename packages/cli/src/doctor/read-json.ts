import { isRecord, parseStrictJson } from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'

/** A document, and what is wrong with how it is written. Undefined for what is not JSON. */
export function readJson(
  body: Buffer,
  name: string,
): { readonly document: unknown; readonly findings: readonly Finding[] } {
  // As a guard reads it: some editors put a byte order mark before the text.
  const text = body.toString('utf8').replace(/^\uFEFF/, '')
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return {
      document: undefined,
      findings: [
        {
          id: 'not-json',
          severity: 'critical',
          message: `The ${name} is not JSON.`,
          advice: 'Look at it with curl: it may be the page of a proxy or of a login.',
          clause: 'RFC 8259 §2',
        },
      ],
    }
  }
  if (!isRecord(document)) return { document, findings: [] }
  try {
    parseStrictJson(text)
    return { document, findings: [] }
  } catch (error) {
    return {
      document,
      findings: [
        {
          id: 'json-odd',
          severity: 'warning',
          message: `The ${name} ${(error as Error).message}: one parser reads it as another than the next.`,
          advice: 'Write each member once.',
          clause: 'RFC 8259 §4',
        },
      ],
    }
  }
}
