import type { RequestHandler } from 'express'

export type Fault = 'lose-answer' | 'unavailable'

export type Faults = ReturnType<typeof createFaults>

/** Makes the next refresh fail, once. */
export function createFaults() {
  let armed: Fault | undefined

  /** Stands before the refresh route. */
  const strike: RequestHandler = (_req, res, next) => {
    const fault = armed
    armed = undefined
    if (fault === 'unavailable') {
      res.set('Retry-After', '3').status(503).json({ title: 'Out of order, as you asked for' })
      return
    }
    // The refresh happens, and the old refresh token is used up. Only nobody hears of it.
    if (fault === 'lose-answer') res.end = () => res.destroy()
    next()
  }

  return {
    strike,
    arm(fault: Fault): void {
      armed = fault
    },
  }
}
