import { describeDifferential } from './differential/describe-differential.ts'
import { keySetSettings } from './differential/settings/key-sets.ts'

describeDifferential(keySetSettings)
