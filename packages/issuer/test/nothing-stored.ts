import { createHash, createHmac } from 'node:crypto'
import { createGuard, type IssuerStore, type RouteReply, type RouteRequest } from '@gatewarden/core'
import type { TestClock } from '@gatewarden/testing'
import { createIssuer } from '../src/create-issuer.ts'
import type { Issuer } from '../src/issuer.ts'
import type { IssuerOptions } from '../src/options.ts'
import type { TokenSet } from '../src/token-set.ts'
import { API, ISSUER, SECRET } from './test-issuer.ts'

export interface Place {
  readonly store: IssuerStore
  readonly clock: TestClock
}

/** What happened in a store before somebody got a copy of it. */
export interface Lived {
  readonly issuer: Issuer
  /** Every token that was given. None of them may be in the store. */
  readonly tokens: readonly TokenSet[]
  /** Tokens of a session that is alive. */
  readonly head: TokenSet
}

const CLIENT_SECRET = 'the secret of the service, long enough'

function createFullIssuer({ store, clock }: Place): Issuer {
  const options: IssuerOptions = {
    issuer: ISSUER,
    audience: API,
    secret: SECRET,
    onRefresh: null,
    store,
    clients: { web: { transport: 'cookie' }, app: {}, service: { secret: CLIENT_SECRET } },
    cookie: { accessToken: 'at' },
    clock,
  }
  return createIssuer(options)
}

/** Fills a store with all there can be: living, replayed, ended and stolen sessions, revoked tokens, rotated keys. */
export async function liveThrough(place: Place): Promise<Lived> {
  const issuer = createFullIssuer(place)
  await issuer.ready()
  const tokens: TokenSet[] = []
  const keep = (set: TokenSet) => {
    tokens.push(set)
    return set
  }
  const open = async (client: string) =>
    keep(await issuer.openSession({ subject: 'alice', client, scope: 'read', device: 'Firefox' }))
  const refresh = async ({ refreshToken, client }: TokenSet) =>
    keep(await issuer.refresh({ refreshToken, client }))
  let head = await open('app')
  for (let times = 0; times < 3; times++) {
    const before = head
    head = await refresh(head)
    await refresh(before)
  }
  await refresh(await open('service'))
  await refresh(await open('web'))
  const loggedOut = await open('web')
  await issuer.revokeSession(loggedOut.sid)
  const stolen = await open('app')
  await refresh(await refresh(stolen))
  await refresh(stolen).catch(() => undefined)
  await issuer.revokeToken((await open('app')).accessToken)
  await issuer.keys.rotate()
  await issuer.listSessions('alice')
  return { issuer, tokens, head }
}

/**
 * Tries everything that can be read in a copy of a store, and everything that can be made of it, as a refresh token, an
 * access token and a cookie. Resolves to how many texts it tried.
 *
 * @throws Error for the first that is accepted
 */
export async function expectNothingLogsIn({
  store,
  dump,
  lived,
}: Pick<Place, 'store'> & {
  readonly dump: readonly unknown[]
  readonly lived: Lived
}): Promise<number> {
  const { issuer } = lived
  const guard = createGuard(issuer.trust())
  const texts = new Set<string>()
  for (const each of dump) collectTexts(each, texts)
  const pieces = [...texts].flatMap(piecesOf)
  // Twice: the header of a sealed text names its key.
  const candidates = new Set([...texts, ...pieces, ...pieces.flatMap(piecesOf)])
  // Whoever has an account has a token, and reads in it how the key is called.
  const own = await issuer.openSession({ subject: 'mallory', client: 'app' })
  const [, keyId, , , code] = own.refreshToken.split('.') as [
    string,
    string,
    string,
    string,
    string,
  ]
  for (const made of combinationsOf(candidates, keyId, code)) candidates.add(made)

  const before = await snapshot(store, lived)
  for (const candidate of candidates) {
    await expectRefused('an access token', candidate, () => guard.verify(candidate))
    await expectRefused('a cookie', candidate, () =>
      guard.authenticate(requestWith({ cookie: `__Host-at=${candidate}`, 'x-gatewarden': '1' })),
    )
    for (const client of ['app', 'web', 'service'])
      await expectRefused('a refresh token', candidate, () =>
        issuer.refresh({ refreshToken: candidate, client }),
      )
    await expectRouteRefuses(issuer, candidate)
  }
  // Nor did any of it end a session.
  const after = await snapshot(store, lived)
  if (after !== before) throw new Error('the search changed the living session')
  // And all of it was alive: what was given to its owner still works.
  await guard.verify(lived.head.accessToken)
  await issuer.refresh({ refreshToken: lived.head.refreshToken, client: lived.head.client })
  return candidates.size
}

