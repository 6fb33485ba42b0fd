import type { Route, RouteReply } from '@gatewarden/core'
import type { MountedApp } from '../suite-app.ts'

/** The application that the routes of an issuer are mounted in. Nothing in it belongs to one framework. */
export interface RouteApp {
  /** For the adapter's `authRoutes`: in front of everything but `parsers`. */
  readonly issuer: { readonly routes: readonly Route[] }
  /** True when parsers of urlencoded and JSON bodies are to be mounted before the routes. */
  readonly parsers: boolean
  /** The application's own, behind the routes. */
  readonly handlers: readonly RouteHandler[]
}

export interface RouteHandler {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  readonly path: string
  /** When given, the adapter's `csrfGuard` with these origins is to stand before the handler. */
  readonly origins: readonly string[] | undefined
  /** Returns what is to be sent with the adapter's `sendReply`. */
  readonly handle: () => RouteReply
}

/** Makes an application of the adapter under test. */
export type MountRoutes = (app: RouteApp) => MountedApp | Promise<MountedApp>
