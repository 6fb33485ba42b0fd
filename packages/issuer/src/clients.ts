import { createHash, timingSafeEqual } from 'node:crypto'
import { ConfigError, describeGiven, expectTexts, isPlainObject } from '@gatewarden/core/kit'
import { IssuerError } from './errors.ts'

/** An application that may hold refresh tokens, or ask about tokens. Its name is its `client_id`. */
export interface ClientOptions {
  /**
   * How its refresh tokens travel. `cookie`: in an httpOnly cookie, out of reach of scripts; for web pages. One client at
   * most. `body`: in the answer's JSON; for mobile and native applications and servers, which keep them in the system's
   * key chain or in memory.
   */
  readonly transport?: 'cookie' | 'body'
  /**
   * Makes it a confidential client: a server that authenticates with this (RFC 6749 §2.3.1). At least 32 bytes. A list
   * holds the current secret and previous ones during a change. Never for a page or an application on users' devices.
   */
  readonly secret?: string | readonly string[]
  /**
   * The audiences of the tokens it may ask about by introspection (RFC 7662): its own, most often. For a client with a
   * secret. Default: none.
   */
  readonly introspects?: readonly string[]
}

export interface Client {
  readonly id: string
  readonly transport: 'cookie' | 'body'
  /** SHA-256 of each: of one length, so that comparing them tells nothing of theirs. */
  readonly secretDigests: readonly Buffer[]
  readonly introspects: readonly string[]
}

const OPTION_NAMES = ['transport', 'secret', 'introspects']
const FEWEST_SECRET_BYTES = 32

/** RFC 6749 appendix A.1: visible characters and spaces; the latter and colons only make trouble in Basic credentials. */
const CLIENT_ID = /^[\x21-\x39\x3b-\x7e]{1,128}$/

/** The clients of one issuer. */
export class Clients {
  readonly #byId: ReadonlyMap<string, Client>

  /** @throws ConfigError */
  constructor(given: unknown) {
    if (!isPlainObject(given) || Object.keys(given).length === 0)
      throw new ConfigError('clients', `expected { name: { transport } }, ${describeGiven(given)}`)
    const clients = Object.entries(given).map(([id, options]) => toClient(id, options))
    const cookies = clients.filter(({ transport }) => transport === 'cookie')
    if (cookies.length > 1) {
      throw new ConfigError(
        `clients.${cookies[1]!.id}.transport`,
        `one client at most gets its refresh tokens by cookie, and ${cookies[0]!.id} does`,
      )
    }
    this.#byId = new Map(clients.map((client) => [client.id, client]))
  }

  /** The one whose refresh tokens travel by cookie. */
  get ofCookies(): Client | undefined {
    return this.all.find(({ transport }) => transport === 'cookie')
  }

  get all(): readonly Client[] {
    return [...this.#byId.values()]
  }

  find(id: string): Client | undefined {
    return this.#byId.get(id)
  }

  /**
   * The client of this name; without one, the only client there is.
   *
   * @throws ConfigError
   */
  named(id: unknown): Client {
    const [only, other] = this.#byId.values()
    const client = id === undefined && other === undefined ? only : this.#byId.get(id as string)
    if (client !== undefined) return client
    if (id === undefined)
      throw new ConfigError(
        'client',
        `there are several: name one of ${[...this.#byId.keys()].join(', ')}`,
      )
    throw new ConfigError(
      'client',
      `expected one of ${[...this.#byId.keys()].join(', ')}, ${describeGiven(id)}`,
    )
  }
}

export function isConfidential({ secretDigests }: Client): boolean {
  return secretDigests.length > 0
}

/** Whether this is a secret of the client, without telling by the time it takes how much of it is right. */
export function isSecretOf(client: Client, secret: string): boolean {
  const given = digest(secret)
  return client.secretDigests.filter((known) => timingSafeEqual(known, given)).length > 0
}

/** @throws IssuerError `ERR_CLIENT_UNAUTHENTICATED` */
export function unauthenticated(problem: string): IssuerError {
  return new IssuerError('ERR_CLIENT_UNAUTHENTICATED', `a client was refused: ${problem}`)
}

function toClient(id: string, options: unknown): Client {
  const path = `clients.${id}`
  if (!CLIENT_ID.test(id))
    throw new ConfigError(path, 'expected a name of visible ASCII characters without a colon')
  if (!isPlainObject(options))
    throw new ConfigError(path, `expected { transport }, ${describeGiven(options)}`)
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.includes(name))
      throw new ConfigError(
        `${path}.${name}`,
        `there is no such option; there are ${OPTION_NAMES.join(', ')}`,
      )
  }
  const { transport = 'body', secret, introspects } = options
  if (transport !== 'cookie' && transport !== 'body')
    throw new ConfigError(
      `${path}.transport`,
      `expected 'cookie' or 'body', ${describeGiven(transport)}`,
    )
  if (transport === 'cookie' && secret !== undefined)
    throw new ConfigError(
      `${path}.secret`,
      "a page in a browser has no secret; without cookie, write transport: 'body'",
    )
  if (introspects !== undefined && secret === undefined)
    throw new ConfigError(
      `${path}.introspects`,
      'only a client with a secret may ask about tokens (RFC 7662 §2.1)',
    )
  return {
    id,
    transport,
    secretDigests: toDigests(secret, `${path}.secret`),
    introspects: [...expectTexts(`${path}.introspects`, introspects ?? [])],
  }
}

function toDigests(secret: unknown, option: string): readonly Buffer[] {
  if (secret === undefined) return []
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret]
  if (secrets.length === 0) throw new ConfigError(option, 'expected a secret, got an empty list')
  return secrets.map((item) => {
    if (typeof item === 'string' && Buffer.byteLength(item) >= FEWEST_SECRET_BYTES)
      return digest(item)
    throw new ConfigError(option, `expected texts of at least ${FEWEST_SECRET_BYTES} bytes`)
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
