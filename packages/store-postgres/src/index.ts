export type {
  PgConnection,
  PGliteClient,
  PGliteResult,
  PGliteTransaction,
  PgNotification,
  PgPool,
  PgQuery,
  PgResult,
} from './client.ts'
export {
  createPostgresStore,
  type PostgresStore,
  type PostgresStoreOptions,
} from './postgres-store.ts'
