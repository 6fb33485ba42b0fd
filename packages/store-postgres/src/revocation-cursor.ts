/** Up to where a log was read. */
export interface RevocationCursor {
  /** Which log it was. */
  readonly identity: string
  readonly position: number
  /** The entry at the position; empty when it was gone. Of a log that was set back, another one comes to be there. */
  readonly entry: string
}

export function cursorText({ identity, position, entry }: RevocationCursor): string {
  return `${identity}.${position}.${entry}`
}

/** Undefined for what is no cursor of ours. */
export function parseCursor(text: string): RevocationCursor | undefined {
  const [, identity, position, entry] =
    /^([0-9a-f]{32})\.(\d{1,15})\.((?:[\w-]{44})?)$/.exec(text) ?? []
  if (identity === undefined || position === undefined || entry === undefined) return undefined
  return { identity, position: Number(position), entry }
}
