import { randomUUID } from 'node:crypto'
import type { SessionRow } from '@gatewarden/core'
import { ConfigError, describeGiven, expectText, expectTexts } from '@gatewarden/core/kit'
import { bindingOf, bindingText } from './binding.ts'
import { type Grant, GRANT_NAMES, toGrant } from './grant.ts'
import { refuseUnknownMembers } from './refuse-unknown-members.ts'
import type { Session, SessionRequest } from './session.ts'

/** What a store keeps as text. */
interface SessionData extends Grant {
  readonly audience: string
  readonly authTime: number
  readonly amr?: readonly string[] | undefined
  readonly acr?: string | undefined
  readonly device?: string | undefined
}

const LONGEST_DEVICE = 256
const LONGEST_TEXT = 1_024
/** NUL, which PostgreSQL keeps in no text, and halves of surrogate pairs, which UTF-8 cannot write. */
const UNSTORABLE = /[\0\ud800-\udfff]/u
const LONGEST_DATA = 16_384

/** How a new session is bounded in time, and for whom. */
export interface SessionFrame {
  readonly handle: string
  readonly client: string
  readonly audiences: readonly string[]
  readonly now: number
  readonly idleLifetime: number
  readonly lifetime: number
}

const REQUEST_NAMES = [
  ...GRANT_NAMES,
  'subject',
  'client',
  'audience',
  'authTime',
  'amr',
  'acr',
  'device',
  'binding',
]

/** @throws ConfigError naming the member of the request at fault */
export function toSessionRow(request: SessionRequest, frame: SessionFrame): SessionRow {
  refuseUnknownMembers(request, REQUEST_NAMES)
  const { handle, client, audiences, now, idleLifetime, lifetime } = frame
  const { audience = audiences[0]!, authTime = now, amr, acr, device } = request
  if (!audiences.includes(audience))
    throw new ConfigError('audience', `expected one of the issuer's, ${describeGiven(audience)}`)
  if (typeof authTime !== 'number' || !(authTime > 0 && authTime <= now + 300))
    throw new ConfigError(
      'authTime',
      `expected seconds since the epoch, not in the future, ${describeGiven(authTime)}`,
    )
  const data: SessionData = {
    ...toGrant(request),
    audience,
    authTime: Math.floor(authTime),
    amr: amr === undefined ? undefined : expectTexts('amr', amr),
    acr: acr === undefined ? undefined : expectText('acr', acr),
    device:
      device === undefined || device === ''
        ? undefined
        : expectText('device', device).slice(0, LONGEST_DEVICE),
  }
  const text = JSON.stringify(data)
  if (text.length > LONGEST_DATA)
    throw new ConfigError(
      'claims',
      `the session is too large to keep: ${text.length} characters of ${LONGEST_DATA}`,
    )
  return {
    handle,
    sid: randomUUID(),
    subject: expectName('subject', request.subject),
    client,
    binding: bindingText(request.binding),
    generation: 0,
    rotatedAt: now,
    replays: 0,
    lateGeneration: null,
    lateAt: null,
    createdAt: now,
    idleExpiresAt: Math.min(now + idleLifetime, now + lifetime),
    expiresAt: now + lifetime,
    revokedAt: null,
    revokedFor: null,
    data: text,
  }
}

export function sessionOf(row: SessionRow): Session {
  const { sid, subject, client, createdAt, rotatedAt, idleExpiresAt, expiresAt } = row
  const data = JSON.parse(row.data) as SessionData
  return Object.freeze({
    sid,
    subject,
    client,
    scopes: Object.freeze(data.scopes),
    roles: Object.freeze(data.roles),
    permissions: Object.freeze(data.permissions),
    claims: Object.freeze(data.claims),
    audience: data.audience,
    authTime: data.authTime,
    amr: data.amr,
    acr: data.acr,
    device: data.device,
    binding: bindingOf(row.binding),
    createdAt,
    refreshedAt: rotatedAt,
    idleExpiresAt,
    expiresAt,
  })
}

function expectName(option: string, value: unknown): string {
  const text = expectText(option, value)
  if (text.length <= LONGEST_TEXT && !UNSTORABLE.test(text)) return text
  throw new ConfigError(option, `expected at most ${LONGEST_TEXT} characters of well-formed text`)
}
