import type { DiscoveryOptions, ExpectedClaims } from '../options/options.ts'
import {
  expectArguments,
  expectHost,
  expectOneOrSeveral,
  expectSegment,
} from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface GoogleOptions extends PresetAdditions {
  /** The OAuth client that `aud` names, or several. `….apps.googleusercontent.com` */
  readonly clientId: string | readonly string[]
  /** Takes accounts of one Google Workspace or Cloud organisation only: its domain, in `hd`. Default: every account. */
  readonly hostedDomain?: string
}

/**
 * ID tokens of Google, for a backend that is called with them. (Google's access tokens are opaque.) They name no scopes
 * and no roles; the tenant comes from `hd`, the domain of the account's organisation.
 *
 * @see https://developers.google.com/identity/gsi/web/guides/verify-google-id-token
 * @see https://developers.google.com/identity/openid-connect/openid-connect#obtainuserinfo
 * @throws ConfigError
 */
export function google(options: GoogleOptions): ExpectedClaims & DiscoveryOptions {
  const given = expectArguments('google', options, ['clientId', 'hostedDomain'])
  return finishPreset('google', given, {
    issuer: 'https://accounts.google.com',
    audience: expectOneOrSeveral(
      'google.clientId',
      given.clientId,
      "an OAuth client's id",
      expectSegment,
    ),
    profile: 'id-token',
    // Not the domain of email: whoever owns an address may open an account with it, outside the organisation.
    expectedClaims:
      'hostedDomain' in given
        ? { hd: expectHost('google.hostedDomain', given.hostedDomain, 'acme.com') }
        : {},
    claimPaths: { tenant: 'hd', client: 'azp' },
  })
}
