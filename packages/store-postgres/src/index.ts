export type {
  PgConnection,
  PGliteClient,
  PGliteResult,
  PGliteTransaction,
  PgPool,
  PgQuery,
  PgResult,
} from './client.ts'
export {
  createPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
} from './postgres-store.ts'
