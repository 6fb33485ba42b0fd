import { createPrivateKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { AsymmetricAlgorithm, Jwk } from '@gatewarden/core'
import { asymmetricAlgorithms, fitsFamily, isRecord } from '@gatewarden/core/kit'
import { UsageError } from '../command.ts'

/** A key pair for development, kept as one private JWK. */
export interface DevelopmentKey {
  readonly privateKey: KeyObject
  readonly algorithm: AsymmetricAlgorithm
  readonly kid: string | undefined
  readonly publicJwk: Jwk
  /** True when it was made just now. */
  readonly isNew: boolean
  /** True when its file is open to more than its owner. */
  readonly isReadByOthers: boolean
}

/**
 * Reads the key of a file, or makes one for ES256 and writes it there, readable by its owner only.
 *
 * @throws UsageError when the file holds something else, or cannot be written
 */
export async function developmentKey(path: string): Promise<DevelopmentKey> {
  let text: string
  let mode: number
  try {
    const file = await open(path)
    try {
      ;[text, { mode }] = await Promise.all([file.readFile('utf8'), file.stat()])
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return makeKey(path)
    throw new UsageError(`--key-file: the file cannot be read (${code})`)
  }
  // Windows has no such mode, and Node makes one up.
  const isReadByOthers = process.platform !== 'win32' && (mode & 0o077) !== 0
  return { ...readKey(text), isNew: false, isReadByOthers }
}

async function makeKey(path: string): Promise<DevelopmentKey> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = {
    ...privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    alg: 'ES256',
    use: 'sig',
  }
  const text = `${JSON.stringify(jwk, undefined, 2)}\n`
  try {
    // Made with its mode, and not narrowed afterwards; `x`: two at once do not overwrite each other's.
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(text).finally(() => file.close())
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`--key-file: the file cannot be written (${code})`)
  }
  return { ...readKey(text), isNew: true, isReadByOthers: false }
}

function readKey(text: string): Omit<DevelopmentKey, 'isNew' | 'isReadByOthers'> {
  let jwk: Jwk
  let privateKey: KeyObject
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value)) throw new TypeError('no object')
    jwk = value
    privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    throw new UsageError(
      '--key-file: expected a private key as a JWK; for a shared secret: --secret-file',
    )
  }
  const algorithm = asymmetricAlgorithms.find(
    (name) => fitsFamily(name, privateKey) && (jwk.alg === undefined || jwk.alg === name),
  )
  if (algorithm === undefined)
    throw new UsageError('--key-file: the key fits none of the algorithms that a guard takes')
  return { privateKey, algorithm, kid: jwk.kid, publicJwk: publicHalf(jwk, algorithm) }
}

function publicHalf({ kty, kid, crv, x, y, n, e }: Jwk, alg: AsymmetricAlgorithm): Jwk {
  const members = { kty, kid, crv, x, y, n, e, alg, use: 'sig' }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
