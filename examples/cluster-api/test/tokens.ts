/** What a token says of itself. Verifying is the guard's. */
export const headerOf = (token: string) => partOf(token, 0) as { kid: string }
export const claimsOf = (token: string) => partOf(token, 1) as { iat: number }

function partOf(token: string, at: number): unknown {
  return JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString())
}
