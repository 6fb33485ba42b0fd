import type { Auth } from '@gatewarden/core'

// Keeps the declarations of Koa in sight of the compiler, which merges into what it has loaded.
export type { DefaultState } from 'koa'

/*
 * `import '@gatewarden/koa-jwt/augment'` types `ctx.state.auth`. Opt-in, because other middleware declares a state of
 * its own. The claims are typed by `guard.authOf(ctx)`.
 */
declare module 'koa' {
  interface DefaultState {
    /** Who the request is from; undefined where a token is optional and absent. */
    auth: Auth
  }
}
