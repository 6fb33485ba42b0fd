import { defineCommand, EXIT } from '../command.ts'
import { printableJson } from '../printable.ts'
import { keyOptions, withKeys } from '../signing-keys/with-keys.ts'

export const keysJwks = defineCommand({
  name: 'keys jwks',
  summary: 'Print the public keys of an issuer as a key set',
  operands: [],
  options: keyOptions,
  examples: [
    'gatewarden keys jwks --issuer https://api.example.com --store ./data/gatewarden > jwks.json',
  ],
  async run(terminal, { values }) {
    const [set, place] = await withKeys(terminal, values, async (operator, store) => [
      await operator.jwks(),
      store.place,
    ])
    terminal.print(printableJson(set))
    if (set.keys.length > 0) return EXIT.fine
    terminal.note(`gatewarden: no keys in ${place}`)
    return EXIT.found
  },
})
