import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const HERE = fileURLToPath(new URL('.', import.meta.url))

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: ['node'],
  paths: { '@gatewarden/core': [fileURLToPath(new URL('../src/index.ts', import.meta.url))] },
}

/** Everything but the files of one program: read and parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>()

/**
 * What the compiler says against these files, by name, as a program of their own: what they declare globally stays
 * among them. They are in memory, beside the tests; `@gatewarden/core` is the source under test.
 */
export function compile(files: Record<string, string>): string[] {
  const given = new Map(Object.entries(files).map(([name, text]) => [HERE + name, text]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.getCurrentDirectory = () => HERE
  host.fileExists = (path) => given.has(path) || fileExists(path)
  host.readFile = (path) => given.get(path) ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    if (given.has(path)) return getSourceFile(path, ...rest)
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest))
    return parsed.get(path)
  }
  const program = ts.createProgram([...given.keys()], options, host)
  const found = [...given.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
  })
  return [...program.getOptionsDiagnostics(), ...found].map(describe)
}

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n')
  if (file === undefined || start === undefined) return text
  const { line } = file.getLineAndCharacterOfPosition(start)
  return `${file.fileName.slice(HERE.length)}:${line + 1}: ${text}`
}
