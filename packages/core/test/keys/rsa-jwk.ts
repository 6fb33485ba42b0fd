import type { Jwk } from '../../src/keys/import-public-key.ts'

export function rsaJwk(modulus: bigint, exponent = 65_537n, members: Partial<Jwk> = {}): Jwk {
  return { kty: 'RSA', n: toBase64url(modulus), e: toBase64url(exponent), ...members }
}

function toBase64url(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
}

/** A number of 2048 bits that is a power of 65537 modulo every small prime, as ROCA moduli are (CVE-2017-15361). */
export function rocaModulus(): bigint {
  let product = 1n
  for (let candidate = 2n; candidate <= 167n; candidate++)
    if (isPrime(candidate)) product *= candidate
  let power = 1n
  for (let times = 0; times < 7; times++) power = (power * 65_537n) % product
  // Any multiple of the product may be added without leaving the residue.
  return power + product * (2n ** 2047n / product + 1n)
}

function isPrime(candidate: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= candidate; divisor++)
    if (candidate % divisor === 0n) return false
  return true
}
