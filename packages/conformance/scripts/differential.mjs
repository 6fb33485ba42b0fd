// Compares any number of tokens with jose: `npm run differential -- --tokens 10000000 [--seed 1] [--workers 2] [--only 'ES256, PEM']`.
// Exits 1 on the first finding, and prints the token, the keys and how to make it again.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { createTally, runDifferential } from '../test/differential/run-differential.ts'
import { allSettings, tokensFor } from '../test/differential/settings/all.ts'

/** Tokens of all settings together, before each gets new keys and a new seed. */
const ROUND = 200_000
const SECONDS_BETWEEN_REPORTS = 15

if (isMainThread) await main()
else parentPort.on('message', work)

async function main() {
  const { tokens, seed, workers, settings } = readArguments()
  const tasks = tasksFor(settings, tokens, seed)
  const total = createTally()
  const started = performance.now()
  console.log(`${tokens} tokens, ${settings.length} settings, seed ${seed}, ${workers} worker(s)`)
  const reports = setInterval(() => report(total, started), SECONDS_BETWEEN_REPORTS * 1000)
  await Promise.all(Array.from({ length: workers }, () => drain(tasks, total)))
  clearInterval(reports)
  report(total, started)
  for (const [id, times] of [...total.stricter].sort(([, a], [, b]) => b - a)) {
    console.log(`  ${String(times).padStart(9)}  ${id}`)
  }
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      tokens: { type: 'string', default: String(ROUND) },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      workers: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
    },
  })
  const settings = allSettings.filter(({ name }) => name.includes(values.only))
  if (settings.length === 0) throw new Error(`no setting is called ${values.only}`)
  const [tokens, seed, workers] = [values.tokens, values.seed, values.workers].map(Number)
  return { tokens, seed, workers, settings }
}

/** A task is one setting with keys of its own, small enough to be made again when it finds something. */
function* tasksFor(settings, tokens, seed) {
  const shares = settings.reduce((sum, setting) => sum + tokensFor(setting, ROUND), 0)
  let next = seed
  for (let made = 0; made < tokens;) {
    for (const setting of settings) {
      const wanted = (tokensFor(setting, ROUND) * Math.min(ROUND, tokens - made)) / shares
      yield { name: setting.name, tokens: Math.ceil(wanted), seed: next++ }
    }
    made += ROUND
  }
}

/** One worker does one task after the other, until there is none. */
async function drain(tasks, total) {
  const worker = new Worker(new URL(import.meta.url))
  for (const task of tasks) {
    worker.postMessage(task)
    const [{ tally, problem }] = await once(worker, 'message')
    if (problem !== undefined) stop(task, problem)
    total.tokens += tally.tokens
    total.bothAccept += tally.bothAccept
    total.bothRefuse += tally.bothRefuse
    for (const [id, times] of tally.stricter)
      total.stricter.set(id, (total.stricter.get(id) ?? 0) + times)
  }
  await worker.terminate()
}

async function work({ name, tokens, seed }) {
  const tally = createTally()
  try {
    const setting = allSettings.find((each) => each.name === name)
    await runDifferential(setting.create(), { tokens, seed }, tally)
    parentPort.postMessage({ tally })
  } catch (error) {
    parentPort.postMessage({ problem: error.message })
  }
}

function stop({ name, tokens, seed }, problem) {
  console.error(`\nFINDING in ${name}\n${problem}\n`)
  console.error(`again: npm run differential -- --only '${name}' --seed ${seed} --tokens ${tokens}`)
  process.exit(1)
}

function report({ tokens, bothAccept, bothRefuse, stricter }, started) {
  const seconds = (performance.now() - started) / 1000
  const refused = [...stricter.values()].reduce((sum, times) => sum + times, 0)
  console.log(
    `${seconds.toFixed(0)} s: ${tokens} tokens (${(tokens / seconds).toFixed(0)}/s), ` +
      `both accept ${bothAccept}, both refuse ${bothRefuse}, only jose accepts ${refused}`,
  )
}
