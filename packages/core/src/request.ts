/**
 * What a guard reads of a request. Node's `IncomingMessage` fits, and so do the requests of Express, Koa and Fastify.
 */
export interface GuardRequest {
  readonly method?: string | undefined
  /** Path and query, as on the request line. */
  readonly url?: string | undefined
  /** Header fields by lower-case name. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  /** Names and values in turn, as received: where a repeated `Authorization` shows. */
  readonly rawHeaders?: readonly string[] | undefined
  /** The parsed body, where a parser ran before the guard. */
  readonly body?: unknown
}
