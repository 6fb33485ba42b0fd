/** Frameworks show stacks to whoever asks unless they are told that this is production. They log each refusal, too. */
export async function asInProduction(work: () => Promise<void>): Promise<void> {
  const { env } = process
  const log = globalThis.console
  const environment = env.NODE_ENV
  const error = Object.getOwnPropertyDescriptor(log, 'error') ?? {}
  env.NODE_ENV = 'production'
  log.error = () => undefined
  try {
    await work()
  } finally {
    if (environment === undefined) delete env.NODE_ENV
    else env.NODE_ENV = environment
    Object.defineProperty(log, 'error', error)
  }
}
