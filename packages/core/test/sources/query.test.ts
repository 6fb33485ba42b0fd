import { hasQueryToken, tokenFromQuery } from '../../src/sources/query.ts'
import { refusalOf } from '../mint.ts'

const read = (url: string | undefined) => tokenFromQuery({ url, headers: {} })
const has = (url: string | undefined) => hasQueryToken({ url, headers: {} })

describe('tokenFromQuery', () => {
  it.each([
    ['alone', '/x?access_token=a.b.c'],
    ['first', '/x?access_token=a.b.c&y=z'],
    ['last', '/x?y=z&access_token=a.b.c'],
    ['percent-encoded', '/x?%61ccess_token=a%2Eb%2Ec'],
    ['in an absolute URL', 'http://api.example/x?access_token=a.b.c'],
    ['behind an empty parameter', '/x?&access_token=a.b.c'],
  ])('finds access_token %s', (_, url) => {
    expect(read(url)).toBe('a.b.c')
    expect(has(url)).toBe(true)
  })

  it.each([
    ['no url', undefined],
    ['no query', '/x'],
    ['an empty query', '/x?'],
    ['another parameter', '/x?a=b'],
    ['a longer name', '/x?access_token2=a'],
    ['a longer name at the front', '/x?xaccess_token=a'],
    ['another case', '/x?Access_Token=a'],
    ['the name as a value', '/x?a=access_token'],
    ['the path', '/access_token=a'],
    ['a target that is no path', 'access_token=a'],
    ['broken percent-encoding', '/x?%'],
    ['broken percent-encoding of a name', '/x?%zzaccess_token=a'],
  ])('finds no token in %s', (_, url) => {
    expect(read(url)).toBeUndefined()
    expect(has(url)).toBe(false)
  })

  it.each([
    '/x?access_token=a&access_token=b',
    '/x?access_token=a&access_token=a',
    '/x?access_token=a&%61ccess_token=b',
    '/x?access_token=a&access_token[]=b',
    '/x?access_token=&access_token=a',
  ])('refuses access_token twice: %s', (url) => {
    expect(refusalOf(() => read(url))).toMatchObject({
      code: 'ERR_TOKEN_REPEATED',
      status: 400,
      message: 'the query has access_token more than once',
    })
  })

  it.each([
    '/x?access_token=',
    '/x?access_token',
    '/x?access_token[]=a',
    '/x?access_token[a]=b',
    '/x?access_token%5B%5D=a',
    '/x?access_token[__proto__]=a',
  ])('refuses %s, which a framework would make a list, an object or nothing', (url) => {
    expect(refusalOf(() => read(url))).toMatchObject({
      code: 'ERR_REQUEST_MALFORMED',
      status: 400,
      message: 'the access_token of the query is empty or not plain text',
    })
    expect(has(url)).toBe(true)
  })
})

describe('hasQueryToken beside a token that is known', () => {
  const has = (query: string, known?: string) =>
    hasQueryToken({ url: `/${query}`, headers: {} }, known)

  it('is told by any that is another', () => {
    expect(has('?access_token=a', 'a')).toBe(false)
    expect(has('?access_token=a&access_token=b', 'a')).toBe(true)
    expect(has('?access_token=b&access_token=a', 'a')).toBe(true)
    expect(has('?access_token=a')).toBe(true)
    expect(has('')).toBe(false)
  })

  it('is told by every spelling that a framework makes ours of, and by no other', () => {
    for (const name of ['access_token[]', 'access_token[0]', '[access_token]', '[access_token]x'])
      expect([name, has(`?${encodeURIComponent(name)}=b`, 'a')]).toEqual([name, true])
    for (const name of ['x[access_token]', 'my_access_token', 'access_tokens', 'access_token.x'])
      expect([name, has(`?${encodeURIComponent(name)}=b`, 'a')]).toEqual([name, false])
  })
})
