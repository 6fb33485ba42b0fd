import type { RequestListener, Server } from 'node:http'
import type { Auth, GuardOptions, Policy, Reply } from '@gatewarden/core'

/** The application an adapter is tried with. Nothing in it belongs to one framework. */
export interface SuiteApp {
  /** What the guard in front of all the routes is made of. */
  readonly guard: GuardOptions
  readonly routes: readonly SuiteRoute[]
  /** True when a parser of urlencoded bodies is to be mounted before the guard. */
  readonly forms: boolean
  /**
   * When given, the adapter is to hand refusals to the framework's error handling, and the application's own error
   * handler answers what this makes of them.
   */
  readonly answerError: ((error: unknown) => Reply) | undefined
}

export interface SuiteRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** To be lifted the adapter's way, and to be judged before the handler. */
  readonly policy: Policy | undefined
  /** Takes what the adapter says the request is from, and returns what is to be answered as JSON. May throw. */
  readonly handle: (auth: Auth | undefined) => unknown
}

/** Makes an application of the adapter under test. */
export type Mount = (app: SuiteApp) => MountedApp | Promise<MountedApp>

/** A request listener (Express's app is one), a server, or either with what there is to close besides. */
export type MountedApp =
  | RequestListener
  | Server
  | { readonly server: RequestListener | Server; readonly close: () => unknown }
