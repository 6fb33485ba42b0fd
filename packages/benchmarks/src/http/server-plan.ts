import type { VerificationKey } from '../lib/verification-key.ts'

/** Which server a process is to be. Travels to it as a message. */
export interface ServerPlan {
  readonly family: ServerFamily
  /** By the name it has in its family; `none` is the bare framework. */
  readonly guard: string
  /** Of no use where there are sessions. */
  readonly key: VerificationKey
  /** Of the Redis that keeps sessions. */
  readonly redisPort?: number
  /** What signs the cookies of sessions. */
  readonly cookieSecret?: string
}

export type ServerFamily = 'Express' | 'Koa' | 'Nest' | 'Fastify'

export interface Server {
  readonly port: number
  close(): Promise<void>
}

/** Makes what a handler answers whoever is asking. */
export type Answer = (subject: unknown) => { ordersOf: unknown }

export type StartServer = (plan: ServerPlan, answer: Answer) => Promise<Server>
