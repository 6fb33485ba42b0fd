import type { KeyOperator, SigningKeyInfo } from '@gatewarden/issuer'
import { defineCommand, EXIT, type ExitCode, UsageError } from '../command.ts'
import { printableJson } from '../printable.ts'
import { describeKeys, keysAsJson } from '../signing-keys/describe-keys.ts'
import { keyOptions, withKeys } from '../signing-keys/with-keys.ts'
import type { Terminal } from '../terminal.ts'
import { wrap } from '../text.ts'

export const keysRevoke = defineCommand({
  name: 'keys revoke',
  summary: 'Take back a signing key that has leaked: its tokens are refused everywhere',
  operands: ['[kid]'],
  options: {
    ...keyOptions,
    all: { type: 'boolean', help: 'every key, when you do not know which one leaked' },
    yes: { type: 'boolean', help: 'do not ask: for scripts' },
  },
  examples: [
    'gatewarden keys revoke NzbLsXh8 --issuer https://api.example.com --store ./data/gatewarden',
    'gatewarden keys revoke --all --yes --issuer https://api.example.com --store redis://localhost',
  ],
  async run(terminal, { operands: [kid], values }) {
    if ((kid === undefined) === (values.all !== true))
      throw new UsageError('keys revoke takes a kid, or --all; gatewarden keys list shows them')
    return withKeys(terminal, values, async (operator, { place }) => {
      const keys = await operator.list()
      if (values.all === true && keys.length === 0) {
        terminal.note(`gatewarden: keys revoke: there are no keys in ${place}; nothing was revoked`)
        if (values.json === true) terminal.print(printableJson({ revoked: [] }))
        return EXIT.found
      }
      const targets = values.all === true ? keys.filter(isNotRevoked) : [findKey(keys, kid!)]
      if (!(await isConfirmed(terminal, targets, keys, values.yes === true))) {
        terminal.note('gatewarden: nothing was revoked')
        if (values.json === true) terminal.print(printableJson({ revoked: [] }))
        return EXIT.found
      }
      return revokeAll(terminal, operator, targets, values.json === true)
    })
  },
})

async function revokeAll(
  terminal: Terminal,
  operator: KeyOperator,
  targets: readonly SigningKeyInfo[],
  asJson: boolean,
): Promise<ExitCode> {
  const { print, style, columns, clock } = terminal
  for (const { kid, state } of targets) {
    try {
      await operator.revoke(kid)
    } catch (error) {
      terminal.note(`gatewarden: ${kid} may be revoked in part: run it again until it succeeds`)
      throw error
    }
    if (!asJson) print(state === 'revoked' ? `${kid} was revoked already` : `Revoked: ${kid}`)
  }
  const keys = await operator.list()
  if (asJson) {
    const revoked = targets.map(({ kid }) => kid)
    print(printableJson({ revoked, keys: keysAsJson(keys) }))
    return EXIT.fine
  }
  const next =
    'It is durable. Processes that follow the revocations refuse its tokens within a second or so. Where only the key set is fetched, they pass until it is fetched again: ten minutes, an hour more while that fails.'
  print()
  for (const line of wrap(next, columns)) print(line)
  print()
  for (const line of describeKeys(keys, { columns, style, now: clock() })) print(line)
  return EXIT.fine
}

/** A key by its name, or by the beginning of it, as long as that is no other's. */
function findKey(keys: readonly SigningKeyInfo[], name: string): SigningKeyInfo {
  const exact = keys.find(({ kid }) => kid === name)
  if (exact !== undefined) return exact
  const [found, ...others] = name.length < 4 ? [] : keys.filter(({ kid }) => kid.startsWith(name))
  if (found !== undefined && others.length === 0) return found
  const kids = keys.map(({ kid, state }) => `\n  ${kid} (${state})`).join('')
  const problem = others.length > 0 ? 'several keys begin like that' : 'there is no such key'
  throw new UsageError(`keys revoke: ${problem}; there are:${kids || ' none'}`)
}

/** A person is asked; a script says so with `--yes`. */
async function isConfirmed(
  { ask, note, columns, clock }: Terminal,
  targets: readonly SigningKeyInfo[],
  keys: readonly SigningKeyInfo[],
  isSaid: boolean,
): Promise<boolean> {
  if (isSaid || targets.every(({ state }) => state === 'revoked')) return true
  for (const line of wrap(whatHappens(targets, keys, clock()), columns)) note(line)
  const which = targets.length === 1 ? targets[0]!.kid : `${targets.length} keys`
  const answer = await ask(`Revoke ${which}? y/N`)
  if (answer === undefined)
    throw new UsageError('keys revoke: nobody is there to ask; to revoke all the same: --yes')
  return /^y(es)?$/i.test(answer.trim())
}

/** Seconds for which a verifier may go by a copy of the key set that it fetched before. */
const COPY_AGE = 600

function whatHappens(
  targets: readonly SigningKeyInfo[],
  keys: readonly SigningKeyInfo[],
  now: number,
): string {
  const [it, cannot] = targets.length === 1 ? ['it', 'It cannot'] : ['them', 'They cannot']
  const signed = targets.some(({ state }) => state === 'active' || state === 'retiring')
  const users = signed
    ? `Access tokens that were signed with ${it} are refused with 401 from then on. A page that refreshes after a 401 goes on; nobody is logged out.`
    : `No token was signed with ${it}: users notice nothing.`
  return `${users}${whoSignsNext(targets, keys, now)} ${cannot} be taken back.`
}

function whoSignsNext(
  targets: readonly SigningKeyInfo[],
  keys: readonly SigningKeyInfo[],
  now: number,
): string {
  if (!targets.some(({ state }) => state === 'active')) return ''
  const next = keys.find((key) => key.state === 'standby' && !targets.includes(key))
  const isKnown = next?.createdAt !== undefined && next.createdAt <= now - COPY_AGE
  if (isKnown) return ' The standby signs at once; everybody can know it.'
  return ` ${next === undefined ? 'A new key' : 'The standby'} signs at once, of which not everybody was told: services that fetch the key set may refuse its tokens until they fetch again, half a minute as a rule.`
}

function isNotRevoked({ state }: SigningKeyInfo): boolean {
  return state !== 'revoked' && state !== 'retired'
}
