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
    const set = await withKeys(terminal, values, (operator) => operator.jwks())
    terminal.print(printableJson(set))
    if (set.keys.length === 0) terminal.note('gatewarden: there are no keys')
    return EXIT.fine
  },
})
