/** Here users have passwords that everybody knows, and thieves have a button. */
export function refuseProduction(what: string): void {
  if (isProduction()) throw new Error(`NODE_ENV is production, and ${what} is for trying out only`)
}

export function isProduction(): boolean {
  return process.env.NODE_ENV === 'production'
}
