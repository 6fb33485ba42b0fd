import type { Table } from '../lib/results.ts'
import { BARE_RIVALS } from './bare-statements.ts'
import { type RaceSize, raceStatements } from './race-statements.ts'
import type { Places } from './stores.ts'

/*
 * The races of one client, in a process of its own: `node --expose-gc measure-statements.js <client> <places> <sizes>`.
 */

const [client = '', places = '', sizes = ''] = process.argv.slice(2)
const rival = await BARE_RIVALS[client]!(JSON.parse(places) as Places)
const { single, many } = JSON.parse(sizes) as { single: RaceSize; many: RaceSize }
const tables: Table[] = [
  await raceStatements(client, 1, rival, single),
  await raceStatements(client, 64, rival, many),
]
await rival.close()
process.stdout.write(`${JSON.stringify(tables)}\n`)
