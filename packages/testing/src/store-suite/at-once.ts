import type { IssuerStore } from '@gatewarden/core'

/** Starts `count` calls without waiting for one of them, dealt out to the handles, and waits for all. */
export function atOnce<T>(
  count: number,
  handles: readonly [IssuerStore, ...IssuerStore[]],
  call: (store: IssuerStore, index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      call(handles[index % handles.length] ?? handles[0], index),
    ),
  )
}

/** How many of the calls resolved. */
export async function resolvedAtOnce(
  ...parameters: Parameters<typeof atOnce<unknown>>
): Promise<number> {
  const [count, handles, call] = parameters
  const resolved = await atOnce(count, handles, (store, index) =>
    call(store, index).then(
      () => true,
      () => false,
    ),
  )
  return resolved.filter(Boolean).length
}
