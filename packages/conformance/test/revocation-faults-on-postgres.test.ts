import { describeWithOwnPostgres } from '../../store-postgres/test/postgres-server.ts'
import { describeBurst, describeFaults } from './revocation-faults/describe-faults.ts'
import { startPostgresGround } from './revocation-faults/grounds.ts'
import { postgresLosses } from './revocation-faults/losses.ts'

describeWithOwnPostgres('revocation on PostgreSQL', () => {
  describeFaults('through pg', startPostgresGround, postgresLosses)
  describeBurst('on PostgreSQL', startPostgresGround)
})
