import { compile } from '../compile.ts'

const source = `
import {
  auth0, createGuard, entra, entraTenants, firebase, google, keycloak, okta,
  type IssuerOptions, type JwkSet,
} from '@gatewarden/core'

declare const jwks: JwkSet
const audience = 'https://api.acme.com'

createGuard(auth0({ domain: 'acme.eu.auth0.com', audience }))
createGuard({ ...okta({ domain: 'acme.okta.com', audience }), clockTolerance: 10 })
createGuard({ issuers: [auth0({ domain: 'a.b', audience }), firebase({ projectId: 'a' })] })
createGuard({ issuers: entraTenants({ tenants: ['a'], audience }) })
createGuard({ issuers: entraTenants({ tenants: (tenantId) => tenantId === 'a', audience }) })

// Keys of a test, instead of the provider's.
createGuard({ ...google({ clientId: ['a', 'b'] }), jwks })
createGuard({ ...entra({ tenantId: 'a', audience, version: 1 }), jwksUri: 'http://localhost/' })

const each: IssuerOptions[] = [keycloak({ url: 'https://a.b', realm: 'a', audience: null })]

// @ts-expect-error what tokens must be for is said, or waived in writing
keycloak({ url: 'https://a.b', realm: 'a' })
// @ts-expect-error other providers always say it
auth0({ domain: 'a.b', audience: null })
// @ts-expect-error a variable that may not be set does not switch a check off
google({ clientId: 'a', hostedDomain: undefined as string | undefined })
// @ts-expect-error a lookup is no single issuer
createGuard(entraTenants({ tenants: ['a'], audience }))
// @ts-expect-error there is no version 3
entra({ tenantId: 'a', audience, version: 3 })
`

it('presets are typed as what a guard takes', () => {
  expect(compile({ 'presets.ts': source })).toEqual([])
})
