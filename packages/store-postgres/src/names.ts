import { ConfigError, describeGiven } from '@gatewarden/core/kit'

/** The tables as statements name them: qualified when a schema was stated, by the search path otherwise. */
export interface Names {
  /** Quoted. */
  readonly schema: string | undefined
  /** As a text in SQL. */
  readonly schemaLiteral: string
  readonly sessions: string
  readonly keys: string
  readonly revocationLog: string
  readonly revocationHead: string
  readonly migrations: string
}

export function tableNames(schema: string | undefined): Names {
  if (schema !== undefined) expectIdentifier('schema', schema)
  // Quoted, so that a name that is a word of SQL, or has capitals, is that name.
  const quoted = schema === undefined ? undefined : `"${schema}"`
  const prefix = quoted === undefined ? '' : `${quoted}.`
  return {
    schema: quoted,
    schemaLiteral: `'${schema ?? ''}'`,
    sessions: `${prefix}gatewarden_sessions`,
    keys: `${prefix}gatewarden_keys`,
    revocationLog: `${prefix}gatewarden_revocation_log`,
    revocationHead: `${prefix}gatewarden_revocation_head`,
    migrations: `${prefix}gatewarden_migrations`,
  }
}

/** PostgreSQL cuts longer names off, and two schemas could become one. */
function expectIdentifier(option: string, value: unknown): void {
  if (typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(value)) return
  throw new ConfigError(
    option,
    `expected a name of at most 63 letters, digits and underscores, ${describeGiven(value)}`,
  )
}
