/** The name in the one row of a statement that gives a channel. It becomes part of a statement, and is checked for that. */
export function channelOf(rows: readonly unknown[]): string {
  const [row] = rows as readonly { channel?: unknown }[]
  const channel = row?.channel
  if (typeof channel === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(channel)) return channel
  throw new Error('the database names no channel to listen to')
}
