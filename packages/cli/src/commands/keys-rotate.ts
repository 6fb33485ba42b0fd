import { defineCommand, EXIT } from '../command.ts'
import { describeDistance, describeUtc } from '../explain/describe-time.ts'
import { printableJson } from '../printable.ts'
import { describeKeys, keysAsJson } from '../signing-keys/describe-keys.ts'
import { keyOptions, withKeys } from '../signing-keys/with-keys.ts'
import { wrap } from '../text.ts'

export const keysRotate = defineCommand({
  name: 'keys rotate',
  summary: 'Let the next key sign as soon as every verifier can know it',
  operands: [],
  options: keyOptions,
  examples: ['gatewarden keys rotate --issuer https://api.example.com --store ./data/gatewarden'],
  async run(terminal, { values }) {
    const { print, note, style, columns, clock } = terminal
    const [next, all] = await withKeys(terminal, values, async (operator) => [
      await operator.rotate(),
      await operator.list(),
    ])
    if (next === undefined) {
      note('gatewarden: there are no keys; make them with: keys new')
      if (values.json === true) print(printableJson({ next: null, keys: [] }))
      return EXIT.found
    }
    if (values.json === true) {
      print(printableJson({ next, keys: keysAsJson(all) }))
      return EXIT.fine
    }
    const from = next.activeFrom ?? clock()
    const sentences =
      next.state === 'active'
        ? [
            `${next.kid} signs now.`,
            'The processes of the issuer notice within a minute. The key of before stays published until the last token it signed has expired; nobody notices anything. A running issuer makes the next standby by itself.',
          ]
        : [
            `${next.kid} signs from ${describeUtc(from)} on (${describeDistance(from, clock())}).`,
            'It has to be published for the whole lead first: a verifier may go by an older key set until then. Until then the key of before signs, and nobody notices anything. If that key has leaked, do not wait: keys revoke.',
          ]
    for (const sentence of sentences) for (const line of wrap(sentence, columns)) print(line)
    print()
    for (const line of describeKeys(all, { columns, style, now: clock() })) print(line)
    return EXIT.fine
  },
})
