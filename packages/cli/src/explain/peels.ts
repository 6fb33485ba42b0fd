import { quoteName } from './quote.ts'

/** What is taken off: the id of a cause, and how it is called. */
export interface Removal {
  readonly id: RemovalId
  readonly what: string
}

export type RemovalId =
  | 'bearer-prefix'
  | 'bearer-twice'
  | 'header-line'
  | 'invisible-characters'
  | 'json-reply'
  | 'line-breaks'
  | 'percent-encoding'
  | 'quotes'
  | 'several-tokens'
  | 'trailing-text'
  | 'url'

/** One thing people paste around a token: what remains without it, or undefined where it is not there. */
export type Peel = (
  text: string,
) => { readonly rest: string; readonly removal: Removal } | undefined

/** Zero width, byte order mark, soft hyphen, no-break space …: what word processors and chats put in. */
const INVISIBLE = /[\p{Cf}\u00a0\u2028\u2029]/gu

/** Members of replies that hold a token, the access token first: that is the one that opens an API. */
const TOKEN_MEMBERS = ['access_token', 'accessToken', 'token', 'jwt', 'id_token', 'idToken']

/** A name and its equals sign, at the beginning or behind what separates parameters. */
const PARAMETER = /(?<=^|[?#&;\s])([\w.-]{1,100})=/g

const QUOTES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\\"', '\\"'],
  ['“', '”'],
  ['‘', '’'],
  ['<', '>'],
]

/** Tried again after each that fits: `curl -H "Authorization: Bearer eyJ…"` is a header line in quotes. */
export const PEELS: readonly Peel[] = [
  peelInvisible,
  peelReply,
  peelMember,
  peelHeaderLine,
  peelBearer,
  peelQuotes,
  peelUrl,
  peelPercent,
  peelTrailing,
  peelBlanks,
]

function peelInvisible(text: string) {
  const rest = text.replace(INVISIBLE, '')
  return rest === text ? undefined : peeled(rest, 'invisible-characters', 'invisible characters')
}

function peelReply(text: string) {
  if (!text.startsWith('{')) return undefined
  const reply = parseObject(text)
  const member = TOKEN_MEMBERS.find((name) => typeof reply?.[name] === 'string')
  if (member === undefined) return undefined
  const others = Object.keys(reply!).filter((name) => name !== member)
  const beside =
    others.length === 0 ? '' : ` beside ${others.slice(0, 4).map(quoteName).join(', ')}`
  return peeled(
    reply![member] as string,
    'json-reply',
    `a JSON reply; this is its ${member}${beside}`,
  )
}

/** A line of a JSON reply: `"access_token": "eyJ…",`. */
function peelMember(text: string) {
  const found = /^"(\w+)"\s*:\s*("[^"]*"?),?$/.exec(text)
  if (found === null) return undefined
  return peeled(found[2]!, 'json-reply', `the name of a JSON member, ${found[1]!}`)
}

function peelHeaderLine(text: string) {
  const found = /^.{0,2000}?\b(proxy-)?authorization['"]?\s*[:=]\s*/is.exec(text)
  if (found === null || text.startsWith('eyJ')) return undefined
  return peeled(text.slice(found[0].length), 'header-line', 'the name of the header, Authorization')
}

function peelBearer(text: string) {
  const found = /^(?:bearer[\s:]+)+/i.exec(text)
  if (found === null) return undefined
  const times = found[0].match(/bearer/gi)!.length
  return times === 1
    ? peeled(text.slice(found[0].length), 'bearer-prefix', 'the scheme Bearer')
    : peeled(text.slice(found[0].length), 'bearer-twice', `the scheme Bearer, ${times} times`)
}

function peelQuotes(text: string) {
  for (const [open, close] of QUOTES) {
    if (!text.startsWith(open)) continue
    const end = text.endsWith(close) && text.length > open.length ? -close.length : undefined
    return peeled(text.slice(open.length, end), 'quotes', 'quotes')
  }
  // The opening one was not copied.
  const rest = text.replace(/\\?["'`”’],?$/, '')
  return rest === text ? undefined : peeled(rest, 'quotes', 'a quote at its end')
}

/** A parameter of a URL or a form, a cookie, a line of a shell. */
function peelUrl(text: string) {
  if (text.startsWith('eyJ')) return undefined
  const assigned = /^(?:export\s+)?(\w{1,100})=(["']?eyJ[^&;\s]+)/.exec(text)
  const [name, value] = parameterOf(text) ?? assigned?.slice(1) ?? []
  if (name === undefined || value === undefined) return undefined
  const kind = /^https?:/.test(text) ? 'a URL; this is its parameter' : 'the name in front of it,'
  return peeled(value, 'url', `${kind} ${name}`)
}

/** The first parameter that is called like a token: its name and its value. */
function parameterOf(text: string): [name: string, value: string] | undefined {
  for (const { 0: begin, 1: name = '', index } of text.matchAll(PARAMETER)) {
    if (!/token|jwt|session|auth/i.test(name)) continue
    const [value] = /^[^&;\s]+/.exec(text.slice(index + begin.length)) ?? []
    if (value !== undefined) return [name, value]
  }
  return undefined
}

function peelPercent(text: string) {
  if (!/%[0-9a-f]{2}/i.test(text)) return undefined
  try {
    return peeled(decodeURIComponent(text), 'percent-encoding', 'percent-encoding')
  } catch {
    return undefined
  }
}

function peelTrailing(text: string) {
  let end = text.length
  while (end > 0 && ',;)]}'.includes(text[end - 1]!)) end--
  const rest = text.slice(0, end)
  return rest === text || rest === '' || /[[{(]/.test(rest)
    ? undefined
    : peeled(
        rest,
        'trailing-text',
        `the characters ${text.slice(rest.length).slice(0, 20)} at its end`,
      )
}

function peelBlanks(text: string) {
  const parts = text.split(/[\s,]+/)
  if (parts.length < 2) return undefined
  const [first = ''] = parts
  // Two whole tokens, or one that was broken into lines.
  if (parts.filter((part) => /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(part)).length > 1)
    return peeled(first, 'several-tokens', `${parts.length - 1} more behind it`)
  if (!/^[\w.+/=~\s-]+$/.test(text) || !text.startsWith('eyJ')) return undefined
  return peeled(text.replace(/\s+/g, ''), 'line-breaks', 'line breaks or blanks inside it')
}

function peeled(rest: string, id: RemovalId, what: string) {
  return { rest, removal: { id, what } }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
