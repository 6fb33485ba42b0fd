import { asymmetricAlgorithms } from '@gatewarden/core/kit'
import { defineCommand, EXIT, UsageError } from '../command.ts'
import { printableJson } from '../printable.ts'
import { describeKeys, keysAsJson } from '../signing-keys/describe-keys.ts'
import { keyOptions, secondsOf, withKeys } from '../signing-keys/with-keys.ts'

export const keysNew = defineCommand({
  name: 'keys new',
  summary: 'Make the first signing keys of an issuer, or the standby that is missing',
  operands: [],
  options: {
    ...keyOptions,
    algorithm: {
      type: 'string',
      value: 'name',
      help: 'of the keys; default that of the keys that are there, else ES256. The issuer must be set to the same',
    },
    'rotate-every': {
      type: 'string',
      value: 'seconds',
      help: 'keys.rotateEvery of the issuer, where it is not the usual 7776000 (90 days)',
    },
  },
  examples: [
    'gatewarden keys new --issuer https://api.example.com --store ./data/gatewarden',
    'gatewarden keys new --issuer https://api.example.com --store postgres://localhost/app --algorithm EdDSA',
  ],
  async run(terminal, { values }) {
    const { print, note, style, columns, clock } = terminal
    const { algorithm } = values
    if (algorithm !== undefined && !asymmetricAlgorithms.includes(algorithm as 'ES256'))
      throw new UsageError(`--algorithm takes one of ${asymmetricAlgorithms.join(', ')}`)
    const rotateEvery = secondsOf('--rotate-every', values['rotate-every'])
    const [made, all] = await withKeys(
      terminal,
      values,
      async (operator) => [await operator.create(), await operator.list()],
      { creates: true, algorithm, rotateEvery },
    )
    if (values.json === true) {
      const kids = new Set(made.map(({ kid }) => kid))
      print(printableJson({ made: keysAsJson(all).filter((key) => kids.has(kidOf(key))) }))
      return EXIT.fine
    }
    if (made.length === 0)
      note(
        'gatewarden: nothing to make: one key signs, and the next is published. To change them: keys rotate',
      )
    for (const line of describeKeys(all, { columns, style, now: clock() })) print(line)
    return EXIT.fine
  },
})

function kidOf(key: object): string {
  return (key as { kid: string }).kid
}
