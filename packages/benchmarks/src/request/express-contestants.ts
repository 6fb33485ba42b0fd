import express, { type NextFunction, type Request, type Response } from 'express'
import { EXPRESS_GUARDS, type ExpressGuard } from '../lib/express-guards.ts'
import type { VerificationKey } from '../lib/verification-key.ts'
import { LEAST } from './added-cost.ts'
import { type Contestant, contestant, type Tokens } from './contestant.ts'
import { receiveRequests } from './receive-requests.ts'

export interface ExpressCall {
  readonly req: Request
  readonly res: Response
}

const ANYBODY = Object.freeze({ sub: 'anybody' })

const least = (): ExpressGuard => ({
  handlers: [
    (req, res, next) => {
      if (req.headers.authorization === undefined) return void res.writeHead(401).end()
      req.user = ANYBODY
      next()
    },
  ],
  subjectOf: () => ANYBODY.sub,
})

export function expressContestants(key: VerificationKey): Record<string, Contestant> {
  const guards = { ...EXPRESS_GUARDS, [LEAST]: least }
  return createContestants(guards, prepareExpressCalls, key)
}

/**
 * The same middleware, called with requests that Express did not touch: what it takes by itself. Others need what
 * Express puts on a request.
 */
export function plainContestants(key: VerificationKey): Record<string, Contestant> {
  const { none, gatewarden, 'gatewarden and a scope': withScope } = EXPRESS_GUARDS
  const guards = { none, gatewarden, 'gatewarden and a scope': withScope, [LEAST]: least }
  return createContestants(guards, preparePlainCalls, key)
}

function createContestants(
  guards: Readonly<Record<string, (key: VerificationKey) => ExpressGuard>>,
  prepare: (tokens: Tokens) => Promise<ExpressCall[]>,
  key: VerificationKey,
): Record<string, Contestant> {
  return Object.fromEntries(
    Object.entries(guards).map(([name, guard]) => [
      name,
      contestant(prepare, throughHandlers(guard(key))),
    ]),
  )
}

/** Requests as Node made them. */
export async function preparePlainCalls(tokens: Tokens): Promise<ExpressCall[]> {
  return (await receiveRequests(tokens)) as ExpressCall[]
}

/*
 * One application for all: each has a prototype of its own for its requests, and code that was compiled for those of
 * one is no use for those of another.
 */
let received: ExpressCall[] = []
const app = express().use((req, res) => void received.push({ req, res }))

/** What Express makes of requests before its first handler gets them. */
export async function prepareExpressCalls(tokens: Tokens): Promise<ExpressCall[]> {
  const exchanges = await receiveRequests(tokens)
  received = []
  for (const { req, res } of exchanges) app(req as Request, res as Response)
  return received
}

/** Calls one handler after the other, each in the `next` of the one before, as Express does. */
function throughHandlers({ handlers }: ExpressGuard) {
  return ({ req, res }: ExpressCall): boolean | Promise<boolean> => {
    let at = 0
    let admitted: boolean | undefined
    let settle: ((admitted: boolean) => void) | undefined
    const next: NextFunction = (error?: unknown) => {
      const handler = error === undefined ? handlers[at++] : undefined
      if (handler !== undefined) return void handler(req, res, next)
      admitted = error === undefined
      settle?.(admitted)
    }
    next()
    if (admitted !== undefined) return admitted
    if (res.writableEnded) return false
    return new Promise((resolve) => {
      settle = resolve
      // A refusal that is answered later calls no next.
      res.end = () => {
        resolve(false)
        return res
      }
    })
  }
}
