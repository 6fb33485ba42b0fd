/**
 * A connection pool of `pg` 8, or one made like it. Said by its shape: any version of the driver and of its types fits,
 * and nothing of it is imported.
 */
export interface PgPool {
  readonly totalCount: number
  readonly options?: { readonly max?: number | undefined } | undefined
  /** Whether `end()` was called. */
  readonly ending?: boolean | undefined
  query(query: PgQuery): Promise<PgResult>
  connect(): Promise<PgConnection>
}

export interface PgConnection {
  query(query: PgQuery): Promise<PgResult>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'notification', listener: (message: PgNotification) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  /** Lets the process end while it is open. */
  unref?(): void
}

export interface PgNotification {
  readonly channel: string
}

export interface PgQuery {
  text: string
  values?: unknown[]
}

export interface PgResult {
  rows: Record<string, unknown>[]
  rowCount: number | null
}

/** PGlite, PostgreSQL within the process, by its shape. */
export interface PGliteClient {
  readonly waitReady: Promise<void>
  readonly dataDir?: string | undefined
  query(text: string, values?: unknown[]): Promise<PGliteResult>
  transaction<T>(work: (transaction: PGliteTransaction) => Promise<T>): Promise<T>
  listen?(channel: string, callback: () => void): Promise<() => Promise<void>>
}

export interface PGliteTransaction {
  query(text: string, values?: unknown[]): Promise<PGliteResult>
  exec(text: string): Promise<unknown>
}

export interface PGliteResult {
  rows: unknown[]
  affectedRows?: number | undefined
}

export function isPgPool(client: unknown): client is PgPool {
  // A single `pg` Client has no count: one broken connection would end the store for good.
  return hasFunctions(client, 'query', 'connect') && typeof client.totalCount === 'number'
}

export function isPGlite(client: unknown): client is PGliteClient {
  return hasFunctions(client, 'query', 'transaction') && 'waitReady' in client
}

function hasFunctions(client: unknown, ...names: string[]): client is Record<string, unknown> {
  if (typeof client !== 'object' || client === null) return false
  return names.every((name) => typeof (client as Record<string, unknown>)[name] === 'function')
}
