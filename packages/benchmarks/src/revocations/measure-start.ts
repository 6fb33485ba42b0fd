import { createRevocationFeed } from '@gatewarden/core'
import { type Timed, timed } from './block-probe.ts'
import { type LogAddress, openLog } from './shared-log.ts'

/*
 * A process that starts, from being connected to a feed that is ready: `node measure-start.js <address>`.
 */

export interface Started extends Timed {
  readonly entries: number
}

const address = JSON.parse(process.argv[2] ?? '') as LogAddress
const { log, close } = await openLog(address)
// Connections and statements are set up, as in a process that has used its store for something else.
await log.find(['A'.repeat(24)])

const feed = createRevocationFeed({ log })
const start = await timed(() => feed.ready())
const { entries } = feed.health()
await feed.close()
await close()
const started: Started = { ...start, entries }
process.stdout.write(`${JSON.stringify(started)}\n`)
