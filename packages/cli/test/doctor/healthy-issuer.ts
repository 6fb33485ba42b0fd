import { createHash } from 'node:crypto'
import { createIssuerServer, type IssuerServer } from '@gatewarden/testing'
import {
  type Examination,
  examineIssuer,
  type ExamineSettings,
} from '../../src/doctor/examine-issuer.ts'

/** What is different about an issuer that is well otherwise. */
export interface Ailment {
  readonly path?: string
  /** Takes the place of the members that it has; one that is undefined is left out. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly metadataHeaders?: Readonly<Record<string, string>>
  /** The members of the key set, made from those that are well. */
  readonly keys?: (keys: readonly object[]) => readonly unknown[]
  readonly keySetHeaders?: Readonly<Record<string, string>>
}

export const METADATA_PATH = '/.well-known/openid-configuration'
export const OAUTH_PATH = '/.well-known/oauth-authorization-server'

let servers: IssuerServer[] = []

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()))
  servers = []
})

/** An issuer without a finding, or with the one that an ailment makes. It is closed after the test. */
export async function startIssuer(ailment: Ailment = {}): Promise<IssuerServer> {
  const { path, metadata = {}, metadataHeaders = {}, keys = same, keySetHeaders = {} } = ailment
  const server = await createIssuerServer(path === undefined ? {} : { path })
  servers.push(server)
  server.authority.rotate()
  const document = { issuer: server.authority.issuer, jwks_uri: server.jwksUri, ...metadata }
  for (const at of placesOf(path)) server.respond(at, { body: document, headers: metadataHeaders })
  const set = JSON.stringify({ keys: keys(server.authority.jwks().keys) })
  const etag = `"${createHash('sha256').update(set).digest('base64url')}"`
  server.respond('/jwks', (request, response) => {
    const headers = { 'cache-control': 'max-age=600', etag, ...keySetHeaders }
    const isKnown = request.headers['if-none-match'] === headers.etag
    const type = { 'content-type': 'application/jwk-set+json' }
    response.writeHead(isKnown ? 304 : 200, isKnown ? headers : { ...type, ...headers })
    response.end(isKnown ? undefined : set)
  })
  return server
}

export function placesOf(path = ''): readonly string[] {
  return [`${path}${METADATA_PATH}`, `${OAUTH_PATH}${path}`]
}

/** The findings that are not fine, as `severity id`. */
export function complaintsOf({ findings }: Examination): string[] {
  return findings
    .filter(({ severity }) => severity !== 'fine')
    .map(({ severity, id }) => `${severity} ${id}`)
}

/** Nothing is slow, however busy the machine is. */
export function examine(issuer: string, settings?: ExamineSettings): Promise<Examination> {
  return examineIssuer(issuer, { stopwatch: () => 0, ...settings })
}

export async function complaintsAbout(
  ailment: Ailment,
  settings?: ExamineSettings,
): Promise<string[]> {
  const { authority } = await startIssuer(ailment)
  return complaintsOf(await examine(authority.issuer, settings))
}

function same<T>(value: T): T {
  return value
}
