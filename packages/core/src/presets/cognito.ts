import { ConfigError } from '../options/config-error.ts'
import type { DiscoveryOptions, ExpectedClaims } from '../options/options.ts'
import { expectArguments, expectOneOrSeveral, expectSegment } from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface CognitoOptions extends PresetAdditions {
  /** `eu-central-1` */
  readonly region: string
  /** `eu-central-1_AbCdEf123` */
  readonly userPoolId: string
  /** The app client whose tokens are taken, or several. */
  readonly clientId: string | readonly string[]
  /**
   * The API in `aud`, where the clients ask for a resource (RFC 8707). Default: not looked at, because access tokens
   * have no `aud` otherwise; the client is what is checked.
   */
  readonly audience?: string | readonly string[]
}

/**
 * Access tokens of an Amazon Cognito user pool. They say whom they were issued to in `client_id`, and what they are in
 * `token_use`; ID tokens have the client in `aud`. Scopes come from `scope`, with the resource server's identifier
 * before each, roles from `cognito:groups`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 * @throws ConfigError
 */
export function cognito(options: CognitoOptions): ExpectedClaims & DiscoveryOptions {
  const given = expectArguments('cognito', options, [
    'region',
    'userPoolId',
    'clientId',
    'audience',
  ])
  const region = expectRegion(given.region)
  const userPoolId = expectUserPoolId(given.userPoolId, region)
  const { clientId, audience } = given
  return finishPreset('cognito', given, {
    issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    audience:
      'audience' in given
        ? expectOneOrSeveral('cognito.audience', audience, 'the API as clients ask for it')
        : null,
    expectedClaims: {
      token_use: 'access',
      client_id: expectOneOrSeveral(
        'cognito.clientId',
        clientId,
        "an app client's id",
        expectSegment,
      ),
    },
    claimPaths: { scopes: 'scope', roles: [['cognito:groups']], client: 'client_id' },
  })
}

function expectRegion(value: unknown): string {
  const what = 'a region such as eu-central-1'
  const region = expectSegment('cognito.region', value, what)
  // It becomes part of a host.
  if (/^[a-z]+(-[a-z]+)+-\d+$/.test(region)) return region
  throw new ConfigError('cognito.region', `expected ${what}, got '${region}'`)
}

function expectUserPoolId(value: unknown, region: string): string {
  const userPoolId = expectSegment('cognito.userPoolId', value, "the user pool's id")
  if (userPoolId.startsWith(`${region}_`)) return userPoolId
  throw new ConfigError(
    'cognito.userPoolId',
    `expected an id of the region, ${region}_…, got '${userPoolId}'`,
  )
}
