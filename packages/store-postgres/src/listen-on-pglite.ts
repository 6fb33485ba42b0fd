import type { PGliteClient } from './client.ts'
import { channelOf } from './listening-channel.ts'

/** Within one process, nothing breaks off that would have to be replaced. */
export async function listenOnPGlite(
  client: PGliteClient,
  channelText: string,
  wake: () => void,
): Promise<() => Promise<void>> {
  if (client.listen === undefined) throw new Error('this PGlite has no listen()')
  const { rows } = await client.query(channelText)
  const end = await client.listen(channelOf(rows), wake)
  // A PGlite that was closed before cannot be told, and wakes nobody any more.
  return () => end().catch(() => undefined)
}
