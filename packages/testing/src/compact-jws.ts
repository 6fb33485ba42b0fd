/** A header or payload: an object is written as JSON, text and bytes stand for themselves. */
export type SegmentInput = string | Uint8Array | object

/** The base64url text of one segment of a compact JWS. */
export function encodeSegment(input: SegmentInput): string {
  if (input instanceof Uint8Array) return Buffer.from(input).toString('base64url')
  // JSON leaves out members that are undefined, which is how a claim is taken away.
  const text = typeof input === 'string' ? input : JSON.stringify(input)
  return Buffer.from(text).toString('base64url')
}

/** What a signature covers: RFC 7515 §5.1, step 5. */
export function signingInput(header: SegmentInput, payload: SegmentInput): string {
  return `${encodeSegment(header)}.${encodeSegment(payload)}`
}
