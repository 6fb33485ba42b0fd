import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ReuseEvent } from '@gatewarden/issuer'

/** What the operator hears of stolen tokens from now on: send it where somebody reads it. */
export function hearAlarms(): ReuseEvent[] {
  const alarms: ReuseEvent[] = []
  const listen = (event: unknown) => alarms.push(event as ReuseEvent)
  subscribe('gatewarden:refresh-reuse-detected', listen)
  afterAll(() => unsubscribe('gatewarden:refresh-reuse-detected', listen))
  return alarms
}
