import type { Response } from 'express'

/** An answer of JSON texts, a line each, that are read as they come. */
export function sendLines(res: Response): (line: object) => void {
  res.set({
    'Content-Type': 'application/x-ndjson',
    'Cache-Control': 'no-store',
    // A proxy that collects answers would keep them until the end.
    'X-Accel-Buffering': 'no',
  })
  res.flushHeaders()
  return (line) => void res.write(`${JSON.stringify(line)}\n`)
}
