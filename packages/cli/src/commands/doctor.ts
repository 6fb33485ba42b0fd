import { X509Certificate } from 'node:crypto'
import { isSecureUrl, isWebUrl } from '@gatewarden/core/kit'
import { defineCommand, EXIT, jsonOption, UsageError } from '../command.ts'
import { examineIssuer } from '../doctor/examine-issuer.ts'
import { isAtLeast, type Severity } from '../doctor/finding.ts'
import { guardCode } from '../doctor/guard-code.ts'
import { printExamination } from '../doctor/print-examination.ts'
import { printable, printableJson } from '../printable.ts'
import { readGivenFile } from '../read-given-file.ts'

const BOUNDS = ['critical', 'warning', 'note', 'never'] as const

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Examine an issuer: discovery, keys, TLS, caching, clock',
  operands: ['<issuer-url>'],
  options: {
    'fail-on': {
      type: 'string',
      value: 'severity',
      help: `exit with 1 from here on: ${BOUNDS.join(', ')}; default warning`,
    },
    'ca-file': {
      type: 'string',
      value: 'path',
      help: 'certificates in PEM to trust as well, for an authority of your own',
    },
    'allow-insecure-http': {
      type: 'boolean',
      help: 'ask over http, and not only on this machine: development networks only',
    },
    json: jsonOption,
  },
  examples: [
    'gatewarden doctor https://login.example.com/',
    'gatewarden doctor https://id.example.com/realms/shop --fail-on critical',
  ],
  async run(terminal, { operands, values }) {
    const failOn = readBound(values['fail-on'] ?? 'warning')
    const allowInsecureHttp = values['allow-insecure-http'] === true
    const issuer = readIssuer(operands[0]!, allowInsecureHttp)
    const ca = await readCertificates(values['ca-file'])
    if (issuer !== operands[0]) terminal.note(`gatewarden: taking ${issuer} for the issuer`)

    const { clock } = terminal
    const seen = await examineIssuer(issuer, { clock, ca, allowInsecureHttp })
    if (values.json === true)
      terminal.print(printableJson({ ...seen, code: guardCode(seen.ownName) }))
    else printExamination(terminal, seen)
    if (seen.unavailable !== undefined) {
      terminal.note(`gatewarden: the keys cannot be had: ${printable(seen.unavailable)}`)
      return EXIT.unavailable
    }
    if (failOn === 'never') return EXIT.fine
    const isBad = seen.findings.some(({ severity }) => isAtLeast(severity, failOn))
    return isBad ? EXIT.found : EXIT.fine
  },
})

function readBound(given: string): Exclude<Severity, 'fine'> | 'never' {
  const bound = BOUNDS.find((name) => name === given)
  if (bound !== undefined) return bound
  throw new UsageError(`--fail-on takes one of ${BOUNDS.join(', ')}`)
}

/** @throws UsageError that repeats nothing: there may be a password in a URL */
function readIssuer(given: string, allowInsecureHttp: boolean): string {
  // What people have at hand is often the address of the metadata.
  const issuer = given
    .replace(/\/\.well-known\/openid-configuration\/?$/, '')
    .replace(/\/\.well-known\/oauth-authorization-server(?=\/|$)/, '')
  // As plain answers: what is no URL is a text all the same, and not `never`.
  const isWeb = (text: string): boolean => isWebUrl(text)
  const isSecure = (text: string): boolean => isSecureUrl(text)
  if (isSecure(issuer) || (allowInsecureHttp && isWeb(issuer))) return issuer
  if (isWeb(issuer))
    throw new UsageError(
      `${issuer} is http, and not on this machine: nobody should trust keys from there. To look all the same: --allow-insecure-http`,
    )
  const isBare = /^(?!eyJ)[\w-]+(\.[\w-]+)+(:\d+)?(\/[\w./-]*)?$/.test(issuer)
  throw new UsageError(
    isBare
      ? `expected a URL; did you mean https://${issuer}?`
      : 'expected an https URL, without user and password',
  )
}

async function readCertificates(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const text = (await readGivenFile('--ca-file', file)).toString('utf8')
  try {
    new X509Certificate(text)
    return text
  } catch (cause) {
    throw new UsageError('--ca-file: no certificate in PEM', { cause })
  }
}
