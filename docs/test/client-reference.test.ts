import { join } from 'node:path'
import ts from 'typescript'
// What is inside is asked for its defaults: nobody writes them twice.
import { resolveOptions } from '../../packages/client/dist/resolve-options.js'
import { page, root, tableRows } from './markdown.ts'

/* The tables of the client's README say what its types say. */

const readme = page('packages/client/README.md').text
const refreshUrl = 'https://api.example.com/auth/refresh'

const program = ts.createProgram([join(root, 'packages/client/dist/index.d.ts')], {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  skipLibCheck: true,
  strict: true,
})
const checker = program.getTypeChecker()

test('every export and every method of a client is listed, and none that does not exist', () => {
  const listed = rowsOf('What is in it').map(([name = '']) => name.replace(/\(.*/, ''))
  const methods = membersOf(typeOf('AuthClient')).map((name) => `auth.${name}`)
  expect(listed.toSorted()).toEqual([...methods, 'createAuthClient', 'AuthClientError'].toSorted())
})

test('every option is listed, and none that does not exist', () => {
  const listed = rowsOf('Options').map(([name]) => name)
  expect(listed.toSorted()).toEqual(membersOf(typeOf('AuthClientOptions')).toSorted())
})

test('the required options are those that cannot be left out', () => {
  const marked = rowsOf('Options').flatMap(([name, , value]) => (value === 'required' ? name : []))
  const required = typeOf('AuthClientOptions')
    .getProperties()
    .filter(({ flags }) => !(flags & ts.SymbolFlags.Optional))
  expect(marked).toEqual(required.map(({ name }) => name))
})

test('the defaults are what the client takes', () => {
  const settings = resolveOptions({ refreshUrl })
  const shown = new Map(rowsOf('Options').map(([name, , value]) => [name, value]))
  expect(shown.get('refreshAt')).toBe(String(settings.refreshAt))
  expect(shown.get('timeout')).toBe(String(settings.timeout))
  expect(shown.get('logoutUrl')).toBe('logout beside it')
  expect(settings.logoutUrl).toBe('https://api.example.com/auth/logout')
  expect(shown.get('retry')).toBe('() => true')
  expect(settings.retry({ method: 'POST', url: refreshUrl })).toBe(true)
  expect(shown.get('vault')).toBe('none: the cookie')
  expect(settings.vault).toBeUndefined()
  expect(shown.get('tabs')).toBe('true in a page with a cookie')
  expect(settings.tabs).toBe(false) // Node is no page
  expect(settings.origins).toContain('https://api.example.com')
})

test('a wrong option is answered as shown', () => {
  const shown = /^TypeError: (.*)$/m.exec(readme)![1]
  expect(() => resolveOptions({ refreshUrl, refreshAt: 85 })).toThrow(new TypeError(shown))
})

test('the states are those of the type, with what each has', () => {
  const listed = rowsOf('States').map(([status, , members = '']) => [
    status!.replaceAll("'", ''),
    members.split(', ').toSorted(),
  ])
  const states = branchesOf(typeOf('AuthState')).map((state) => [
    literalsOf(memberOf(state, 'status'))[0],
    membersOf(state)
      .filter((name) => name !== 'status')
      .toSorted(),
  ])
  expect(listed).toEqual(states)
})

test('every reason to be signed out and every place that news comes from is named', () => {
  const reasons = literalsOf(memberOf(typeOf('SignedOut'), 'reason'))
  expect(reasons).toContain('ended')
  for (const reason of reasons) expect(section('States')).toContain(`\`'${reason}'\``)
  const places = eventTypes().flatMap(([, event]) =>
    membersOf(event).includes('by') ? literalsOf(memberOf(event, 'by')) : [],
  )
  expect(new Set(places).size).toBe(2)
  for (const place of places) expect(section('Events')).toContain(`\`'${place}'\``)
})

test('every member of a trouble is named', () => {
  for (const name of membersOf(typeOf('RefreshTrouble')))
    expect(section('States')).toContain(`\`${name}\``)
})

test('the events are those of the type, with what each holds', () => {
  const trouble = membersOf(typeOf('RefreshTrouble')).join(', ')
  const listed = rowsOf('Events').map(([name, , members = '']) => [
    name!.replaceAll("'", ''),
    members.replace('what trouble has', trouble).split(', ').toSorted(),
  ])
  expect(listed).toEqual(eventTypes().map(([name, event]) => [name, membersOf(event).toSorted()]))
})

test('the error codes are those of the type', () => {
  const listed = rowsOf('Errors').map(([code]) => code)
  expect(listed.toSorted()).toEqual(literalsOf(typeOf('AuthClientErrorCode')).toSorted())
})

test('what AuthClientError has beside code is named', () => {
  const own = membersOf(typeOf('AuthClientError')).filter(
    (name) => !['name', 'message', 'stack', 'code'].includes(name),
  )
  expect(own).toContain('status')
  for (const name of own) expect(section('Errors')).toContain(`\`${name}\``)
})

function eventTypes(): [string, ts.Type][] {
  return typeOf('AuthEvents')
    .getProperties()
    .map((event) => [event.name, checker.getTypeOfSymbol(event)])
}

/** The instance type behind an export. */
function typeOf(name: string): ts.Type {
  const source = program.getSourceFile(join(root, 'packages/client/dist/index.d.ts'))!
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)
  const symbol = exported.find((each) => each.name === name)
  if (symbol === undefined) throw new Error(`@gatewarden/client exports no ${name}`)
  return checker.getDeclaredTypeOfSymbol(
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  )
}

function memberOf(type: ts.Type, member: string): ts.Type {
  return checker.getTypeOfSymbol(type.getProperty(member)!)
}

function membersOf(type: ts.Type): string[] {
  return checker.getPropertiesOfType(type).map(({ name }) => name)
}

function branchesOf(type: ts.Type): ts.Type[] {
  return type.isUnion() ? type.types : [type]
}

/** The texts that a type admits. */
function literalsOf(type: ts.Type): string[] {
  return branchesOf(type).flatMap((branch) => (branch.isStringLiteral() ? branch.value : []))
}

function section(heading: string): string {
  return readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
}

/** The rows of the section's table, without the marks of code. */
function rowsOf(heading: string): string[][] {
  const rows = tableRows(section(heading)).map((row) => row.map((cell) => cell.replaceAll('`', '')))
  expect(rows.length).toBeGreaterThan(1)
  return rows
}
