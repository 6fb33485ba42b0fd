import type { KeyObject } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import type { Clock, Jwk, JwkSet } from '@gatewarden/core'
import type { Authority } from '../authority.ts'
import type { AttackGroup } from './attack-case.ts'
import type { AttackResult } from './attack-report.ts'

/**
 * The server to attack: an application of Express, `app.callback()` of Koa, `app.getHttpServer()` of Nest, any
 * `http.Server` or request listener; the origin of one that runs already (`http://127.0.0.1:3000`); or a function without
 * parameters that makes one of them.
 */
export type AttackTarget = GivenTarget | (() => GivenTarget | Promise<GivenTarget>)

export type GivenTarget = string | URL | RequestListener | Server

/** What is attacked, and with what. */
export type AttackOptions = AttackRequest & (AuthorityToForge | TokenToForge)

/** The server trusts an authority of the test's: everything can be forged. */
export interface AuthorityToForge {
  readonly authority: Authority
  /** Claims that the good token must have to be let in, besides the usual ones: `{ scope: 'orders:read' }`. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters that it must have: `{ typ: 'at+jwt' }`. */
  readonly header?: Readonly<Record<string, unknown>>
  readonly token?: undefined
  readonly publicKey?: undefined
  readonly sign?: undefined
  readonly clock?: undefined
}

/** The server trusts an issuer of its own: what can be forged depends on what is known of it. */
export interface TokenToForge {
  /** An access token that is let in, or what gets one. */
  readonly token: string | (() => string | Promise<string>)
  /** What verifies its tokens: PEM, JWK, key set or `KeyObject`. With it, keys are confused. */
  readonly publicKey?: string | KeyObject | Jwk | JwkSet
  /**
   * Signs claims as the issuer would, under a header as given. With it, the server is sent tokens that are expired, for
   * somebody else, and so on. What it throws for is left out.
   */
  readonly sign?: (
    claims: Readonly<Record<string, unknown>>,
    header: Readonly<Record<string, unknown>>,
  ) => string | Promise<string>
  /** Tells the server's time in seconds. Default: the system's clock. */
  readonly clock?: Clock
  readonly authority?: undefined
  readonly claims?: undefined
  readonly header?: undefined
}

/** The request that carries the token, and how the server is treated. */
export interface AttackRequest {
  /** A path that wants a token, with its query. Default `/`. */
  readonly path?: string
  /** Default GET. With any other, whatever is let in has its effect. */
  readonly method?: string
  /** Header fields of every request, besides `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The body of every request. */
  readonly body?: string
  /** Places besides the `Authorization` header where the server takes tokens on purpose. Default: none. */
  readonly tokenFrom?: readonly ('cookie' | 'query' | 'form')[]
  /**
   * Takes it for a flaw, too, when something is let in that a careful server may let in: a token that says it is of another
   * kind, an odd `kid`, a bound token as plain Bearer. What a guard of Gatewarden refuses. Default false.
   */
  readonly strict?: boolean
  /** Ids of cases that are left out. Write down why. */
  readonly except?: readonly string[]
  /** The kinds of attack that are tried. Default: all. */
  readonly groups?: readonly AttackGroup[]
  /** Milliseconds after which a request counts as unanswered. Default 5,000. */
  readonly timeoutMs?: number
  /** Milliseconds between two requests, for a server that limits them. Default 0. */
  readonly pauseMs?: number
  /** Told of each result as it comes, and how many there will be. */
  readonly onResult?: (result: AttackResult, progress: { done: number; total: number }) => void
}
