/** A time of day with seconds, as everybody reads it. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}
