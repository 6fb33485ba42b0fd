/** How a guard for an issuer is written down. */
interface GuardCall {
  /** What is imported from the adapter besides `jwtGuard`. */
  readonly preset?: string
  readonly options: Readonly<Record<string, string | number>>
}

/** Placeholders, to be replaced by whoever copies the code. */
const API = 'https://api.example.com'

/**
 * What guards an Express app with an issuer, with the preset made for it where there is one. Five lines, or more where
 * they are not to be wider than so many columns.
 */
export function guardCode(issuer: string, columns = Infinity): string {
  const { preset, options } = findPreset(issuer)
  const names = preset === undefined ? 'jwtGuard' : `${preset}, jwtGuard`
  const written = Object.entries(options).map(([name, value]) => `${name}: ${literal(value)}`)
  const [open, close] =
    preset === undefined ? ['jwtGuard({', '})'] : [`jwtGuard(${preset}({`, '}))']
  const inOneLine = `app.use(${open} ${written.join(', ')} ${close})`
  const inMany = [
    'app.use(',
    `  ${open}`,
    ...written.map((each) => `    ${each},`),
    `  ${close},`,
    ')',
  ]
  return [
    "import express from 'express'",
    `import { ${names} } from '@gatewarden/express-jwt-guard'`,
    '',
    'const app = express()',
    ...(inOneLine.length <= columns ? [inOneLine] : inMany),
  ].join('\n')
}

/** Which preset makes exactly this issuer, told by its URL. */
export function findPreset(issuer: string): GuardCall {
  const { hostname, pathname } = new URL(issuer)
  const is = (url: string) => url === issuer

  if (hostname.endsWith('.auth0.com') && is(`https://${hostname}/`))
    return call('auth0', { domain: hostname, audience: API })

  const [, server] = /^\/oauth2\/([^/]+)$/.exec(pathname) ?? []
  if (/\.(okta|oktapreview|okta-emea)\.com$/.test(hostname) && server !== undefined)
    return call('okta', {
      domain: hostname,
      authorizationServer: server,
      audience: 'api://default',
    })

  const [, region] = /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com$/.exec(hostname) ?? []
  const userPoolId = pathname.slice(1)
  if (region !== undefined && userPoolId.startsWith(`${region}_`))
    return call('cognito', { region, userPoolId, clientId: 'YOUR-APP-CLIENT-ID' })

  const [, tenantId] = /^\/([0-9a-f-]{36})\//.exec(pathname) ?? []
  if (tenantId !== undefined && is(`https://login.microsoftonline.com/${tenantId}/v2.0`))
    return call('entra', { tenantId, audience: 'YOUR-APPLICATION-ID' })
  if (tenantId !== undefined && is(`https://sts.windows.net/${tenantId}/`))
    return call('entra', { tenantId, audience: 'api://YOUR-APPLICATION-ID', version: 1 })

  if (is('https://accounts.google.com')) return call('google', { clientId: 'YOUR-CLIENT-ID' })
  if (hostname === 'securetoken.google.com')
    return call('firebase', { projectId: pathname.slice(1) })

  const [, url, realm] = /^(.*)\/realms\/([^/]+)$/.exec(issuer) ?? []
  if (url !== undefined && realm !== undefined)
    return call('keycloak', { url, realm, audience: 'YOUR-API' })

  return { options: { issuer, audience: API } }
}

function call(preset: string, options: GuardCall['options']): GuardCall {
  return { preset, options }
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replace(/['\\]/g, '\\$&')}'`
}
