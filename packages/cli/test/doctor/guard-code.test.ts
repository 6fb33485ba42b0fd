import { runInNewContext } from 'node:vm'
import * as core from '@gatewarden/core'
import { findPreset, guardCode } from '../../src/doctor/guard-code.ts'

type Preset = (options: Record<string, unknown>) => { issuer?: string }

test.each([
  ['auth0', 'https://acme.eu.auth0.com/'],
  ['okta', 'https://acme.okta.com/oauth2/default'],
  ['okta', 'https://acme.oktapreview.com/oauth2/aus123'],
  ['cognito', 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123'],
  ['entra', 'https://login.microsoftonline.com/3b1f8a7e-5f0c-4a53-9f14-0f6b7f6f2b11/v2.0'],
  ['entra', 'https://sts.windows.net/3b1f8a7e-5f0c-4a53-9f14-0f6b7f6f2b11/'],
  ['google', 'https://accounts.google.com'],
  ['firebase', 'https://securetoken.google.com/my-project'],
  ['keycloak', 'https://id.acme.com/realms/shop'],
  ['keycloak', 'https://id.acme.com/auth/realms/shop'],
])('%s makes %s', (name, issuer) => {
  expect(findPreset(issuer).preset).toBe(name)
  // The very text that is printed, run as the person who copies it would.
  const [, argument] = /^app\.use\(jwtGuard\(\w+\((.*)\)\)\)$/m.exec(guardCode(issuer)) ?? []
  const options = runInNewContext(`(${argument})`) as Record<string, unknown>
  const make = (core as unknown as Record<string, Preset>)[name]!
  expect(make({ ...options }).issuer).toBe(issuer)
  expect(guardCode(issuer)).toContain(`import { ${name}, jwtGuard }`)
})

test.each([
  'https://login.example.com/',
  'https://acme.eu.auth0.com',
  'https://acme.okta.com',
  'https://login.microsoftonline.com/common/v2.0',
  'http://127.0.0.1:3000',
])('%s has no preset', (issuer) => {
  expect(findPreset(issuer).preset).toBeUndefined()
  expect(guardCode(issuer)).toContain(
    `jwtGuard({ issuer: '${issuer}', audience: 'https://api.example.com' })`,
  )
})

test('a quote in the name ends no text', () => {
  expect(guardCode("https://login.example.com/o'brien")).toContain(
    "issuer: 'https://login.example.com/o\\'brien'",
  )
})

test('in a narrow terminal it is broken where it can be copied', () => {
  const code = guardCode('https://acme.eu.auth0.com/', 58)
  expect(code.split('\n').slice(4)).toEqual([
    'app.use(',
    '  jwtGuard(auth0({',
    "    domain: 'acme.eu.auth0.com',",
    "    audience: 'https://api.example.com',",
    '  })),',
    ')',
  ])
})
