/**
 * How many bits somebody who knows nothing of a secret has to guess, at most: an upper bound from its characters alone.
 * What a person thought of has far fewer.
 */
export function estimateBits(secret: Buffer): number {
  const guessed = secret.subarray(0, lengthWithoutPadding(secret))
  if (guessed.length === 0) return 0
  const perByte = Math.min(bitsOfAlphabet(guessed), bitsOfMixture(guessed))
  return Math.round(perByte * guessed.length)
}

const EQUALS_SIGN = 0x3d

/** The = signs that base64 ends in are known to everybody. */
function lengthWithoutPadding(secret: Buffer): number {
  let length = secret.length
  while (secret[length - 1] === EQUALS_SIGN) length--
  return length
}

function bitsOfAlphabet(secret: Buffer): number {
  const text = secret.toString('latin1')
  if (/^[01]+$/.test(text)) return 1
  if (/^\d+$/.test(text)) return Math.log2(10)
  if (/^([0-9a-f]+|[0-9A-F]+)$/.test(text)) return 4
  if (/^([a-z]+|[A-Z]+)$/.test(text)) return Math.log2(26)
  if (/^([a-z0-9]+|[A-Z0-9]+)$/.test(text)) return Math.log2(36)
  if (/^[\w+/=-]+$/.test(text)) return 6
  if (/^[\x20-\x7e]+$/.test(text)) return Math.log2(95)
  return 8
}

/** Shannon's measure of how mixed the bytes are, with Miller's correction: a short text cannot show all it could hold. */
function bitsOfMixture(secret: Buffer): number {
  const times = new Map<number, number>()
  for (const byte of secret) times.set(byte, (times.get(byte) ?? 0) + 1)
  const { length } = secret
  const shannon = [...times.values()].reduce((sum, count) => {
    const share = count / length
    return sum - share * Math.log2(share)
  }, 0)
  return shannon + (times.size - 1) / (2 * length * Math.LN2)
}
