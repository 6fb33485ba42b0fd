import { randomBytes } from 'node:crypto'
import { defineCommand, EXIT, jsonOption, UsageError } from '../command.ts'
import { printableJson } from '../printable.ts'

/** Enough for every algorithm: RFC 7518 §3.2 wants as many as the hash has. */
const BYTES = 64

export const secretNew = defineCommand({
  name: 'secret new',
  summary: 'Make a secret: random bytes, as base64url',
  operands: [],
  options: {
    bytes: {
      type: 'string',
      value: 'number',
      help: `how many, from 32 to 1024; default ${BYTES}, enough for HS512`,
    },
    json: jsonOption,
  },
  examples: ['gatewarden secret new > jwt.secret', 'gatewarden secret new --bytes 32'],
  run({ print }, { values }) {
    const bytes = Number(values.bytes ?? BYTES)
    if (!Number.isInteger(bytes) || bytes < 32 || bytes > 1024)
      throw new UsageError('--bytes: expected a whole number from 32 to 1024')
    const secret = randomBytes(bytes).toString('base64url')
    print(values.json === true ? printableJson({ secret, bytes }) : secret)
    return EXIT.fine
  },
})
