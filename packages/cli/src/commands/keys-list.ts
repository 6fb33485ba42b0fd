import { defineCommand, EXIT } from '../command.ts'
import { printableJson } from '../printable.ts'
import { describeKeys, keysAsJson } from '../signing-keys/describe-keys.ts'
import { keyOptions, withKeys } from '../signing-keys/with-keys.ts'

export const keysList = defineCommand({
  name: 'keys list',
  summary: 'Show the signing keys of an issuer, and change nothing',
  operands: [],
  options: keyOptions,
  examples: [
    'gatewarden keys list --issuer https://api.example.com --store ./data/gatewarden',
    'GATEWARDEN_STORE=redis://localhost gatewarden keys list --issuer https://api.example.com --json',
  ],
  async run(terminal, { values }) {
    const { print, note, style, columns, clock } = terminal
    const [keys, place] = await withKeys(terminal, values, async (operator, store) => [
      await operator.list(),
      store.place,
    ])
    if (values.json === true) print(printableJson({ keys: keysAsJson(keys) }))
    else for (const line of describeKeys(keys, { columns, style, now: clock() })) print(line)
    if (keys.length > 0) return EXIT.fine
    note(`gatewarden: no keys in ${place}; an issuer makes them when it starts, or: keys new`)
    return EXIT.found
  },
})
