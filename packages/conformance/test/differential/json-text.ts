/** A member of a JSON object as it is written: both parts are JSON texts. */
export type WrittenMember = readonly [name: string, value: string]

export function writeObject(members: readonly WrittenMember[]): string {
  return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`
}

export interface JsonFacts {
  /** How many braces and brackets are open at most. */
  readonly depth: number
  readonly hasDuplicateMember: boolean
}

const LEXEME = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** What JSON.parse keeps to itself about a text that it can read. */
export function factsOfJson(text: string): JsonFacts {
  /** For every open brace the names written in it; for a bracket, none. */
  const open: (Set<string> | undefined)[] = []
  let depth = 0
  let hasDuplicateMember = false
  let previous = ''
  for (const [lexeme] of text.matchAll(LEXEME)) {
    const names = open.at(-1)
    if (lexeme === '{' || lexeme === '[') {
      open.push(lexeme === '{' ? new Set() : undefined)
      depth = Math.max(depth, open.length)
    } else if (lexeme === '}' || lexeme === ']') {
      open.pop()
    } else if (names !== undefined && (previous === '{' || previous === ',')) {
      const name = JSON.parse(lexeme) as string
      hasDuplicateMember ||= names.has(name)
      names.add(name)
    }
    previous = lexeme
  }
  return { depth, hasDuplicateMember }
}
