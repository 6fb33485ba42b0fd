import type { VerificationKey } from '../lib/verification-key.ts'
import type { Contestant } from './contestant.ts'

type CreateContestants = (key: VerificationKey) => Record<string, Contestant>

/** The contestants for each framework. Loaded when asked for: a process measures one framework. */
export const FAMILIES = {
  Express: async (): Promise<CreateContestants> =>
    (await import('./express-contestants.ts')).expressContestants,
  Koa: async (): Promise<CreateContestants> =>
    (await import('./koa-contestants.ts')).koaContestants,
  Nest: async (): Promise<CreateContestants> =>
    (await import('./nest-contestants.ts')).nestContestants,
  'Express, on a request as Node made it': async (): Promise<CreateContestants> =>
    (await import('./express-contestants.ts')).plainContestants,
  'Nest, on a request as Node made it': async (): Promise<CreateContestants> =>
    (await import('./nest-contestants.ts')).plainNestContestants,
} as const

export type Family = keyof typeof FAMILIES

export const ALL_FAMILIES = Object.keys(FAMILIES) as Family[]

/** Those whose requests are as their framework hands them over. */
export const FRAMEWORKS = ['Express', 'Koa', 'Nest'] as const satisfies readonly Family[]
