import { createHmac, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { join } from 'node:path'
import {
  createGuard,
  GuardError,
  type GuardErrorCode,
  guardErrorCodes,
  type RouteReply,
  toReply,
} from '@gatewarden/core'
import { IssuerError, issuerErrorCodes } from '@gatewarden/issuer'
import { refusals } from './issuer-refusals.ts'
import { docs, fencesOf, page, prose, tableRows } from './markdown.ts'

const codes = [...guardErrorCodes, ...issuerErrorCodes]
const pageOf = (code: string) => page(`docs/errors/${code}.md`)

test('every code has a page, and every page a code', () => {
  const pages = readdirSync(join(docs, 'errors')).filter((name) => name !== 'README.md')
  expect(pages.sort()).toEqual([...codes, 'ERR_CONFIG'].map((code) => `${code}.md`).sort())
})

test.each([...guardErrorCodes])(
  'the page of %s shows the answer that a guard gives',
  async (code) => {
    expect(shownAnswer(code)).toEqual(await realAnswer(code))
  },
)

test.each([...issuerErrorCodes])(
  'the page of %s shows the answer that a route of an issuer gives',
  async (code) => {
    expect(shownAnswer(code)).toEqual(toAnswer(await refusals[code]!()))
  },
)

describe.each(codes)('the page of %s', (code) => {
  test('has the code as its title and every section', () => {
    const headings = prose(pageOf(code)).match(/^#+ .*$/gm)
    expect(headings).toEqual([
      `# ${code}`,
      '## What the client sees',
      '## What it means',
      '## Usual causes',
      '## How to find out which',
      '## How to fix it',
      '## Reference',
    ])
  })
})

test('the tables of codes have every code with its status and error', () => {
  const rows = tableRows(page('docs/errors/README.md').text).map((cells) => cells.slice(0, 3))
  expect(rows).toEqual([
    ...guardErrorCodes.map((code) => rowOf(code, new GuardError(code, ''))),
    ['[ERR_CONFIG](ERR_CONFIG.md)', '–', '–'],
    ...issuerErrorCodes.map((code) => rowOf(code, new IssuerError(code, ''))),
  ])
})

function rowOf(code: string, { status, error }: { status: number; error?: string | undefined }) {
  return [`[${code}](${code}.md)`, String(status), error === undefined ? '–' : `\`${error}\``]
}

function shownAnswer(code: string): Answer {
  const [shown] = fencesOf(pageOf(code)).filter(({ info }) => info === 'http')
  return parseAnswer(shown?.code ?? '')
}

/** What a client really reads: a guard is made to refuse with the code, through its `check`. */
async function realAnswer(code: GuardErrorCode): Promise<Answer> {
  const secret = randomBytes(32)
  const guard = createGuard({
    issuer: null,
    audience: null,
    secret,
    check() {
      throw new GuardError(
        code,
        '',
        code === 'ERR_SCOPE_INSUFFICIENT' ? { scopes: ['orders:read'] } : {},
      )
    },
  })
  const { refusal } = await guard.admit({ headers: { authorization: `Bearer ${mint(secret)}` } })
  return toAnswer(toReply(refusal!))
}

function mint(secret: Buffer): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: 'HS256' })}.${encode({ exp: Math.floor(Date.now() / 1000) + 60 })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

interface Answer {
  readonly statusLine: string
  readonly headers: RouteReply['headers']
  readonly body: unknown
}

function toAnswer({ status, headers, body }: RouteReply): Answer {
  return {
    statusLine: `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    headers,
    body: JSON.parse(body),
  }
}

function parseAnswer(text: string): Answer {
  const [head = '', body = ''] = text.split('\n\n')
  const [statusLine = '', ...fields] = head.split('\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(': ')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)] as const
  })
  return { statusLine, headers: Object.fromEntries(headers), body: JSON.parse(body) }
}
