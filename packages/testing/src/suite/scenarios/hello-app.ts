import type { Auth, GuardOptions } from '@gatewarden/core'
import type { SuiteApp, SuiteRoute } from '../suite-app.ts'

const handle = (auth: Auth | undefined) => ({ sub: auth?.subject ?? null })

/** Says who the request is from. */
export const helloRoutes: readonly SuiteRoute[] = [
  { method: 'GET', path: '/hello', policy: undefined, handle },
  { method: 'POST', path: '/hello', policy: undefined, handle },
]

/** An application with nothing but a guard and a greeting. */
export function helloApp(guard: GuardOptions, more: Partial<SuiteApp> = {}): SuiteApp {
  return { guard, routes: helloRoutes, forms: false, answerError: undefined, ...more }
}
