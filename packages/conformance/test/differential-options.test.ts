import { describeDifferential } from './differential/describe-differential.ts'
import { optionSettings } from './differential/settings/options.ts'

describeDifferential(optionSettings)
