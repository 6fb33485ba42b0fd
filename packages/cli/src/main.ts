#!/usr/bin/env node
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'

// `gatewarden … | head`: whoever reads has enough, and nothing is wrong.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode)
  })
}

process.exitCode = await run(processTerminal(process), process.argv.slice(2))
