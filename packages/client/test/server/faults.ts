import type { Request, RequestHandler, Response } from 'express'
import { createDeferred } from './deferred.ts'

/** A request whose reply is held back. */
export interface Held {
  /** Resolves when the request was processed, and only its reply is missing. */
  readonly processed: Promise<void>
  readonly release: () => void
  /** The reply never arrives: the connection ends. */
  readonly drop: () => void
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

type Fault = (req: Request, res: Response, next: () => void) => void

/** What goes wrong with the next request to a route, once. Several for one route go wrong one after the other. */
export class Faults {
  /** Whether no request arrives at all. */
  isCutOff = false
  readonly #waiting = new Map<string, Fault[]>()

  /** Before anything else, and before requests are counted. */
  readonly cutOff: RequestHandler = (req, res, next) => {
    // A browser sends a request again by itself when a connection that served another one before breaks.
    res.set('Connection', 'close')
    if (this.isCutOff) req.socket.destroy()
    else next()
  }

  readonly middleware: RequestHandler = (req, res, next) => {
    const fault = this.#waiting.get(`${req.method} ${req.path}`)?.shift()
    if (fault === undefined) next()
    else fault(req, res, next)
  }

  /** The connection ends before anything happened. */
  dropRequest(route: string): void {
    this.#add(route, (req) => req.socket.destroy())
  }

  /** The request is processed, and its reply is lost. */
  dropReply(route: string): void {
    this.#add(route, (req, res, next) => {
      beforeReply(res, () => req.socket.destroy())
      next()
    })
  }

  /** The request is processed, and its reply waits. */
  holdReply(route: string): Held {
    const processed = createDeferred()
    const decided = createDeferred<'release' | 'drop'>()
    this.#add(route, (req, res, next) => {
      beforeReply(res, (reply) => {
        processed.resolve()
        void decided.promise.then((decision) => {
          if (decision === 'release') reply()
          else req.socket.destroy()
        })
      })
      next()
    })
    return {
      processed: processed.promise,
      release: () => decided.resolve('release'),
      drop: () => decided.resolve('drop'),
    }
  }

  /** Something else answers in its place: a proxy, say. */
  answer(route: string, { status, headers = {}, body = '' }: Answer): void {
    this.#add(route, (_req, res) => {
      res.status(status).set(headers).end(body)
    })
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#waiting.clear()
  }

  #add(route: string, fault: Fault): void {
    this.#waiting.set(route, [...(this.#waiting.get(route) ?? []), fault])
  }
}

function beforeReply(res: Response, decide: (reply: () => void) => void): void {
  const end = res.end.bind(res) as (...given: unknown[]) => Response
  res.end = (...given: unknown[]) => {
    decide(() => end(...given))
    return res
  }
}
