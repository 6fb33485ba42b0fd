import type { Agent } from 'node:http'
import { type KnownIssuer, patternOf, renewed } from '../forged/known-issuer.ts'
import { isHmac } from '../signing-key.ts'
import { NoAnswerError, type RawAnswer, type RawRequest, send } from '../suite/raw-http.ts'
import { type Attack, type AttackedServer, isSuccess } from './attack.ts'
import type { AttackGroup } from './attack-case.ts'
import type { AttackOptions } from './attack-options.ts'
import { AttackError, type AttackFinding, type AttackResult } from './attack-report.ts'
import { withFields } from './attacks/request-attacks.ts'
import { pageOf } from './groups.ts'
import { credentialsOf, judgeAnswer, type Sent, tokensOf } from './judge-answer.ts'
import type { Lure } from './lure.ts'
import type { OpenTarget } from './open-target.ts'
import { signForged } from './victim-of-token.ts'

/** Longer ones may be cut off by the server before it answers. */
const LONG = 8_000

/** One run against one server. `openAttackRun` opens it. */
export class AttackRun {
  readonly target: string
  readonly #options: AttackOptions
  readonly #open: OpenTarget
  readonly #lure: Lure | undefined
  readonly #victim: KnownIssuer
  readonly #attacks: readonly Attack[]
  #good: RawAnswer | undefined
  #done = 0
  #sent: RawRequest[] = []

  constructor(parts: {
    readonly options: AttackOptions
    readonly open: OpenTarget
    readonly lure: Lure | undefined
    readonly victim: KnownIssuer
    readonly attacks: readonly Attack[]
  }) {
    const { method = 'GET', path = '/' } = parts.options
    this.#options = parts.options
    this.#open = parts.open
    this.#lure = parts.lure
    this.#victim = parts.victim
    this.#attacks = parts.attacks
    this.target = `${method} ${parts.open.origin}${path}`
  }

  /**
   * Sends the good token, which must be let in, and none, which must not; and what is signed here for the issuer.
   *
   * @throws AttackError
   */
  async check(): Promise<void> {
    const server = this.#server()
    const answer = await this.#sendFirst(server.request(withToken(server.goodToken)))
    if (!isSuccess(answer)) throw refusedGoodToken(answer.status, this.target)
    const anonymous = await this.#sendFirst(server.request())
    if (isSuccess(anonymous)) {
      throw new AttackError(
        'ERR_NOTHING_GUARDED',
        `${this.target} answers ${anonymous.status} without a token: give a path that wants one, or mount the guard before it`,
      )
    }
    await this.#checkSigner()
    this.#good = answer
  }

