import type { SecretProblem } from './judge-secret.ts'

/** `JWT_SECRET=…` and `export X="…"`. Other text with a sign in it may be a password that a machine made. */
const ENV_LINE =
  /^(export +[a-z_]\w{0,63}|(?=\w*(?:_|secret|key|jwt|token|password))[a-z_]\w{0,63})\s*=[^=]/i

/** What stands in code, in templates and in settings, in the place of a secret that is put in later. */
const CODE: readonly (readonly [RegExp, string])[] = [
  [
    /\bprocess\.env\b|\bimport\.meta\.env\b|\bos\.environ\b|\bgetenv\(/,
    'code that reads a variable',
  ],
  [/\|\|\s*["'`]|\s(?:\|\||\?\?)\s/, 'code with a value to fall back on'],
  [/^%\w+%$|^\$\w+$|\$\{\w[\w.:-]*\}/, 'a variable that was not replaced by its value'],
  [/\{\{\s*[\w.$]+[^}]*\}\}|<%.*%>|^<[\w -]+>$/, 'a template that was not filled in'],
  [/^(?:vault:|op:\/\/|arn:aws|ssm:|ref\+\w+:|projects\/)/i, 'the address of a secret in a vault'],
]

/** Text that was taken for the secret, and is something else. */
export function mistakenForSecret(text: string): SecretProblem | undefined {
  const [, name] = ENV_LINE.exec(text) ?? []
  if (name !== undefined)
    return { id: 'env-line', what: `it begins with ${name}=: is this a line of a .env file?` }
  const code = CODE.find(([pattern]) => pattern.test(text))
  return code === undefined ? undefined : { id: 'template', what: `it is ${code[1]}` }
}

/** Three words or more of small letters, each of which can be spoken. */
export function isPhrase(text: string): boolean {
  const words = text.replace(/[.!?\d]$/, '').split(/[\s,_-]+/)
  return (
    words.length >= 3 &&
    words.every((word) => /^[A-Z]?[a-z']{1,20}$/.test(word) && /[aeiouy]/i.test(word))
  )
}
