import type { RequestListener, Server } from 'node:http'

/** The issuer that a server is told to trust. */
export interface TrustedIssuer {
  /** Its URL, where its metadata and keys are found as well. */
  readonly issuer: string
  readonly audience: string
  /** With HS256; empty with the others. */
  readonly secret: string
  /** PEM, as a file has it. Empty with HS256. */
  readonly publicKey: string
}

/** One way to set a library up. */
export interface Setup {
  /** `readme`: as the library's documentation shows it first. `checks`: with all checks that it has a setting for. */
  readonly kind: 'readme' | 'checks'
  readonly algorithm: 'HS256' | 'RS256' | 'ES256'
  /** What the page calls it: `with a secret, as the README shows it`. */
  readonly title: string
  /** The whole server, with a guarded `GET /api`. The page shows this function as it stands in the file. */
  readonly open: (trusted: TrustedIssuer) => RequestListener | Server | Promise<Server>
  /** What its tokens must have besides the usual claims. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

/** A library, and the servers that are attacked. */
export interface AttackedLibrary {
  readonly name: string
  /** The file in `servers/`, without `.ts`. */
  readonly file: string
  /** The packages whose versions matter, the library's own first. */
  readonly packages: readonly string[]
  readonly setups: readonly Setup[]
}
