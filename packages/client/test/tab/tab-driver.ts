import type { AuthClient } from '../../src/auth-client.ts'
import { createAuthClient } from '../../src/create-auth-client.ts'
import type { AuthEventName, AuthEvents } from '../../src/events.ts'
import type { AuthState } from '../../src/state.ts'

/** What a test chooses for a tab. It travels into a page, so there is nothing in it but data. */
export interface TabOptions {
  readonly refreshUrl: string
  readonly origins?: readonly string[]
  readonly timeout?: number
  /** `retry: () => false`. */
  readonly neverRetries?: boolean
  /** Seconds by which this machine's clock is ahead of the time. */
  readonly clockSkew?: number
}

export interface FetchInit {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly credentials?: RequestCredentials
  readonly body?: string
  /** The body is a stream: it can be read once. */
  readonly asStream?: boolean
  /** `fetch(new Request(url, init))`. */
  readonly asRequest?: boolean
  /** Can be ended with `abort()`. */
  readonly abortable?: boolean
}

export interface Answer {
  readonly status: number
  readonly challenge: string | null
  readonly body: string
}

export type SeenEvent = {
  [Name in AuthEventName]: { readonly name: Name } & AuthEvents[Name]
}[AuthEventName]

/** What belongs to the platform and is no data. */
export interface Platform {
  readonly fetch?: typeof globalThis.fetch
  readonly tabs?: boolean
}

/** One tab's client, by calls and answers that can travel into a page and back. The same code drives it in Node. */
export class TabDriver {
  readonly #client: AuthClient
  readonly #events: SeenEvent[] = []
  readonly #states: AuthState[]
  #clockSkew: number
  #abort = new AbortController()

  constructor(
    { clockSkew = 0, neverRetries = false, ...options }: TabOptions,
    platform: Platform = {},
  ) {
    this.#clockSkew = clockSkew
    this.#client = createAuthClient({
      ...options,
      ...platform,
      ...(neverRetries && { retry: () => false }),
      clock: () => Date.now() / 1000 + this.#clockSkew,
    })
    this.#states = [this.#client.state]
    this.#client.subscribe((state) => this.#states.push(state))
    for (const name of EVENTS) {
      this.#client.on(name, (event) => this.#events.push({ name, ...event } as SeenEvent))
    }
  }

  start(): Promise<AuthState> {
    return this.#client.start()
  }

  state(): AuthState {
    return this.#client.state
  }

  /** Every state so far. */
  states(): readonly AuthState[] {
    return this.#states
  }

  events(): readonly SeenEvent[] {
    return this.#events
  }

  async fetch(url: string, init: FetchInit = {}): Promise<Answer> {
    const { asRequest = false, asStream = false, abortable = false, body, ...rest } = init
    const given = {
      ...rest,
      ...(body !== undefined && (asStream ? { body: streamOf(body), duplex: 'half' } : { body })),
      ...(abortable && { signal: this.#abort.signal }),
    }
    const response = await (asRequest
      ? this.#client.fetch(new Request(url, given))
      : this.#client.fetch(url, given))
    return {
      status: response.status,
      challenge: response.headers.get('WWW-Authenticate'),
      body: await response.text(),
    }
  }

  abort(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
  }

  token(): Promise<string | undefined> {
    return this.#client.token()
  }

  refresh(): Promise<AuthState> {
    return this.#client.refresh()
  }

  /** Resolves to the status of the answer. */
  async login(url: string, name: string, password: string): Promise<number> {
    return (await this.#client.login(url, { name, password })).status
  }

  logout(options: { everywhere?: boolean } = {}): Promise<void> {
    return this.#client.logout(options)
  }

  /** Sets this machine's clock forward, or back. The time does not care. */
  setClockForward(seconds: number): void {
    this.#clockSkew += seconds
  }

  close(): void {
    this.#client.close()
  }
}

const EVENTS: readonly AuthEventName[] = [
  'signed-in',
  'signed-out',
  'refreshed',
  'refresh-failed',
  'retried',
]

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}
