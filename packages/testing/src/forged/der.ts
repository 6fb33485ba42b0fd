/** DER identifiers (X.690 §8.1.2) that more than one file needs. */
export const INTEGER = 0x02
export const SEQUENCE = 0x30

/** Identifier, length, contents: X.690 §8.1.3 has short and long lengths. */
export function der(identifier: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const header =
    length < 0x80
      ? [identifier, length]
      : length < 0x100
        ? [identifier, 0x81, length]
        : [identifier, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}

/** A number that is not negative: without leading zeros, but for one that keeps the first bit from being its sign. */
export function derInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first === -1 ? Buffer.alloc(1) : Buffer.from(bytes).subarray(first)
  return der(
    INTEGER,
    digits.readUInt8(0) < 0x80 ? digits : Buffer.concat([Buffer.alloc(1), digits]),
  )
}
