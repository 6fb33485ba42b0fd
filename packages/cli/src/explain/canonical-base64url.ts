/** True for the one text that encoding its bytes gives (RFC 4648 §3.5). */
export function isCanonicalBase64url(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment
}
