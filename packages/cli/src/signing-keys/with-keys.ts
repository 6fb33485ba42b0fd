import type { IssuerStore } from '@gatewarden/core'
import {
  ConfigError,
  createKeyOperator,
  createMemoryStore,
  isIssuerError,
  type KeyOperator,
} from '@gatewarden/issuer'
import {
  jsonOption,
  type Options,
  UnavailableError,
  UsageError,
  type ValuesOf,
} from '../command.ts'
import { messageOf, type OpenedStore, openStore } from '../stores/open-store.ts'
import type { Terminal } from '../terminal.ts'
import { readSecrets } from './read-secrets.ts'

/** What every command on signing keys needs to know. */
export const keyOptions = {
  store: {
    type: 'string',
    value: 'address',
    help: 'postgres://…, redis://… or a folder (PGlite); default GATEWARDEN_STORE, which keeps a password out of the list of processes',
  },
  issuer: {
    type: 'string',
    value: 'url',
    help: 'the issuer, as its processes have it; default GATEWARDEN_ISSUER',
  },
  'secret-file': {
    type: 'string',
    value: 'path',
    multiple: true,
    help: 'the secret of the issuer; default GATEWARDEN_SECRET. While it is being changed, both, the one that is to encrypt first',
  },
  'secret-encoding': {
    type: 'string',
    value: 'encoding',
    help: 'how the secret is written: text (default; a line break at the end is none of it), base64, hex, or raw',
  },
  schema: { type: 'string', value: 'name', help: 'of the tables, in PostgreSQL' },
  prefix: { type: 'string', value: 'text', help: 'of the names, in Redis; default gatewarden:' },
  lead: {
    type: 'string',
    value: 'seconds',
    help: 'keys.lead of the issuer, where it is not the usual 86400',
  },
  retain: {
    type: 'string',
    value: 'seconds',
    help: 'keys.retain of the issuer, where it is not the usual 86400',
  },
  json: jsonOption,
} as const satisfies Options

export interface KeySettings {
  /** Makes the store where there is none. */
  readonly creates?: boolean
  readonly algorithm?: string | undefined
  readonly rotateEvery?: number | undefined
}

/**
 * Opens the store, does some work on the keys in it, and closes it.
 *
 * @throws UsageError, UnavailableError
 */
export async function withKeys<T>(
  { env, clock }: Pick<Terminal, 'env' | 'clock'>,
  values: ValuesOf<typeof keyOptions>,
  work: (keys: KeyOperator, store: OpenedStore) => Promise<T>,
  { creates = false, algorithm, rotateEvery }: KeySettings = {},
): Promise<T> {
  const issuer = given('--issuer', values.issuer ?? env.GATEWARDEN_ISSUER, 'GATEWARDEN_ISSUER')
  const address = given('--store', values.store ?? env.GATEWARDEN_STORE, 'GATEWARDEN_STORE')
  const secrets = await readSecrets(values, env)
  const secret = secrets.length === 1 ? secrets[0]! : secrets
  const lead = secondsOf('--lead', values.lead)
  const retain = secondsOf('--retain', values.retain)
  const { schema, prefix } = values
  const keys = {
    ...(algorithm === undefined ? {} : { algorithm: algorithm as 'ES256' }),
    ...(rotateEvery === undefined ? {} : { rotateEvery }),
    ...(lead === undefined ? {} : { lead }),
    ...(retain === undefined ? {} : { retain }),
  }
  const open = (store: IssuerStore) => createKeyOperator({ issuer, secret, store, keys, clock })
  // Before a store is touched, or made: whatever is wrong with the rest.
  await inWords('', () => Promise.resolve(open(createMemoryStore({ inProduction: true }))))
  const store = await openStore({ address, schema, prefix, creates })
  try {
    return await inWords(store.name, () => work(open(store.store), store))
  } finally {
    await store.close()
  }
}

export function secondsOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new UsageError(`${option} takes seconds: 86400 for a day`)
}

function given(option: string, value: string | undefined, variable: string): string {
  if (value !== undefined && value !== '') return value
  throw new UsageError(`${option} is missing; or set ${variable}`)
}

/** Options of the issuer, as they are called here. */
const FLAGS: Readonly<Record<string, string>> = {
  issuer: '--issuer',
  secret: 'the secret of the issuer',
  schema: '--schema',
  prefix: '--prefix',
  'keys.algorithm': '--algorithm',
  'keys.lead': '--lead',
  'keys.retain': '--retain',
  'keys.rotateEvery': '--rotate-every',
}

/** What an issuer and its store fail with, as somebody at a terminal needs it. */
async function inWords<T>(store: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConfigError) throw misconfigured(error)
    if (!isIssuerError(error)) throw error
    const causes = causesOf(error).join(': ')
    throw new UnavailableError(`${store}: ${causes}`, { cause: error })
  }
}

function misconfigured(error: ConfigError): UsageError {
  const { option, message } = error
  const [name = option, at] = option.split(/[[\]]/)
  const flag = FLAGS[name] ?? option
  const which = at === undefined ? '' : ` (number ${Number(at) + 1})`
  const isSealed = message.includes('sealed with another secret')
  const problem = isSealed
    ? 'the keys in this store were encrypted with another secret, or by an issuer of another name. Compare --issuer with iss of its tokens, slash included; see --secret-encoding; while the secret is being changed, give both files'
    : message.slice(option.length + 2)
  return new UsageError(`${flag}${which}: ${problem}`, { cause: error })
}

function causesOf(error: unknown): string[] {
  if (error === undefined || error === null) return []
  // Its message has what is underneath already.
  const isWhole = isIssuerError(error) && error.code === 'ERR_SIGNING_UNAVAILABLE'
  return [messageOf(error), ...(isWhole ? [] : causesOf((error as Error).cause))]
}
