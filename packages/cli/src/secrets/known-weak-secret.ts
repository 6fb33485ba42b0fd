import { weakSecrets } from './weak-secrets.ts'
import { WEAK_WORDS } from './weak-words.ts'

/** Figures and signs that stand for letters. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}

let known: ReadonlySet<string> | undefined

/** The weak secrets as they are compared: without what people vary. */
export function knownWeakSecrets(): ReadonlySet<string> {
  return (known ??= new Set([...weakSecrets()].map(normalized).filter((text) => text !== '')))
}

/** Why a secret is no better than a known one: capitals, separators and what is put at the end change nothing. */
export function likenessToWeak(secret: string): string | undefined {
  const plain = normalized(secret)
  if (plain === '') return undefined
  if (knownWeakSecrets().has(plain)) return 'it is on every list, but for capitals and separators'
  const [stem, lookAlike] = [withoutDigits(plain), withoutDigits(normalized(asLetters(secret)))]
  if (stem !== '' && knownWeakSecrets().has(stem))
    return 'it is on every list, but for the digits at its end'
  if (lookAlike !== '' && knownWeakSecrets().has(lookAlike))
    return 'it is on every list, but for figures in the place of letters'
  if (isMadeOfWords(stem) || isMadeOfWords(lookAlike))
    return 'it is made of words that secrets are made of'
  return undefined
}

function normalized(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function withoutDigits(text: string): string {
  return text.replace(/^\d+|\d+$/g, '')
}

function asLetters(text: string): string {
  return text.replace(/[013457@$]/g, (sign) => LOOK_ALIKES[sign] ?? sign)
}

const words = new Set(WEAK_WORDS)
const longest = Math.max(...WEAK_WORDS.map(({ length }) => length))

/** True when a text falls apart into words and numbers, at least one of them a word of four letters or more. */
function isMadeOfWords(text: string): boolean {
  if (text.length < 4 || text.length > 512) return false
  const reachable = new Set([0])
  for (let from = 0; from < text.length; from++) {
    if (!reachable.has(from)) continue
    const digits = /^\d{1,4}/.exec(text.slice(from))?.[0].length ?? 0
    if (digits > 0) reachable.add(from + digits)
    for (let length = 1; length <= longest && from + length <= text.length; length++) {
      if (words.has(text.slice(from, from + length))) reachable.add(from + length)
    }
  }
  return reachable.has(text.length) && /[a-z]{4}/.test(text)
}
