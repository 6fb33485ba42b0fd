/** Tells the time in whole seconds since the epoch, the NumericDate of RFC 7519 §2. */
export type Clock = () => number

export const systemClock: Clock = () => Math.floor(Date.now() / 1000)
