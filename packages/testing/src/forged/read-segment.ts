/**
 * The JSON object in a segment of a token, of which nothing is verified.
 *
 * @throws SyntaxError when there is none
 */
export function readSegment(segment: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>
  throw new SyntaxError('expected a JSON object')
}
