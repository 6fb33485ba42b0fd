import type { StoreTestGroup } from '../store-test.ts'
import { appending } from './revocation-log/appending.ts'
import { finding } from './revocation-log/finding.ts'
import { following } from './revocation-log/following.ts'
import { reading } from './revocation-log/reading.ts'
import { snapshots } from './revocation-log/snapshots.ts'
import { sweepingTheLog } from './revocation-log/sweeping-the-log.ts'
import { wakingUp } from './revocation-log/waking-up.ts'

/** Each sentence of the contract of a log that every process follows. */
export const revocationLog: readonly StoreTestGroup[] = [
  appending,
  snapshots,
  reading,
  following,
  finding,
  sweepingTheLog,
  wakingUp,
]
