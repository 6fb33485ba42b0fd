import { describeDifferential } from './differential/describe-differential.ts'
import { hmacSettings } from './differential/settings/hmac.ts'

describeDifferential(hmacSettings)
