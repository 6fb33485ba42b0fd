import { CompactEncrypt, compactDecrypt } from 'jose'
import { ConfigError, parseStrictJson } from '@gatewarden/core/kit'

/** A key that signing keys are encrypted with. */
export interface KeyEncryptionKey {
  /** Names it in what it sealed, and says nothing about it. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface OpenedSeal {
  readonly text: string
  /** False when an older key sealed it than the one that seals now. */
  readonly isCurrent: boolean
}

/** Says what the text is, so that no other JWE made with the same key can stand in for it (RFC 8725 §3.11). */
const TYPE = 'gatewarden-keys+jwe'

/** Far above a hundred large RSA keys. */
const LONGEST = 2_000_000

/**
 * Encrypts and authenticates text as a compact JWE (RFC 7516), directly with a key that no store holds. Whoever can write
 * the store cannot make one.
 */
export class RingSeal {
  readonly #keys: readonly KeyEncryptionKey[]

  constructor(keys: readonly KeyEncryptionKey[]) {
    const [first] = keys
    if (first === undefined) throw new ConfigError('secret', 'expected at least one')
    if (new Set(keys.map(({ id }) => id)).size < keys.length)
      throw new ConfigError('secret', 'the same is given twice')
    this.#keys = keys.map(({ id, key }) => ({ id, key: Uint8Array.from(key) }))
  }

  seal(text: string): Promise<string> {
    const { id, key } = this.#keys[0]!
    return new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id, typ: TYPE })
      .encrypt(key)
  }

  /**
   * @throws ConfigError when a key sealed it that is not here
   * @throws TypeError when it is not what `seal` returned
   */
  async open(sealed: string): Promise<OpenedSeal> {
    const id = keyIdOf(sealed)
    const at = this.#keys.findIndex((key) => key.id === id)
    if (at === -1) {
      throw new ConfigError(
        'secret',
        'the signing keys in the store were sealed with another secret, or by an issuer of another name; when the secret was ' +
          'changed, put the previous one behind it in the list: secret: [new, previous]',
      )
    }
    try {
      const { plaintext } = await compactDecrypt(sealed, this.#keys[at]!.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        maxDecompressedLength: 0,
      })
      return { text: Buffer.from(plaintext).toString(), isCurrent: at === 0 }
    } catch (cause) {
      throw new TypeError('it was changed or damaged since it was sealed', { cause })
    }
  }
}

/**
 * Reads which key sealed a text. Its header is looked at before anything is computed, and must be the one that `seal`
 * writes: no other algorithm, no compression, no PBES2 with a billion rounds, nothing to be understood (RFC 7516 §4.1).
 */
function keyIdOf(sealed: string): string {
  if (sealed.length > LONGEST) throw new TypeError('it is too long')
  const { kid, ...fixed } = headerOf(sealed.slice(0, sealed.indexOf('.')))
  const isOurs =
    Object.keys(fixed).length === 3 &&
    fixed.alg === 'dir' &&
    fixed.enc === 'A256GCM' &&
    fixed.typ === TYPE
  if (!isOurs || typeof kid !== 'string') throw notOurs()
  return kid
}

function headerOf(segment: string) {
  try {
    return parseStrictJson(Buffer.from(segment, 'base64url').toString())
  } catch {
    throw notOurs()
  }
}

function notOurs(): TypeError {
  return new TypeError('it is no text that an issuer sealed')
}
