import { tokenFromCookie } from '../../src/sources/cookie.ts'
import { refusalOf } from '../mint.ts'

const NAME = '__Host-access'
const read = (cookie: string | readonly string[] | undefined, name = NAME) =>
  tokenFromCookie({ headers: { cookie } }, name)

describe('tokenFromCookie', () => {
  it.each([
    ['alone', `${NAME}=a.b.c`],
    ['first', `${NAME}=a.b.c; x=y`],
    ['last', `x=y; ${NAME}=a.b.c`],
    ['without a blank', `x=y;${NAME}=a.b.c`],
    ['between others', `x=y; ${NAME}=a.b.c; z=`],
  ])('finds the cookie %s', (_, field) => {
    expect(read(field)).toBe('a.b.c')
  })

  it.each([
    ['no field', undefined],
    ['an empty field', ''],
    ['another cookie', 'x=y'],
    ['a longer name', `${NAME}2=a`],
    ['a longer name at the front', `x${NAME}=a`],
    ['another case', `${NAME.toLowerCase()}=a`],
    ['the name as a value', `x=${NAME}`],
    ['the name in a value', `x=${NAME}=a`],
    ['the name without a value', `${NAME}`],
    ['a tab in front', `x=y;\t${NAME}=a`],
    ['a blank behind the name', `${NAME} =a`],
    ['an emptied cookie', `${NAME}=`],
  ])('finds no token in %s', (_, field) => {
    expect(read(field)).toBeUndefined()
  })

  it('keeps everything behind the first equals sign', () => {
    expect(read(`${NAME}=a=b`)).toBe('a=b')
    expect(read(`${NAME}="a"`)).toBe('"a"')
  })

  it.each([
    ['with two values', `${NAME}=a; ${NAME}=b`],
    ['with one value twice', `${NAME}=a; ${NAME}=a`],
    ['the first emptied', `${NAME}=; ${NAME}=a`],
    ['the second emptied', `${NAME}=a; ${NAME}=`],
    ['both emptied', `${NAME}=; ${NAME}=`],
    ['apart', `${NAME}=a; x=y; ${NAME}=b`],
  ])('refuses two cookies of the name %s (cookie tossing)', (_, field) => {
    expect(refusalOf(() => read(field))).toMatchObject({
      code: 'ERR_TOKEN_REPEATED',
      status: 400,
      error: 'invalid_request',
      message: `the request has two cookies named ${NAME}`,
    })
  })

  it('reads several Cookie fields as one', () => {
    expect(read(['x=y', `${NAME}=a`])).toBe('a')
    expect(refusalOf(() => read([`${NAME}=a`, `${NAME}=b`])).code).toBe('ERR_TOKEN_REPEATED')
  })

  it('takes the name to the letter', () => {
    expect(read('a.b=x; aXb=y', 'a.b')).toBe('x')
    expect(read('__proto__=x', '__proto__')).toBe('x')
  })
})
