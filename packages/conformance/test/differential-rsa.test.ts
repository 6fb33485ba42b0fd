import { describeDifferential } from './differential/describe-differential.ts'
import { rsaSettings } from './differential/settings/rsa.ts'

describeDifferential(rsaSettings)
