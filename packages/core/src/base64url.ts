/**
 * Decodes base64url, strictly: of all the texts that Node would decode to the same bytes, with padding, white space,
 * the other alphabet or stray bits at the end, only the one that encoding them gives (RFC 4648 §3.5). Else one token
 * would have many spellings.
 *
 * @returns undefined for any other text
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
