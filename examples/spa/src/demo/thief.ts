import type { Request } from 'express'

/** What the page learns of the thief's attempt. */
export interface TheftReport {
  readonly status: number
  /** `error` of the answer, RFC 6749 §5.2. */
  readonly error?: string
}

/** Has copies of refresh tokens, one for each session, and uses them from another machine, so to speak. */
export function createThief() {
  const stolen = new Map<string, string>()

  return {
    /** Takes the cookie of a request, as malware on the user's machine would. False when there is none. */
    steal(sid: string, req: Request): boolean {
      const [, token] = /(?:^|; )__Host-gw_rt=([^;]+)/.exec(req.headers.cookie ?? '') ?? []
      if (token === undefined) return false
      stolen.set(sid, token)
      return true
    },

    /** Presents it at the refresh route, as anybody with curl could. Undefined when nothing was stolen. */
    async use(sid: string, origin: string): Promise<TheftReport | undefined> {
      const token = stolen.get(sid)
      if (token === undefined) return undefined
      const response = await fetch(`${origin}/auth/refresh`, {
        method: 'POST',
        headers: {
          Cookie: `__Host-gw_rt=${token}`,
          'X-Gatewarden': '1',
          'X-Demo-Tab': 'the thief',
          // fetch of Node says that it is a browser's, so it has to say of which page. A thief would not mind.
          Origin: origin,
        },
      })
      const { error } = (await response.json()) as { error?: string }
      return { status: response.status, ...(error !== undefined && { error }) }
    },
  }
}
