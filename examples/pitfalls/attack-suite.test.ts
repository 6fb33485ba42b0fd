import { randomBytes } from 'node:crypto'
import {
  type AttackOptions,
  type AttackTarget,
  createAuthority,
  createIssuerServer,
  runAttacks,
} from '@gatewarden/testing'
import initSqlJs from 'sql.js'
import { createApp as algNone } from './alg-none/naive.ts'
import { createApp as audienceNotChecked } from './audience-not-checked/naive.ts'
import { createApp as errorsThatLeak } from './errors-that-leak/naive.ts'
import { createApp as jkuAndJwkHeader } from './jku-and-jwk-header/naive.ts'
import { createApp as keyConfusion } from './key-confusion/naive.ts'
import { createApp as kidInjection, fromDatabase, fromTable } from './kid-injection/naive.ts'
import { createApp as missingExp } from './missing-exp/naive.ts'
import { createApp as unanchoredPathExclusion } from './unanchored-path-exclusion/naive.ts'
import { createApp as weakSecret } from './weak-secret/naive.ts'

/* What a naive server believes of a token, attackSuite of @gatewarden/testing finds out. */

const names = { issuer: 'https://login.example', audience: 'https://api.example' }
const secret = randomBytes(32).toString('base64url')
const kid = '2026-11'
const shared = createAuthority({ ...names, algorithm: 'HS256', key: { kid, secret } })
const rsa = createAuthority({ ...names, algorithm: 'RS256' })

/** What is found, as `severity id`. */
async function findingsOf(target: AttackTarget, options: AttackOptions): Promise<string[]> {
  const { findings } = await runAttacks(target, options)
  return findings.map(({ severity, case: { id } }) => `${severity} ${id}`)
}

it.each<[pitfall: string, app: AttackTarget, options: AttackOptions, found: string[]]>([
  ['alg-none', algNone(secret), { authority: shared, path: '/admin' }, ['hole alg-none']],
  [
    'key-confusion, by PEM',
    keyConfusion(Buffer.from(rsa.publicKeyPem)),
    { authority: rsa, path: '/admin', groups: ['secret'] },
    ['hole secret-is-pem'],
  ],
  [
    'key-confusion, by DER',
    keyConfusion(rsa.publicKey.export({ type: 'spki', format: 'der' })),
    { authority: rsa, path: '/admin', groups: ['secret'] },
    ['hole secret-is-der'],
  ],
  [
    'audience-not-checked',
    audienceNotChecked(rsa.publicKeyPem),
    { authority: rsa, path: '/salary', groups: ['audience', 'token-kind'] },
    ['hole aud-other', 'hole id-token-audience'],
  ],
  [
    'errors-that-leak',
    errorsThatLeak(secret),
    { authority: shared, path: '/admin', groups: ['signature'] },
    ['hole payload-changed', 'flaw payload-changed'],
  ],
  [
    'kid-injection, in SQL',
    kidInjection(fromDatabase(await databaseOf(kid, secret))),
    { authority: shared, path: '/admin', groups: ['kid'] },
    ['hole kid-sql'],
  ],
  [
    'kid-injection, by the prototype',
    kidInjection(fromTable({ [kid]: secret })),
    { authority: shared, path: '/admin', groups: ['kid'] },
    ['hole kid-proto'],
  ],
  [
    'missing-exp',
    missingExp(secret, shared.clock),
    { authority: shared, path: '/account', groups: ['time'] },
    ['flaw exp-missing'],
  ],
  [
    'unanchored-path-exclusion',
    unanchoredPathExclusion(secret),
    { authority: shared, path: '/patients/1', groups: ['bypass'] },
    ['hole path-public-query'],
  ],
  [
    'weak-secret',
    weakSecret('secret'),
    {
      authority: createAuthority({
        issuer: names.audience,
        audience: names.audience,
        algorithm: 'HS256',
        key: { kid, secret: 'secret' },
        claims: { roles: ['admin'] },
      }),
      path: '/admin',
      groups: ['secret'],
    },
    ['hole secret-is-secret'],
  ],
])('finds %s', async (_pitfall, app, options, found) => {
  expect(await findingsOf(app, options)).toEqual(expect.arrayContaining(found))
})

it('finds jku-and-jwk-header, and that the server asks where the token says', async () => {
  const provider = await createIssuerServer({ audience: names.audience })
  const { authority } = provider
  const app = jkuAndJwkHeader({ issuer: authority.issuer, jwksUri: `${authority.issuer}/jwks` })
  const { findings } = await runAttacks(app, {
    authority,
    path: '/admin',
    groups: ['smuggled-key'],
  })
  expect(findings.map(({ kind, case: { id } }) => `${kind} ${id}`)).toEqual(
    expect.arrayContaining(['let-in jwk', 'let-in jku', 'outbound-request jku']),
  )
  await provider.close()
})

async function databaseOf(name: string, value: string) {
  const { Database } = await initSqlJs()
  const database = new Database()
  database.run('CREATE TABLE keys (kid TEXT, secret TEXT)')
  database.run('INSERT INTO keys VALUES (?, ?)', [name, value])
  return database
}