  /** Forged claims are refused for what they say only if the signature is one that the server trusts. */
  async #checkSigner(): Promise<void> {
    const { sign } = this.#options
    if (sign === undefined) return
    const { header, claims } = patternOf(this.#victim.genuine())
    const token = await signForged(this.#victim.sign(header, renewed(claims)), sign)
    // What cannot be signed is left out, and nothing is said of it.
    if (token === undefined) return
    const server = this.#server()
    const { status } = await this.#sendFirst(server.request(withToken(token)))
    if (status < 400) return
    throw new AttackError(
      'ERR_SIGNED_TOKEN_REFUSED',
      `what \`sign\` signs is refused with ${status} by ${this.target}, though it has the claims of the good token: ` +
        'expired tokens and others signed with it would be refused for that alone, which says nothing of the server',
    )
  }

  /** The attacks of one kind, one after the other. */
  async runGroup(group: AttackGroup): Promise<AttackResult[]> {
    const results: AttackResult[] = []
    for (const attack of this.#attacks.filter((each) => each.case.group === group)) {
      const result = await this.#run(attack)
      results.push(result)
      this.#done++
      const { onResult } = this.#options
      onResult?.(result, { done: this.#done, total: this.#attacks.length })
    }
    return results
  }

  /**
   * Whether a good token is still let in: a cache of refusals, or a lock after so many, would keep users out.
   *
   * @throws AttackError when the server has gone
   */
  async checkAgain(): Promise<AttackFinding | undefined> {
    const server = this.#server()
    const answer = await this.#sendFirst(server.request(withToken(server.goodToken)))
    if (isSuccess(answer) || this.#options.authority === undefined) return undefined
    return {
      kind: 'good-token-refused',
      severity: 'flaw',
      case: {
        id: 'good-token-afterwards',
        group: 'shared-state',
        name: 'a good token, after all the others',
        severity: 'flaw',
        page: pageOf('shared-state'),
      },
      sent: 'a good token, after all the others',
      came: String(answer.status),
      expected: `${this.#good?.status}, as at first`,
      page: 'docs/attacks.md#good-token-refused',
    }
  }

  async close(): Promise<void> {
    await this.#lure?.close()
    await this.#open.close()
  }

  async #run(attack: Attack): Promise<AttackResult> {
    const { case: tried, skipped } = attack
    if (skipped !== undefined) return result(attack, 'skipped', undefined, skipped)
    this.#sent = []
    const asked = this.#lure?.asked.length ?? 0
    try {
      const answer = await attack.send(this.#server())
      if (answer.status === 429) throw rateLimited()
      const good = this.#good!
      const findings = judgeAnswer(attack, answer, good, this.#whatWasSent())
      const paths = this.#lure?.asked.slice(asked) ?? []
      if (paths.length > 0) findings.push(outbound(attack, paths))
      const isLetIn = attack.isLetIn(answer, good)
      return {
        case: tried,
        outcome: isLetIn ? 'let in' : 'refused',
        status: answer.status,
        reason: undefined,
        findings,
      }
    } catch (error) {
      if (error instanceof AttackError) throw error
      return this.#withoutAnswer(attack, error as Error)
    }
  }

  /** A connection that is cut is a refusal, if the server lives: of a long request, it did not read the end. */
  async #withoutAnswer(attack: Attack, error: Error): Promise<AttackResult> {
    const isHanging = error instanceof NoAnswerError
    const server = this.#server()
    // Throws when it has gone.
    const alive = await this.#sendFirst(server.request(withToken(server.goodToken)), attack)
    const isLong = this.#sent.some((request) => tokensOf(request).join().length > LONG)
    const reason = error.message.replace(/127\.0\.0\.1:\d+/, 'the server')
    if (!isHanging && isLong && isSuccess(alive))
      return result(attack, 'refused', undefined, reason)
    const finding: AttackFinding = {
      kind: 'no-answer',
      severity: isHanging ? 'hole' : 'flaw',
      case: attack.case,
      sent: attack.case.name,
      came: isHanging
        ? `no answer in ${this.#options.timeoutMs ?? 5_000} ms`
        : `a cut connection: ${reason}`,
      expected: 'a refusal',
      page: 'docs/attacks.md#no-answer',
    }
    return { ...result(attack, 'error', undefined, reason), findings: [finding] }
  }

  /** @throws AttackError when nobody is there */
  async #sendFirst(request: RawRequest, after?: Attack): Promise<RawAnswer> {
    try {
      const answer = await this.#send(request)
      if (answer.status === 429) throw rateLimited()
      return answer
    } catch (error) {
      if (error instanceof AttackError) throw error
      const when = after === undefined ? '' : `, after ${after.case.id} (${after.case.name})`
      const { message } = error as Error
      throw new AttackError(
        'ERR_UNREACHABLE',
        `${this.target} does not answer${when}: ${message}`,
        error,
      )
    }
  }

  #whatWasSent(): Sent {
    const { algorithm, signText } = this.#victim
    // With a secret there is one right signature for a text. Where the secret is not known here, none is found.
    const tokens = isHmac(algorithm) ? this.#sent.flatMap(tokensOf) : []
    const rightSignatures = tokens.flatMap((token) => {
      const text = token.slice(0, token.lastIndexOf('.'))
      const right = signText(text, algorithm)
      return right === token ? [] : [right.slice(text.length + 1)]
    })
    return { credentials: this.#sent.flatMap(credentialsOf), rightSignatures }
  }

  #server(): AttackedServer {
    const { path = '/', method = 'GET', headers = {}, body } = this.#options
    const usual: RawRequest = { path, method, headers, ...(body !== undefined && { body }) }
    const victim = this.#victim
    return {
      // Signed when somebody asks: most attacks bring a token of their own.
      get goodToken() {
        return victim.genuine()
      },
      request: (changes = {}) => withFields(usual, changes),
      send: (request, agent) => this.#send(request, agent),
    }
  }

  async #send(request: RawRequest, agent?: Agent): Promise<RawAnswer> {
    const { timeoutMs = 5_000, pauseMs = 0 } = this.#options
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    this.#sent.push(request)
    return send(this.#open.origin, request, agent, timeoutMs)
  }
}

function withToken(token: string): RawRequest {
  return { headers: { Authorization: `Bearer ${token}` } }
}

/** What it answers says where to look first. */
function refusedGoodToken(status: number, target: string): AttackError {
  const answers = `${target} answers ${status} to the good token`
  const message =
    status === 404
      ? `${answers}: is the path right?`
      : status === 403
        ? `${answers}: a scope or role is missing in it`
        : `the good token was refused with ${status} by ${target}, so nothing can be said of bad ones: ` +
          'it must be a token of the issuer that the server trusts'
  return new AttackError('ERR_GOOD_TOKEN_REFUSED', message)
}

function rateLimited(): AttackError {
  return new AttackError(
    'ERR_RATE_LIMITED',
    'the server answers 429: it limits requests. Set pauseMs, or raise the limit for the run',
  )
}

function outbound({ case: tried }: Attack, paths: readonly string[]): AttackFinding {
  return {
    kind: 'outbound-request',
    severity: 'hole',
    case: tried,
    sent: tried.name,
    came: `a request of the server for ${paths.join(', ')}, at a URL that was in the token`,
    expected: 'no request: a token chooses no key and no issuer',
    page: 'docs/attacks.md#outbound-request',
  }
}

function result(
  { case: tried }: Attack,
  outcome: AttackResult['outcome'],
  status: number | undefined,
  reason: string,
): AttackResult {
  return { case: tried, outcome, status, reason, findings: [] }
}
