import { ahead } from './scenarios/ahead.ts'
import { loggingIn } from './scenarios/logging-in.ts'
import { loggingOut } from './scenarios/logging-out.ts'
import { refreshing } from './scenarios/refreshing.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { sending } from './scenarios/sending.ts'
import { severalTabs } from './scenarios/several-tabs.ts'
import { trouble } from './scenarios/trouble.ts'

/** What must hold on every platform. */
export const scenarios: readonly Scenario[] = [
  ...loggingIn,
  ...sending,
  ...refreshing,
  ...trouble,
  ...loggingOut,
  ...severalTabs,
  ...ahead,
]

/** What crosses an origin, and CORS could get in the way of. */
export const wireScenarios: readonly Scenario[] = [
  ...loggingIn,
  ...sending,
  ...refreshing,
  ...trouble,
]

/** What a tab could get wrong that cannot hear the others, or not wait for them. */
export const sessionScenarios: readonly Scenario[] = [...loggingOut, ...severalTabs]
