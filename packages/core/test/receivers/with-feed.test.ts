import { createGuard } from '../../src/guard.ts'
import { backChannelLogout } from '../../src/receivers/back-channel-logout.ts'
import { securityEvents } from '../../src/receivers/security-events.ts'
import { createRevocationFeed } from '../../src/revocations/revocation-feed.ts'
import { AUDIENCE, createClock, goodClaims, ISSUER, mint, newEcKeys, NOW } from '../mint.ts'
import { until } from '../provider.ts'
import { createFakeLog } from '../revocations/fake-log.ts'
import { FORM, post, SET } from './receive.ts'

// Two processes that follow one log, each with a receiver and a guard.

const keys = newEcKeys()
const TRANSMITTER = 'https://ssf.example'

function startProcess(log: ReturnType<typeof createFakeLog>['log']) {
  const clock = createClock()
  const revocations = createRevocationFeed({ log, clock, clockTolerance: 0, readEvery: 0.05 })
  const common = { publicKey: keys.publicKey, revocations, longestLifetime: 600, clock }
  const logout = backChannelLogout({ ...common, issuer: ISSUER, clientId: 'shop' })
  const events = securityEvents({
    ...common,
    issuer: TRANSMITTER,
    audience: 'shop',
    tokensOf: ISSUER,
  })
  const guard = createGuard({
    issuer: ISSUER,
    audience: AUDIENCE,
    publicKey: keys.publicKey,
    revocation: revocations,
    clock,
  })
  return { logout, events, guard, revocations }
}

const signed = (typ: string, claims: Record<string, unknown>) =>
  mint({ alg: 'ES256', typ }, goodClaims({ iat: NOW, aud: 'shop', ...claims }), keys.privateKey)
const logoutToken = signed('logout+jwt', {
  sid: 's1',
  jti: 'logout-1',
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
})
const setToken = signed('secevent+jwt', {
  iss: TRANSMITTER,
  sub: undefined,
  exp: undefined,
  sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'bob' },
  events: { 'https://schemas.openid.net/secevent/caep/event-type/credential-change': {} },
})
const accessToken = (claims: object) =>
  mint({ alg: 'ES256', typ: 'at+jwt' }, goodClaims({ ...claims }), keys.privateKey)
const postLogout = (receiver: ReturnType<typeof startProcess>['logout']) =>
  post(receiver, `logout_token=${logoutToken}`, FORM)

it('RS-76, RS-78: what one process received is refused, and known as received, in the other', async () => {
  const { log } = createFakeLog()
  const [one, two] = [startProcess(log), startProcess(log)] as const
  await Promise.all([one, two].map(({ guard }) => guard.ready()))
  const alices = accessToken({ sid: 's1' })
  const bobs = accessToken({ sub: 'bob' })
  await two.guard.verify(alices)
  await two.guard.verify(bobs)

  expect((await postLogout(one.logout)).status).toBe(200)
  expect((await post(one.events, setToken, SET)).status).toBe(202)

  const isRefused = (token: string) =>
    two.guard.verify(token).then(
      () => false,
      ({ code }: { code: string }) => code === 'ERR_TOKEN_REVOKED',
    )
  await until(async () => (await isRefused(alices)) && (await isRefused(bobs)))
  await two.guard.verify(accessToken({ sub: 'bob', iat: NOW + 1 }))
  await until(async () => (await postLogout(two.logout)).status === 400)
  expect((await post(two.events, setToken, SET)).status).toBe(202)
  await Promise.all([one, two].map(({ revocations }) => revocations.close()))
})

it('RS-77: while the log is down the answer is 503, here it counts already, and a retry succeeds', async () => {
  const { log, control } = createFakeLog()
  const { logout, guard, revocations } = startProcess(log)
  await guard.ready()
  control.faults.set('append', new Error('the log is down'))
  expect(await postLogout(logout)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5' },
  })
  await expect(guard.verify(accessToken({ sid: 's1' }))).rejects.toMatchObject({
    code: 'ERR_TOKEN_REVOKED',
  })
  control.faults.clear()
  expect((await postLogout(logout)).status).toBe(200)
  expect(control.rows.length).toBeGreaterThan(0)
  expect((await postLogout(logout)).status).toBe(400)
  await revocations.close()
})
