import { readNames, readScopes, readText, toClaimPath } from '../src/claim-mapping.ts'

const scopes = (scope: unknown, paths = [['scope']]) => readScopes({ scope }, paths)
const names = (claims: Record<string, unknown>, ...paths: string[][]) => readNames(claims, paths)

describe('toClaimPath', () => {
  it.each([
    ['roles', ['roles']],
    ['realm_access.roles', ['realm_access', 'roles']],
    ['a.b.c', ['a', 'b', 'c']],
    ['https://example.com/roles', ['https://example.com/roles']],
    ['cognito:groups', ['cognito:groups']],
    ['urn:zitadel:iam:org.project', ['urn:zitadel:iam:org.project']],
    ['example.com/roles', ['example.com/roles']],
  ])('reads %s', (text, path) => {
    expect(toClaimPath(text)).toEqual(path)
  })

  it('takes a list as it is', () => {
    expect(toClaimPath(['resource_access', 'my.api', 'roles'])).toEqual([
      'resource_access',
      'my.api',
      'roles',
    ])
  })
})

describe('RS-36 readScopes', () => {
  it.each<[string, unknown, string[]]>([
    ['a text', 'read write', ['read', 'write']],
    ['a text with too many spaces', '  read   write ', ['read', 'write']],
    ['a scope twice', 'read read', ['read']],
    ['an empty text', '', []],
    ['a list', ['read', 'write'], ['read', 'write']],
    ['an empty list', [], []],
    ['a list member with a space, which is no scope', ['read write', 'x'], ['x']],
    ['a list that holds a list', [['admin'], 'x'], ['x']],
    ['a list that holds other things', [5, null, { admin: true }, true, 'x'], ['x']],
    ['a list that holds an empty text', ['', 'x'], ['x']],
    ['a tab as separator', 'read\tadmin', []],
    ['a no-break space as separator', 'read\u00a0admin x', ['x']],
    ['a line break as separator', 'read\nadmin', []],
    ['a comma as separator', 'read,admin', ['read,admin']],
    ['a quote', 'read"admin x', ['x']],
    ['a backslash', 'read\\admin x', ['x']],
    ['letters beyond ASCII', 'leer-año x', ['x']],
    ['DEL', 'a\u007f x', ['x']],
    ['a number', 5, []],
    ['true', true, []],
    ['null', null, []],
    ['an object', { admin: true, length: 1 }, []],
    ['an object keyed like a list', { 0: 'admin', length: 1 }, []],
    ['a wildcard, which is a scope like any other', '* items:*', ['*', 'items:*']],
  ])('reads %s (scope separators and types)', (_, claim, read) => {
    expect(scopes(claim)).toEqual(read)
  })

  it('puts together what several claims hold', () => {
    const claims = { scope: 'a b', scp: ['b', 'c'] }
    expect(readScopes(claims, [['scope'], ['scp']])).toEqual(['a', 'b', 'c'])
  })

  it('finds nothing where there is no claim', () => {
    expect(readScopes({}, [['scope']])).toEqual([])
    expect(readScopes({ scope: 'a' }, [])).toEqual([])
  })

  it('goes down a path', () => {
    expect(readScopes({ a: { b: 'read' } }, [['a', 'b']])).toEqual(['read'])
  })
})

describe('readScopes and readNames', () => {
  it('give a list of the claims itself when every text of it counts, and a frozen list otherwise', () => {
    const clean = ['a', 'b']
    expect(names({ roles: clean }, ['roles'])).toBe(clean)
    for (const list of [['a', 'a'], ['a', 5], ['']]) {
      const read = names({ roles: list }, ['roles'])
      expect(read).not.toBe(list)
      expect(Object.isFrozen(read)).toBe(true)
    }
    expect(Object.isFrozen(scopes('a b'))).toBe(true)
    expect(Object.isFrozen(scopes(['a', 'b b']))).toBe(true)
  })

  it('read the same of long lists and texts as of short ones', () => {
    const texts = Array.from({ length: 1_000 }, (_, at) => `name-${at % 700}`)
    const each = [...new Set(texts)]
    expect(names({ roles: [...texts, 5, ''] }, ['roles'])).toEqual(each)
    expect(scopes(texts.join(' '))).toEqual(each)
    expect(scopes(texts.join(' '))).toEqual(each)
    expect(scopes([...texts, 'a b'])).toEqual(each)
  })
})

describe('readNames', () => {
  it('reads a list of texts, and each once', () => {
    expect(names({ roles: ['admin', 'user', 'admin'] }, ['roles'])).toEqual(['admin', 'user'])
  })

  it('keeps a name to the letter, blanks and case included', () => {
    expect(names({ roles: [' Admin ', 'a b', 'ä'] }, ['roles'])).toEqual([' Admin ', 'a b', 'ä'])
  })

  it.each<[string, unknown]>([
    ['a text', 'administrator'],
    ['a text with commas', 'admin,user'],
    ['an object', { admin: true }],
    ['an object keyed like a list', { 0: 'admin', length: 1 }],
    ['true', true],
    ['null', null],
    ['a list that holds a list', [['admin']]],
    ['a list that holds an object', [{ name: 'admin' }]],
    ['a list that holds an empty text', ['']],
  ])('reads nothing of %s (roles as string)', (_, roles) => {
    expect(names({ roles }, ['roles'])).toEqual([])
  })

  it('reads namespaced and nested claims', () => {
    expect(
      names(
        {
          'https://example.com/roles': ['a'],
          'cognito:groups': ['b'],
          realm_access: { roles: ['c'] },
          resource_access: { 'my.api': { roles: ['d'] } },
        },
        toClaimPath('https://example.com/roles') as string[],
        toClaimPath('cognito:groups') as string[],
        toClaimPath('realm_access.roles') as string[],
        ['resource_access', 'my.api', 'roles'],
      ),
    ).toEqual(['a', 'b', 'c', 'd'])
  })

  it('does not go down through lists, texts and nothing', () => {
    for (const a of [[{ b: ['x'] }], 'text', 5, null, undefined])
      expect(names({ a }, ['a', 'b'])).toEqual([])
    expect(names({ a: [['x']] }, ['a', '0'])).toEqual([])
  })

  it('finds nothing on a prototype (roles via __proto__)', () => {
    const claims = JSON.parse('{"__proto__":{"roles":["admin"]},"a":{"__proto__":{"roles":["x"]}}}')
    expect(names(claims, ['roles'], ['a', 'roles'], ['constructor', 'name'], ['toString'])).toEqual(
      [],
    )
    expect(names(claims, ['__proto__', 'roles'])).toEqual(['admin'])
  })
})

describe('readText', () => {
  it('reads the first of the paths that leads to a text', () => {
    const paths = [['client_id'], ['azp']]
    expect(readText({ client_id: 'a', azp: 'b' }, paths)).toBe('a')
    expect(readText({ azp: 'b' }, paths)).toBe('b')
    expect(readText({ client_id: '', azp: 'b' }, paths)).toBe('b')
    expect(readText({ client_id: ['a'], azp: 'b' }, paths)).toBe('b')
    expect(readText({}, paths)).toBeUndefined()
  })

  it('finds nothing on a prototype', () => {
    expect(readText({}, [['constructor', 'name']])).toBeUndefined()
    expect(readText({ a: 'text' }, [['a', 'length']])).toBeUndefined()
  })
})
