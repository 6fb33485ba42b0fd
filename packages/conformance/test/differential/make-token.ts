import { frames } from './frames.ts'
import { jsonQuirks } from './json-quirks.ts'
import { type WrittenMember, writeObject } from './json-text.ts'
import type { MemberChange } from './member-changes.ts'
import type { Recipe, SignedPart, TextEdit } from './recipe.ts'
import { AUDIENCE, ISSUER, NOW, type Setting, type TrustedKey } from './setting.ts'
import { signatureQuirks } from './signature-quirks.ts'
import { signedBy } from './signers.ts'
import { spellings } from './spellings.ts'

interface Signed {
  readonly key: TrustedKey
  readonly text: string
  readonly signature: Buffer
}

/** Makes tokens for a setting by recipe. What was signed once is not signed again: RSA takes its time. */
export function createTokenMaker(setting: Setting): (recipe: Recipe) => string {
  const made = new WeakMap<SignedPart, Signed>()
  const usual = setting.keys.map((key) => usualParts(setting, key))
  return ({ signed, signature, signatureSpelling, frame, edits }) => {
    const known = made.get(signed) ?? sign(setting, usual[signed.key % usual.length]!, signed)
    made.set(signed, known)
    const { key, text, signature: genuine } = known
    const bytes = apply(signatureQuirks, signature, genuine, key)
    const segment = apply(spellings, signatureSpelling, bytes.toString('base64url'))
    return edits.reduce(edit, apply(frames, frame, `${text}.${segment}`))
  }
}

/** Header and claims of the genuine tokens of one key. */
interface UsualParts {
  readonly key: TrustedKey
  readonly header: readonly WrittenMember[]
  readonly claims: readonly WrittenMember[]
}

function usualParts({ expected }: Setting, key: TrustedKey): UsualParts {
  const typ = expected.profile === 'rfc9068' ? 'at+jwt' : 'JWT'
  return {
    key,
    header: membersOf({ alg: key.algorithms[0], typ, kid: key.kid }),
    claims: membersOf({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'alice',
      client_id: 'web',
      iat: NOW - 10,
      exp: NOW + 300,
      jti: 'one',
      ...Object.fromEntries(expected.requiredClaims.map((name) => [name, 'there'])),
      ...key.claims,
    }),
  }
}

function sign(
  setting: Setting,
  { key, header: usual, claims }: UsualParts,
  part: SignedPart,
): Signed {
  const header = changed(usual, part.header)
  const text = [
    apply(spellings, part.headerSpelling, encode(header, part.headerJson)),
    apply(spellings, part.payloadSpelling, encode(changed(claims, part.claims), part.payloadJson)),
  ].join('.')
  const alg = JSON.parse(header.find(([name]) => name === '"alg"')?.[1] ?? '""') as unknown
  const input = { text, key, alg: typeof alg === 'string' ? alg : '', setting }
  return { key, text, signature: signedBy(part.signer, input) }
}

function membersOf(object: Record<string, unknown>): WrittenMember[] {
  return Object.entries(object).flatMap(([name, value]): WrittenMember[] =>
    value === undefined ? [] : [[JSON.stringify(name), JSON.stringify(value)]],
  )
}

function changed(
  members: readonly WrittenMember[],
  changes: readonly MemberChange[],
): readonly WrittenMember[] {
  if (changes.length === 0) return members
  const written = new Map(members)
  for (const [name, value] of changes) {
    if (value === undefined) written.delete(JSON.stringify(name))
    else written.set(JSON.stringify(name), value)
  }
  return [...written]
}

function encode(members: readonly WrittenMember[], quirk: string | undefined): string {
  const text = quirk === undefined ? undefined : jsonQuirks[quirk]?.(members)
  return Buffer.from(text ?? writeObject(members)).toString('base64url')
}

function edit(token: string, { at, removed, inserted }: TextEdit): string {
  const start = Math.floor(at * token.length)
  return token.slice(0, start) + inserted + token.slice(start + removed)
}

/** Applies what a table has under a name; nothing without a name. */
function apply<T, Rest extends unknown[]>(
  table: Readonly<Record<string, (value: T, ...rest: Rest) => T>>,
  name: string | undefined,
  value: T,
  ...rest: Rest
): T {
  const change = name === undefined ? undefined : table[name]
  return change === undefined ? value : change(value, ...rest)
}
