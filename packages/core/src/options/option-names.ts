import { ConfigError } from './config-error.ts'
import { hintForOption } from './incumbent-options.ts'
import { issuerOptionNames } from './resolve-issuer.ts'

/** The options that belong to the guard, whoever issued a token. */
export const commonOptionNames: readonly string[] = [
  'optional',
  'tokenFrom',
  'clockTolerance',
  'maxTokenSize',
  'schema',
  'check',
  'revocation',
  'cache',
  'realm',
  'resourceMetadata',
  'clock',
]

/** What says how issuers are looked up, and where it belongs. */
const LOOKUP = ['allow', 'resolve', 'maxIssuers', 'allowPrivateHosts']
const IN_ISSUERS = 'it says how issuers are looked up: write issuers: { allow, resolve }'

/** An option that is silently ignored is a check that is silently off. @throws ConfigError */
export function refuseUnknown(options: object, known: readonly string[], path: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const hint = issuerOptionNames.includes(name)
      ? 'with issuers, it belongs into each of them'
      : commonOptionNames.includes(name)
        ? 'it belongs beside issuers, not into one of them'
        : hintForOption(name)
    throw new ConfigError(`${path}${name}`, LOOKUP.includes(name) ? IN_ISSUERS : hint)
  }
}
