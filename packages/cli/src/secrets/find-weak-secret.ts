import { weakSecrets } from './weak-secrets.ts'

/** So many are tried within the blink of an eye. */
const MOST_TRIED = 5_000

let candidates: readonly string[] | undefined

/** The first of the likeliest weak secrets that fits, or undefined. */
export function findWeakSecret(fits: (candidate: string) => boolean): string | undefined {
  candidates ??= [...new Set(weakSecrets())].slice(0, MOST_TRIED)
  return candidates.find(fits)
}
