import { createGuard } from '@gatewarden/core'
import { decodeJwt } from 'jose'
import {
  AUDIENCE,
  createSetting,
  type Expected,
  ISSUER,
  type NamedSetting,
  NOW,
  type Setting,
} from '../setting.ts'
import { newEcKey, newSecret } from '../signing-key.ts'
import { trusted } from './trusted-key.ts'

const SECOND = 'https://second.test'

/** What else a guard can be told to expect of a token. */
export const optionSettings: readonly NamedSetting[] = [
  withOptions('no clock tolerance', { clockTolerance: 0 }),
  withOptions('at most 600 seconds old', { maxTokenAge: 600 }),
  withOptions('a required claim', { requiredClaims: ['tenant'] }),
  withOptions('the profile rfc9068', { profile: 'rfc9068' }),
  withOptions('issuer and audience waived', { issuer: null, audience: null }),
  withOptions('either of two audiences', { audience: [AUDIENCE, 'second'] }),
  withOptions('short tokens', { maxTokenSize: 400 }),
  {
    name: 'two issuers, a key each',
    share: 4,
    create() {
      const [first, second] = [issuerSetting(ISSUER, AUDIENCE), issuerSetting(SECOND, 'second')]
      const issuers = [first, second].map(({ keys: [{ claims, verifying }] }) => ({
        issuer: claims?.iss ?? '',
        audience: claims?.aud ?? '',
        publicKey: verifying,
      }))
      return {
        ...first,
        name: this.name,
        keys: [first.keys[0], second.keys[0]],
        guard: createGuard({ issuers, clock: () => NOW }),
        // With jose, it is the application that looks at iss, and takes that issuer's key.
        verifyWithJose: async (token) => {
          const { iss } = decodeJwt(token)
          return (iss === SECOND ? second : first).verifyWithJose(token)
        },
      }
    },
  },
]

function withOptions(name: string, expected: Partial<Expected>): NamedSetting {
  return {
    name: `HS256, ${name}`,
    share: 10,
    create() {
      const key = trusted(newSecret(), ['HS256'])
      return createSetting({
        name: this.name,
        keys: [key],
        given: { secret: key.verifying },
        josesKeys: [key.verifying],
        algorithms: ['HS256'],
        expected,
      })
    },
  }
}

function issuerSetting(issuer: string, audience: string): Setting {
  const claims = { iss: issuer, aud: audience }
  const key = { ...trusted(newEcKey('P-256'), ['ES256']), claims }
  return createSetting({
    name: issuer,
    keys: [key],
    given: { publicKey: key.verifying },
    josesKeys: [key.verifying],
    expected: { issuer, audience },
  })
}
