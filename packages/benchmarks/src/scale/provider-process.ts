import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen } from '../http/listen.ts'
import { shuffled } from '../lib/rounds.ts'
import {
  type Asked,
  guardTime,
  issuerName,
  type Misdeed,
  type Plan,
  type Presentable,
} from './plan.ts'
import { Provider } from './provider.ts'

/*
 * The program of a process that plays all providers, each under a path of its own. Told the plan, it answers with its
 * origin; told a count, with so many tokens; told `asked`, with what it was asked so far. Ends with the process that
 * started it.
 */

/**
 * A hanging connection is closed after so many seconds of the guard's clock, those in which a guard gives up. Its timer
 * knows real seconds only: on a clock that runs 60 times as fast, it would wait for five minutes.
 */
const HANGS_FOR = 5

const METADATA = '/.well-known/openid-configuration'

process.once('message', (plan: Plan) => void play(plan))
process.once('disconnect', () => process.exit())

async function play(plan: Plan): Promise<void> {
  const providers: Provider[] = []
  const keySets = new Array<number>(plan.issuers).fill(0)
  const metadata = new Array<number>(plan.issuers).fill(0)

  const { port } = await listen((req, res) => {
    const [, issuer, path] = /^\/t\/(\d+)(\/.*)$/.exec(req.url ?? '') ?? []
    const provider = providers[Number(issuer)]
    // The other place for metadata, where the first had none.
    if (provider === undefined) return void res.writeHead(404).end()
    ;(path === METADATA ? metadata : keySets)[Number(issuer)]!++
    const misdeed = provider.misdeedAt(guardTime(plan))
    if (misdeed !== undefined) misbehave(misdeed, res, (HANGS_FOR * 1000) / plan.speed)
    else if (path === METADATA) answerMetadata(provider, res)
    else answerKeySet(provider, req, res)
  })
  const origin = `http://127.0.0.1:${String(port)}`
  for (let at = 0; at < plan.issuers; at++) {
    providers.push(new Provider(issuerName(origin, at), at, plan))
  }

  const turns = inTurns(providers)
  process.on('message', (wanted: { count: number } | 'asked') => {
    if (wanted === 'asked') {
      const rotations = providers.reduce((sum, each) => sum + each.rotations, 0)
      process.send?.({ keySets, metadata, rotations } satisfies Asked)
    } else {
      process.send?.(Array.from({ length: wanted.count }, () => turns.next().value))
    }
  })
  process.send?.(origin)

  function answerKeySet(provider: Provider, req: IncomingMessage, res: ServerResponse): void {
    const { etag, text } = provider.keySetAt(guardTime(plan))
    res.setHeader('Cache-Control', 'max-age=600').setHeader('ETag', etag)
    if (req.headers['if-none-match'] === etag) res.writeHead(304).end()
    else res.setHeader('Content-Type', 'application/jwk-set+json').end(text)
  }

  /** Tokens of all, each time round in another order. Whoever has a stolen one presents it besides. */
  function* inTurns(all: readonly Provider[]): Generator<Presentable, never> {
    const numbers = all.map((_, at) => at)
    for (;;) {
      for (const issuer of shuffled(numbers)) {
        const provider = all[issuer]!
        const now = guardTime(plan)
        const isOut = provider.misdeedAt(now) !== undefined
        yield { issuer, token: provider.tokenAt(now), isOut, withdrawnAt: undefined }
        const stolen = provider.stolenAt(now)
        if (stolen !== undefined) {
          yield { issuer, token: stolen.token, isOut, withdrawnAt: stolen.withdrawnAt }
        }
      }
    }
  }
}

function answerMetadata({ issuer }: Provider, res: ServerResponse): void {
  res.setHeader('Content-Type', 'application/json').setHeader('Cache-Control', 'max-age=3600')
  res.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }))
}

function misbehave(misdeed: Misdeed, res: ServerResponse, hangsForMs: number): void {
  switch (misdeed) {
    case '500':
      return void res.writeHead(500).end()
    case 'hangs':
      return void setTimeout(() => res.destroy(), hangsForMs)
    case 'HTML':
      return void res
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<h1>Maintenance</h1>\n<p>Back soon.</p>')
    case 'truncated JSON':
      return void res
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end('{"keys": [{"kty": ')
    case '404':
      return void res.writeHead(404).end()
  }
}
