import { expectBoolean } from '../options/expect-option.ts'
import type { ExpectedClaims, JwksUriOptions } from '../options/options.ts'
import { expectArguments, expectSegment } from './expect-argument.ts'
import { finishPreset, type PresetAdditions } from './finish-preset.ts'

export interface FirebaseOptions extends PresetAdditions {
  /** The project's id, not its number. */
  readonly projectId: string
  /** Takes tokens with `email_verified: true` only. Default false: whoever signs up may claim any address. */
  readonly requireVerifiedEmail?: boolean
}

/**
 * ID tokens of Firebase Authentication, with which apps call their backends. The keys are those of the account
 * securetoken@system.gserviceaccount.com, as a JWK Set, and sign for every project. Roles and the like are custom
 * claims; the tenant of Identity Platform comes from `firebase.tenant`.
 *
 * @see https://firebase.google.com/docs/auth/admin/verify-id-tokens
 * @throws ConfigError
 */
export function firebase(
  options: FirebaseOptions,
): ExpectedClaims & JwksUriOptions & { readonly issuer: string } {
  const given = expectArguments('firebase', options, ['projectId', 'requireVerifiedEmail'])
  const projectId = expectSegment('firebase.projectId', given.projectId, "the project's id")
  const mustVerifyEmail =
    'requireVerifiedEmail' in given &&
    expectBoolean('firebase.requireVerifiedEmail', given.requireVerifiedEmail)
  return finishPreset('firebase', given, {
    issuer: `https://securetoken.google.com/${projectId}`,
    audience: projectId,
    jwksUri:
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    profile: 'id-token',
    requiredClaims: ['auth_time'],
    expectedClaims: mustVerifyEmail ? { email_verified: true } : {},
    claimPaths: { tenant: [['firebase', 'tenant']] },
  })
}
