import type { RawHeaders, RawRequest } from '../../suite/raw-http.ts'
import { toPairs } from '../../suite/raw-http.ts'
import type { AttackCase, AttackSeverity, RequestGroup } from '../attack-case.ts'
import { type Attack, type AttackedServer, isSuccess } from '../attack.ts'
import { pageOf } from '../groups.ts'

/** One line of a table: what is sent, and what it is when that is let in. */
export type RequestRow = readonly [
  id: string,
  name: string,
  severity: AttackSeverity,
  request: (token: string) => RawRequest,
]

/** A table of requests as attacks. */
export function requestAttacks(
  group: RequestGroup,
  rows: readonly RequestRow[],
  how: Partial<Pick<Attack, 'isLetIn' | 'refusal'>> = {},
): Attack[] {
  return rows.map(([id, name, severity, request]) => ({
    case: requestCase(group, id, name, severity),
    send: (server: AttackedServer) => server.send(server.request(request(server.goodToken))),
    isLetIn: isSuccess,
    refusal: 'as-bad-token',
    ...how,
  }))
}

export function requestCase(
  group: RequestGroup,
  id: string,
  name: string,
  severity: AttackSeverity,
): AttackCase {
  return { id, group, name, severity, page: pageOf(group) }
}

/** A request with its fields and others: of two with one name, the other one counts. */
export function withFields(request: RawRequest, changes: RawRequest): RawRequest {
  const { headers: changed = {}, ...rest } = changes
  const names = new Set(Object.keys(changed).map((name) => name.toLowerCase()))
  const kept = toPairs(request.headers ?? {}).filter(([name]) => !names.has(name.toLowerCase()))
  const headers: RawHeaders = { ...Object.fromEntries(kept), ...changed }
  return { ...request, ...rest, headers }
}
