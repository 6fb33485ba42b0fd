import { describeWithPostgres } from '../../store-postgres/test/postgres-server.ts'
import { describeStore } from './stores/describe-store.ts'
import { openPostgres } from './stores/open-postgres.ts'

describeWithPostgres('an issuer on PostgreSQL', () => {
  describeStore('postgres', openPostgres)
})
