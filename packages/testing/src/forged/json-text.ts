import type { Forge, ForgedRow } from './forge.ts'

type TextRow = readonly [id: string, name: string, text: string | Uint8Array]

/** JSON that two readers read differently, or that is none: RFC 7515 §4, RFC 7519 §4, RFC 8725 §3.7. All of it signed. */
export function forgedJson(forge: Forge): ForgedRow[] {
  const { header, claims, signed } = forge
  const headers = [
    ...duplicateHeaderMembers(forge),
    ...notAnObject('header', header()),
    ...notJson('header', JSON.stringify(header())),
  ]
  const payloads = [
    ...duplicateClaims(forge),
    ...notAnObject('payload', claims()),
    ...notJson('payload', JSON.stringify(claims())),
    ...deep(JSON.stringify(claims())),
  ]
  return [
    ...headers.map(([id, name, text]) => row(id, name, signed(text, claims()))),
    ...payloads.map(([id, name, text]) => row(id, name, signed(header(), text))),
  ]
}

function row(id: string, name: string, token: string): ForgedRow {
  return [id, name, 'ERR_TOKEN_MALFORMED', token]
}

/** Which of two equal names counts differs from parser to parser; a gateway may have read the other one. */
function duplicateHeaderMembers({ header }: Forge): TextRow[] {
  const text = JSON.stringify(header())
  return [
    ['header-alg-twice', 'alg twice, none first', prepend(text, '"alg":"none"')],
    ['header-alg-twice-last', 'alg twice, none last', append(text, '"alg":"none"')],
    ['header-alg-escaped', 'alg twice, once with an escape', prepend(text, '"\\u0061lg":"none"')],
    ['header-kid-twice', 'kid twice', append(text, '"kid":"another"')],
    ['header-crit-twice', 'crit twice', append(text, '"crit":["b64"],"crit":[]')],
  ]
}

function duplicateClaims({ claims, now }: Forge): TextRow[] {
  const text = JSON.stringify(claims())
  return [
    ['claims-sub-twice', 'sub twice', prepend(text, '"sub":"root"')],
    ['claims-aud-twice', 'aud twice', prepend(text, '"aud":"https://other.test"')],
    ['claims-exp-twice', 'exp twice', append(text, `"exp":${now + 9_999}`)],
    ['claims-iss-twice', 'iss twice', prepend(text, '"iss":"https://attacker.test"')],
    ['claims-sub-escaped', 'sub twice, once with an escape', append(text, '"s\\u0075b":"root"')],
    ['claims-inner-twice', 'a member twice, one level down', append(text, '"a":{"b":1,"b":2}')],
    ['claims-listed-twice', 'a member twice, in a list', append(text, '"a":[{"b":1,"b":2}]')],
    ['claims-proto-twice', '__proto__ twice', append(text, '"__proto__":{},"__proto__":1')],
  ]
}

function notAnObject(part: string, value: object): TextRow[] {
  const text = JSON.stringify(value)
  return [
    [`${part}-list`, `the ${part} is a list`, `[${text}]`],
    [`${part}-string`, `the ${part} is a JSON string that holds JSON`, JSON.stringify(text)],
    [`${part}-null`, `the ${part} is null`, 'null'],
    [`${part}-number`, `the ${part} is a number`, '42'],
    [`${part}-true`, `the ${part} is true`, 'true'],
  ]
}

function notJson(part: string, text: string): TextRow[] {
  return [
    [`${part}-trailing-text`, `text behind the ${part}`, `${text}x`],
    [`${part}-two-objects`, `two objects as ${part}`, `${text}${text}`],
    [`${part}-trailing-comma`, `a comma too many in the ${part}`, text.replace(/}$/, ',}')],
    [`${part}-comment`, `a comment in the ${part}`, `${text}/* */`],
    [`${part}-single-quotes`, `single quotes in the ${part}`, text.replaceAll('"', "'")],
    [`${part}-cut-off`, `half of the ${part}`, text.slice(0, -1)],
    [`${part}-nan`, `NaN in the ${part}`, append(text, '"x":NaN')],
    [
      `${part}-control-character`,
      `a line break in a string of the ${part}`,
      append(text, '"x":"\n"'),
    ],
    [`${part}-byte-order-mark`, `a byte order mark before the ${part}`, `\uFEFF${text}`],
    [`${part}-utf16`, `the ${part} in UTF-16`, Buffer.from(text, 'utf16le')],
    [`${part}-bad-utf8`, `a byte in the ${part} that is no UTF-8`, withBytes(text, 0xff)],
    [`${part}-overlong-utf8`, `an overlong quote in the ${part}`, withBytes(text, 0xc0, 0xa2)],
    [`${part}-surrogate`, `a surrogate as UTF-8 in the ${part}`, withBytes(text, 0xed, 0xa0, 0x80)],
    [`${part}-not-json`, `a word as ${part}`, 'alice'],
    [`${part}-empty-text`, `a blank as ${part}`, ' '],
  ]
}

function deep(text: string): TextRow[] {
  const nested = (levels: number) => append(text, `"x":${'['.repeat(levels)}${']'.repeat(levels)}`)
  return [
    ['claims-deep', 'lists in lists, 40 levels', nested(40)],
    ['claims-very-deep', 'lists in lists, 4,000 levels', nested(4_000)],
    ['claims-unclosed', '4,000 lists that do not end', append(text, `"x":${'['.repeat(4_000)}`)],
  ]
}

function prepend(text: string, members: string): string {
  return text.replace(/^{/, `{${members},`)
}

function append(text: string, members: string): string {
  return text.replace(/}$/, `,${members}}`)
}

/** Puts bytes into a member of their own, so that nothing but these bytes is wrong. */
function withBytes(text: string, ...bytes: number[]): Buffer {
  const [before = '', after = ''] = append(text, '"x":"|"').split('|')
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
}
