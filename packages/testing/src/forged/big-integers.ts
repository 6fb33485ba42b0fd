/** The number that bytes are, the most significant first. */
export function bigIntOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** A number as so many bytes; as one byte more where it needs that. */
export function bytesOf(value: bigint, size: number): Buffer {
  const digits = value.toString(16)
  const bytes = digits.length > 2 * size ? size + 1 : size
  return Buffer.from(digits.padStart(2 * bytes, '0'), 'hex')
}
