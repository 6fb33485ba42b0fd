import type { Scenario } from '../scenario.ts'
import { creatingKeys, revokingKey, rotatingKeys } from './keys.ts'
import { denying, opening, refreshing, replaying, replayingLate, reusing } from './refreshing.ts'
import {
  revokingAccessToken,
  revokingRefreshToken,
  revokingSession,
  revokingSessionInUse,
  revokingSessions,
} from './revoking.ts'

export const allScenarios: readonly Scenario[] = [
  opening,
  refreshing,
  replaying,
  replayingLate,
  reusing,
  denying,
  revokingSession,
  revokingSessionInUse,
  revokingSessions,
  revokingRefreshToken,
  revokingAccessToken,
  creatingKeys,
  rotatingKeys,
  revokingKey,
]
