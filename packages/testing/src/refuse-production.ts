/**
 * What makes a user out of nothing must not run where users are real.
 *
 * @throws Error where `NODE_ENV` is `production`
 */
export function refuseProduction(name: string): void {
  if (process.env.NODE_ENV !== 'production') return
  throw new Error(`${name} is for tests: with it, every request is let in. NODE_ENV is production`)
}
