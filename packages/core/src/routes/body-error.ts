/** Why the body of a request cannot be used. Compare `name` and `status`; two copies of a package break `instanceof`. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  /**
   * The HTTP status to answer with: 400 for what cannot be read, 408 for what does not come, 413 for too much of it, 415 for
   * another media type or encoding, 500 where the application read the body and kept nothing of it.
   */
  readonly status: 400 | 408 | 413 | 415 | 500
  /** One sentence for the client. No part of it comes from the request. */
  readonly problem: string

  constructor(status: BodyError['status'], problem: string, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause })
    this.status = status
    this.problem = problem
  }
}
