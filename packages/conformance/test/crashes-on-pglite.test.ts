import { describeKills } from './crashes/describe-crashes.ts'
import { type Ground, startPgliteGround } from './crashes/grounds.ts'

describe('crashes on PGlite, in a folder', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await startPgliteGround()
  }, 600_000)
  afterAll(() => ground?.stop())

  describeKills(() => ground)
})
