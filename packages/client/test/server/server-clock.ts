/** The server's clock, in seconds since 1970. It stands still until a test moves it. */
export interface ServerClock {
  (): number
  readonly advance: (seconds: number) => void
}

export function createServerClock(): ServerClock {
  let now = Math.floor(Date.now() / 1000)
  return Object.assign(() => now, {
    advance(seconds: number) {
      now += seconds
    },
  })
}
