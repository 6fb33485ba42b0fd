import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request as the server got it. */
export interface RequestRecord {
  /** The tab that sent it. */
  readonly tab: string
  /** Method and path: `POST /auth/refresh`. */
  readonly route: string
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  /** The generation of the refresh token that came along: 0 for that of the login. */
  readonly generation: number | undefined
  /** Of the answer; undefined while there is none. */
  status: number | undefined
}

/** Every request of a server but preflights, in the order of arrival. */
export class RequestLog {
  readonly records: RequestRecord[] = []

  /** Express middleware. */
  readonly record = (
    req: IncomingMessage & { path: string },
    res: ServerResponse,
    next: () => void,
  ): void => {
    if (req.method === 'OPTIONS') return next()
    const record: RequestRecord = {
      // A browser lets each tab have one of its own, and no preflight is needed for it.
      tab: req.headers['user-agent'] ?? '',
      route: `${req.method} ${req.path}`,
      authorization: req.headers.authorization,
      contentType: req.headers['content-type'],
      generation: generationIn(req.headers.cookie),
      status: undefined,
    }
    this.records.push(record)
    res.on('finish', () => {
      record.status = res.statusCode
    })
    next()
  }

  of(route: string): RequestRecord[] {
    return this.records.filter((record) => record.route === route)
  }

  get refreshes(): RequestRecord[] {
    return this.of('POST /auth/refresh')
  }
}

/** A refresh token is `gwr.key.handle.generation.MAC`. */
function generationIn(cookies = ''): number | undefined {
  const token = /__Host-gw_rt=([^;]*)/.exec(cookies)?.[1]
  return token === undefined ? undefined : Number(token.split('.')[3])
}
