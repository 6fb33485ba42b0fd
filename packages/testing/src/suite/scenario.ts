import type { Expected } from './expected.ts'
import type { RawHeaders, RawRequest } from './raw-http.ts'
import type { RunningApp } from './running-app.ts'
import type { SuiteApp } from './suite-app.ts'

/** One application and the requests it is sent. */
export interface Scenario {
  readonly title: string
  readonly app: SuiteApp | (() => Promise<SuiteApp>)
  readonly rows: readonly Row[]
  /** Lets go of what `app` started. */
  readonly release?: () => Promise<void>
}

/** A request and its answer, or whatever else is to be seen of the application. */
export type Row = RequestRow | ObservationRow

export interface RequestRow {
  readonly title: string
  /** Sets the clock, revokes a token, breaks the provider. */
  readonly before?: () => void
  readonly request: RawRequest | ((app: RunningApp) => RawRequest)
  readonly expected: Expected
}

export interface ObservationRow {
  readonly title: string
  readonly observe: (app: RunningApp) => Promise<void>
}

/** A line of a table: what is sent, and what must come back. */
export function row(title: string, request: RequestRow['request'], expected: Expected): RequestRow {
  return { title, request, expected }
}

/** The header of a request that presents a token as it should be; of several, each in a field of its own. */
export function bearer(...tokens: string[]): RawHeaders {
  return { Authorization: tokens.map((token) => `Bearer ${token}`) }
}
