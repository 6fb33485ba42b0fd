import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

const QUARTER_OF_AN_HOUR = 900

/**
 * How often a password may be guessed: ten times a quarter of an hour for one name, a hundred times for all of them, from
 * one address. In memory; several processes share a limit with RateLimiterRedis or RateLimiterPostgres in its place.
 */
export function createLoginLimits() {
  const ofAddress = new RateLimiterMemory({ points: 100, duration: QUARTER_OF_AN_HOUR })
  const ofName = new RateLimiterMemory({ points: 10, duration: QUARTER_OF_AN_HOUR })

  return {
    /**
     * Counts a try, before the password is looked at: of a hundred at once, ten are looked at. Seconds to wait when there
     * were too many.
     */
    async take(address: string, name: string): Promise<number | undefined> {
      try {
        await ofAddress.consume(address)
        await ofName.consume(`${address} ${name}`)
        return undefined
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.ceil(error.msBeforeNext / 1000)
        throw error
      }
    },

    /** The password was right: no guess. */
    async giveBack(address: string, name: string): Promise<void> {
      await ofAddress.reward(address)
      await ofName.delete(`${address} ${name}`)
    },
  }
}
