import { describeWithOwnPostgres } from '../../store-postgres/test/postgres-server.ts'
import { allRows, describeBurst, describeFaults } from './revocation-faults/describe-faults.ts'
import { startPostgresGround } from './revocation-faults/grounds.ts'
import { postgresLosses } from './revocation-faults/losses.ts'

describeWithOwnPostgres('revocation on PostgreSQL', () => {
  describeFaults('through pg', startPostgresGround, allRows(postgresLosses))
  describeBurst('on PostgreSQL', startPostgresGround)
})
