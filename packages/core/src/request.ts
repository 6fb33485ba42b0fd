/**
 * What a guard reads of a request. Node's `IncomingMessage` fits, and Express's request, which is one. Give a guard that
 * rather than a framework's own wrapper: without `rawHeaders`, a repeated `Authorization` field goes unseen.
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