async function snapshot(store: IssuerStore, { head }: Lived): Promise<string> {
  const { rotatedAt, ...row } = (await store.sessions.findBySid(head.sid))!
  return JSON.stringify({ ...row, rotatedAt })
}

async function expectRefused(
  what: string,
  candidate: string,
  attempt: () => Promise<unknown>,
): Promise<void> {
  let answer: unknown
  try {
    answer = await attempt()
  } catch {
    return
  }
  // Optional tokens are off: an answer is somebody.
  if (answer !== undefined) throw new Error(`${candidate.slice(0, 80)} logs in as ${what}`)
}

/** The same through the door that the public uses. */
async function expectRouteRefuses(issuer: Issuer, candidate: string): Promise<void> {
  const route = issuer.routes.find(({ path }) => path === '/auth/refresh')!
  const reply: RouteReply = await route.handle(
    requestWith({ cookie: `__Host-gw_rt=${candidate}`, 'x-gatewarden': '1' }),
  )
  if (reply.status < 400 || reply.body.includes('access_token'))
    throw new Error(`${candidate.slice(0, 80)} logs in as the cookie of a page`)
}

function requestWith(headers: Record<string, string>): RouteRequest {
  // A header cannot hold every text that a store does.
  const sendable = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '?')]),
  )
  return {
    method: 'POST',
    url: '/auth/refresh',
    headers: sendable,
    rawHeaders: Object.entries(sendable).flat(),
    params: {},
  }
}

/** Every text in a value, its names included, and those in the JSON that a text may be. */
function collectTexts(value: unknown, texts: Set<string>): void {
  if (typeof value === 'number') texts.add(String(value))
  else if (typeof value === 'string') {
    if (texts.has(value)) return
    texts.add(value)
    if (/^[[{]/.test(value)) collectTexts(parsed(value), texts)
  } else if (value instanceof Uint8Array) collectTexts(Buffer.from(value).toString('latin1'), texts)
  else if (value instanceof Map || value instanceof Set) collectTexts([...value], texts)
  else if (value !== null && typeof value === 'object')
    for (const [name, member] of Object.entries(value)) {
      texts.add(name)
      collectTexts(member, texts)
    }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What looks like a token, or a part of one, inside a longer text: also decoded once. */
function piecesOf(text: string): string[] {
  const pieces = [
    ...(text.match(/[\w.~+/=-]{8,}/g) ?? []),
    ...text.split(/[.:;,"'\s{}[\]]+/).filter((piece) => piece.length >= 8),
  ]
  const decoded = pieces
    .filter((piece) => piece.length < 4_096)
    .map((piece) => Buffer.from(piece, 'base64url').toString('utf8'))
    .filter((piece) => /^[\x20-\x7e]{8,}$/.test(piece))
  return [...pieces, ...decoded]
}

/** What somebody would put together who knows how our tokens look, and has no secret. */
function* combinationsOf(
  texts: ReadonlySet<string>,
  keyId: string,
  code: string,
): Iterable<string> {
  const all = [...texts]
  const handles = all.filter((text) => /^[\w-]{22}$/.test(text))
  const keyIds = [keyId, ...all.filter((text) => /^[\w-]{8}$/.test(text)).slice(0, 12)]
  const kids = all.filter((text) => /^[\w-]{43}$/.test(text))
  const ids = all.filter((text) => /^[\da-f-]{36}$/.test(text))
  const sealed = all.filter((text) => text.length > 200).slice(0, 20)
  for (const handle of handles) {
    for (const generation of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const signed = `${handle}.${generation}`
      const macs = [
        code,
        'A'.repeat(43),
        createHash('sha256').update(signed).digest('base64url'),
        ...[handle, ...ids.slice(0, 4), ...sealed.slice(0, 2), ISSUER, ''].map((key) =>
          createHmac('sha256', key).update(signed).digest('base64url'),
        ),
        ...kids.slice(0, 4),
      ]
      for (const mac of macs) yield `gwr.${keyId}.${signed}.${mac}`
      for (const id of keyIds) yield `gwr.${id}.${signed}.${macs[0]}`
    }
  }
  // Access tokens: with no algorithm, and signed with what is there.
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  for (const sid of ids.slice(0, 20)) {
    const claims = { iss: ISSUER, sub: 'alice', aud: API, client_id: 'app', jti: 'x', sid }
    const body = encode({ ...claims, iat: 1_800_000_000, exp: 1_800_000_600 })
    yield `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`
    for (const kid of [undefined, ...kids.slice(0, 4)])
      for (const key of [sid, ...handles.slice(0, 3), ...sealed.slice(0, 3)]) {
        const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${body}`
        yield `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
      }
  }
}
