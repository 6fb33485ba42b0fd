import { describeWithOwnPostgres } from '../../store-postgres/test/postgres-server.ts'
import { describeKills, describeRestarts } from './crashes/describe-crashes.ts'
import { type Ground, startPostgresGround } from './crashes/grounds.ts'

describeWithOwnPostgres('crashes on PostgreSQL', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startPostgresGround()
  }, 600_000)
  afterAll(() => ground?.stop())

  describeKills(() => ground)
  describeRestarts(() => ground)
})
