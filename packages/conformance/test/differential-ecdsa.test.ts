import { describeDifferential } from './differential/describe-differential.ts'
import { ecdsaSettings } from './differential/settings/ecdsa.ts'

describeDifferential(ecdsaSettings)
