import type { GuardRequest } from '../request.ts'

/** One address of an HTTP API, free of any framework: an issuer has several, and each adapter mounts them. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As in `/auth/sessions/:sid`: a segment with a colon is a parameter. */
  readonly path: string
  /** Never rejects: whatever goes wrong has an answer. */
  handle(request: RouteRequest): Promise<RouteReply>
}

/** What a route reads of a request. Node's `IncomingMessage` fits all but `params`. */
export interface RouteRequest extends GuardRequest {
  /** The parameters of the path, decoded. */
  readonly params: { readonly [name: string]: string }
  /**
   * The body as it arrives, where no parser of the application's read it before: then it is in `body`, as parsed.
   */
  readonly stream?: AsyncIterable<Uint8Array> | undefined
}

/** An HTTP answer that any framework can send. */
export interface RouteReply {
  readonly status: number
  /** By lower-case name. A list is sent as one field each: `set-cookie`. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Empty for an answer without a body. */
  readonly body: string
}
