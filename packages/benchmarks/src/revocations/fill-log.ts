import { randomBytes } from 'node:crypto'
import { ALL_TOKENS } from '@gatewarden/core'
import { inFlight } from '../sessions/in-flight.ts'
import { EVERY_KIND } from './generated-log.ts'
import { type LogAddress, openLog } from './shared-log.ts'

const AT_ONCE = 1000

/** Revokes so many that nobody has. */
export async function fillLog(address: LogAddress, entries: number): Promise<void> {
  const { log, close } = await openLog(address)
  const until = Math.ceil(Date.now() / 1000) + 86_400
  const starts = Array.from({ length: Math.ceil(entries / AT_ONCE) }, (_, at) => at * AT_ONCE)
  await inFlight(4, starts, (from) =>
    log.append(
      Array.from({ length: Math.min(AT_ONCE, entries - from) }, (_, row) => ({
        key: Buffer.concat([randomBytes(16), Buffer.from([EVERY_KIND(from + row), 0])]).toString(
          'base64url',
        ),
        until,
        issuedUpTo: ALL_TOKENS,
      })),
    ),
  )
  await close()
}
