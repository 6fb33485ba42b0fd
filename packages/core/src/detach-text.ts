/**
 * A copy of a text, for what is kept. V8 cuts a piece from a longer text without copying it, and the piece keeps all of
 * that in memory: a token its `Cookie` field, with everything else that is in there.
 */
export function detachText(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}
