import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'

/** What names a key in a text that OpenSSL does not read: SSH and PGP forms, XML, and every armour, mangled or not. */
const NAMED_KEY =
  /BEGIN[\s+%_-][^]*KEY|BEGIN[\s+%_-]+CERTIFICATE|^\s*(ssh-|ecdsa-|sk-)[\w-]+\s|<RSAKeyValue/i

/** Raw, uncompressed points of P-256, P-384 and P-521: 0x04, then both coordinates (SEC 1 §2.3.3). */
const POINT_CURVES = new Map([
  [65, 'P-256'],
  [97, 'P-384'],
  [133, 'P-521'],
])

/**
 * True when bytes given as a shared secret are a public or private key in any spelling people have them in. Decides by
 * trying to read a key, in every encoding environment variables carry keys in; a pattern on the text alone was got
 * round three times in one library (CVE-2023-48223, CVE-2026-34950, GHSA-ww5h-9m49-7xx4).
 */
export function isKeyMaterial(secret: Buffer): boolean {
  return spellingsOf(secret).some(
    (bytes) => isKeyText(clean(bytes.toString('utf8'))) || isKeyDer(bytes),
  )
}

function spellingsOf(secret: Buffer): Buffer[] {
  const written = secret.toString('utf8')
  const text = clean(written)
  return [
    secret,
    Buffer.from(text, 'base64'),
    Buffer.from(text, 'hex'),
    // As written: bytes that were taken for characters may end in what looks like white space.
    Buffer.from(written, 'latin1'),
    Buffer.from(secret.toString('utf16le')),
    Buffer.from(percentDecoded(text)),
    Buffer.from(unquoted(text)),
  ].filter(({ length }) => length > 0)
}

function isKeyText(text: string): boolean {
  return (
    NAMED_KEY.test(text) ||
    isJsonOfKeys(text.replaceAll("'", '"')) ||
    succeeds(() => createPublicKey(text)) ||
    succeeds(() => createPublicKey(text.replaceAll('\\n', '\n'))) ||
    succeeds(() => new X509Certificate(text))
  )
}

function isKeyDer(der: Buffer): boolean {
  return (
    succeeds(() => createPublicKey({ key: der, format: 'der', type: 'spki' })) ||
    succeeds(() => createPublicKey({ key: der, format: 'der', type: 'pkcs1' })) ||
    succeeds(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })) ||
    succeeds(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })) ||
    succeeds(() => createPrivateKey({ key: der, format: 'der', type: 'sec1' })) ||
    succeeds(() => new X509Certificate(der)) ||
    isCurvePoint(der)
  )
}

function isCurvePoint(bytes: Buffer): boolean {
  const crv = POINT_CURVES.get(bytes.length)
  if (crv === undefined || bytes[0] !== 4) return false
  const half = (bytes.length - 1) / 2
  const x = bytes.toString('base64url', 1, 1 + half)
  const y = bytes.toString('base64url', 1 + half)
  return succeeds(() => createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' }))
}

/** Any JSON object or list is a JWK, a set of them, or something else that nobody drew at random. */
function isJsonOfKeys(text: string): boolean {
  return /^[[{]/.test(text) && succeeds(() => JSON.parse(text) as unknown)
}

function clean(text: string): string {
  return text.replace(/^\uFEFF/, '').trim()
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}
