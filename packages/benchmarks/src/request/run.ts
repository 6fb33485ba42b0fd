import { printTable } from '../lib/print-table.ts'
import { startProgram } from '../lib/program.ts'
import { saveResults, type Table } from '../lib/results.ts'
import { CONTROL } from '../lib/rounds.ts'
import { type AddedCost, EMPTY } from './added-cost.ts'
import { ALL_FAMILIES, type Family, FRAMEWORKS } from './families.ts'
import type { Assignment } from './measure-family.ts'

const PACKAGES = [
  'express',
  'express-jwt',
  'express-oauth2-jwt-bearer',
  'fast-jwt',
  'jsonwebtoken',
  'koa',
  'koa-jwt',
  '@nestjs/core',
  '@nestjs/passport',
  'passport',
  'passport-jwt',
]

/**
 * Until Node 24, V8 shares no hidden class between requests that Express gave a prototype. That costs more than any guard
 * does, so what was measured there is kept apart, and measured a second time with requests that Express has not touched.
 */
const IS_BEFORE_24 = Number(process.versions.node.split('.')[0]) < 24

/** What a guard adds to one request, within the process: no socket, no framework around it. */
export async function run(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick')
  const extent = isQuick ? { users: 20, rounds: 3 } : { users: 1000, rounds: 21 }
  const tables: Table[] = []
  for (const family of IS_BEFORE_24 ? ALL_FAMILIES : FRAMEWORKS) {
    const table = tableOf(family, await measureFamily({ family, ...extent }))
    printTable(table)
    tables.push(table)
  }
  if (isQuick) return
  saveResults(IS_BEFORE_24 ? 'request-before-node-24' : 'request', tables, PACKAGES, {
    command: 'npm run bench -- request',
  })
}

async function measureFamily(assignment: Assignment): Promise<AddedCost[]> {
  const program = startProgram(new URL('./measure-family.js', import.meta.url))
  const costs = await program.ask<AddedCost[]>(assignment)
  await program.stop()
  return costs
}

function tableOf(family: Family, costs: readonly AddedCost[]): Table {
  const isEmpty = (name: string) => name === EMPTY || name === CONTROL
  const order = [...costs].sort(
    (a, b) => Number(isEmpty(a.name)) - Number(isEmpty(b.name)) || a.added - b.added,
  )
  return {
    title: `What a guard adds to one request${IS_BEFORE_24 ? ', before Node 24' : ''}: ${family}`,
    columns: ['µs added', 'quartile', 'quartile', 'µs in all'],
    rows: order.map(({ name, added, low, high, microseconds }) => ({
      name: name === CONTROL ? `${CONTROL}: ${EMPTY} again` : name,
      figures: [added, low, high, microseconds].map(rounded),
    })),
    ...(family === 'Express' ? { note: NOTE } : {}),
  }
}

/** To nanoseconds: what is less is chance. */
function rounded(microseconds: number): number {
  return Math.round(microseconds * 1000) / 1000 + 0
}

const NOTE =
  'HS256, 1,000 users whose tokens come again and again, a new request with new strings each time. Added is what a ' +
  'request takes more than with a guard that only lets it pass, as the median of the differences within a round. ' +
  'Collecting garbage is not in it. "Key as text" is what the guides of these packages show; the rows without it have a key that was made once.'
