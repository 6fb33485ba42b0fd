/** So many that the connection is busy, so few that others are served in between. */
const SIZE = 256

/** Handles the items a batch after the other. */
export async function inBatches<T>(
  items: readonly T[],
  handle: (batch: T[]) => Promise<unknown>,
  size = SIZE,
): Promise<void> {
  for (let at = 0; at < items.length; at += size) await handle(items.slice(at, at + size))
}
