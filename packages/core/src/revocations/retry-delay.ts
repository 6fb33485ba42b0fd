/** From half of a bound that doubles up to it, so that processes which failed together do not try again together. */
export function retryDelayMs(failures: number, fromMs: number, atMostMs: number): number {
  const bound = Math.min(fromMs * 2 ** Math.min(failures, 10), atMostMs)
  return bound * (0.5 + Math.random() / 2)
}
