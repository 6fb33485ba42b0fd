/** The way to the server, with a switch in it. */
export interface Connection {
  /** For the client: `fetch`, unless it is cut. */
  readonly fetch: typeof globalThis.fetch
  readonly isCut: boolean
  readonly cut: () => void
  readonly restore: () => void
}

/** Requests say which tab they are from, so that the timeline can show it. */
export function createConnection(tabName: string): Connection {
  let isCut = false
  return {
    fetch: (input, init) => {
      // What fetch rejects with when there is no network.
      if (isCut) return Promise.reject(new TypeError('Failed to fetch'))
      const headers = new Headers(init?.headers)
      headers.set('X-Demo-Tab', tabName)
      return fetch(input, { ...init, headers })
    },
    get isCut() {
      return isCut
    },
    cut: () => {
      isCut = true
    },
    restore: () => {
      isCut = false
      // What the browser says when its network is back. The client does not wait for its next attempt then.
      dispatchEvent(new Event('online'))
    },
  }
}
