/*
 * What importing costs, in a process of its own: `node time-import.js '["imported"]' '["loaded before"]'`.
 */

/** What was found in one process. */
export interface ImportTime {
  readonly milliseconds: number
  /** Of all threads. */
  readonly cpuMilliseconds: number
}

const [imported = [], before = []] = process.argv
  .slice(2)
  .map((list) => JSON.parse(list) as string[])
for (const specifier of before) await import(specifier)

const cpuStart = process.cpuUsage()
const start = performance.now()
for (const specifier of imported) await import(specifier)
const milliseconds = performance.now() - start
const { user, system } = process.cpuUsage(cpuStart)

const time: ImportTime = { milliseconds, cpuMilliseconds: (user + system) / 1000 }
process.stdout.write(`${JSON.stringify(time)}\n`)
