import { describeDifferential } from './differential/describe-differential.ts'
import { ed25519Settings } from './differential/settings/ed25519.ts'

describeDifferential(ed25519Settings)
