/* eslint-disable @typescript-eslint/consistent-type-imports -- with an import, this file would be a module and declare nothing for others */

/*
 * Names that snippets of the guide may use without declaring them, so that a three-line example stays three lines.
 * Only the type check of the snippets sees this file.
 */
declare const app: import('express').Express
declare const guard: import('@gatewarden/core').Guard
declare const listOrders: import('express').RequestHandler
declare const createOrder: import('express').RequestHandler
declare const deleteOrder: import('express').RequestHandler

/* Not installed here; the guide shows how they show the state of a login. */
declare module 'react' {
  export function useSyncExternalStore<Snapshot>(
    subscribe: (onStoreChange: () => void) => () => void,
    getSnapshot: () => Snapshot,
  ): Snapshot
}
declare module 'vue' {
  export function shallowRef<T>(value: T): { value: T }
}
