import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { isIssuerError } from '../src/errors.ts'
import { RefreshTokens } from '../src/refresh-token.ts'
import { deriveKeys } from '../src/secrets.ts'
import { createMemoryStore } from '../src/stores/memory/memory-store.ts'
import { countCalls } from './around-store.ts'
import { createTestIssuer, ISSUER, SECRET, thrownBy } from './test-issuer.ts'

const keys = deriveKeys(SECRET, ISSUER)
const tokens = new RefreshTokens(keys)
const handle = tokens.newHandle()
const token = tokens.write(handle, 7)
const [prefix, keyId, , , mac] = token.split('.') as [string, string, string, string, string]
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const FORM = 'it does not have the form of one'
const KEY = 'it was made with a secret that is not known here'
const MAC = 'its authentication code is wrong'

/** Tokens that nobody wrote, and why they are refused. */
const forgeries: [title: string, token: unknown, problem: string][] = [
  ['nothing', undefined, FORM],
  ['null', null, FORM],
  ['an empty text', '', FORM],
  ['a number', 7, FORM],
  ['an object that becomes the token', { toString: () => token }, FORM],
  ['a list of the token', [token], FORM],
  ['a String object', Object(token), FORM],
  ['a space before it', ` ${token}`, FORM],
  ['a space after it', `${token} `, FORM],
  ['a line break after it', `${token}\n`, FORM],
  ['a line before it', `\n${token}`, FORM],
  ['two of them', `${token},${token}`, FORM],
  ['quotes', `"${token}"`, FORM],
  ['padding', `${token}=`, FORM],
  ['another prefix', token.replace('gwr', 'gwx'), FORM],
  ['capitals in the prefix', token.replace('gwr', 'GWR'), FORM],
  ['no prefix', token.slice(4), FORM],
  ['no authentication code', token.slice(0, token.lastIndexOf('.')), FORM],
  ['an empty authentication code', token.slice(0, token.lastIndexOf('.') + 1), FORM],
  ['an authentication code cut short', token.slice(0, -1), FORM],
  ['an authentication code of 44 characters', `${token}A`, FORM],
  ['a sixth part', `${token}.A`, FORM],
  ['the alphabet of base64', spelled({ mac: `+${mac.slice(1)}` }), FORM],
  ['a NUL', spelled({ mac: `\0${mac.slice(1)}` }), FORM],
  ['a letter that only looks like one', spelled({ mac: `\u0410${mac.slice(1)}` }), FORM],
  ['a handle of 21 characters', spelled({ handle: handle.slice(1) }), FORM],
  ['a handle of 23 characters', spelled({ handle: `${handle}A` }), FORM],
  ['a key id of 7 characters', spelled({ keyId: keyId.slice(1) }), FORM],
  ['a key id of 9 characters', spelled({ keyId: `${keyId}A` }), FORM],
  ['no generation', spelled({ generation: '' }), FORM],
  ['a generation with a zero before it', spelled({ generation: '07' }), FORM],
  ['a generation with a sign', spelled({ generation: '+7' }), FORM],
  ['a negative generation', spelled({ generation: '-7' }), FORM],
  ['a fraction', spelled({ generation: '7.0' }), FORM],
  ['an exponent', spelled({ generation: '7e0' }), FORM],
  ['a hexadecimal generation', spelled({ generation: '0x7' }), FORM],
  ['Arabic digits', spelled({ generation: '\u0667' }), FORM],
  ['a generation of eleven digits', spelled({ generation: '10000000000' }), FORM],
  ['a megabyte', 'gwr.'.repeat(262_144), FORM],
  ['the next generation', spelled({ generation: '8' }), MAC],
  ['the generation before', spelled({ generation: '6' }), MAC],
  ['another handle', spelled({ handle: tokens.newHandle() }), MAC],
  ['the code of another family', spelled({ handle: tokens.newHandle() }), MAC],
  ['a code of zeros', spelled({ mac: 'A'.repeat(43) }), MAC],
  ['an unknown key', spelled({ keyId: 'AAAAAAAA' }), KEY],
  ['an inherited name as key', spelled({ keyId: 'toString' }), KEY],
]

describe('RefreshTokens', () => {
  it('writes a token that a scanner finds, and reads it', () => {
    expect(token).toMatch(/^gwr\.[\w-]{8}\.[\w-]{22}\.7\.[\w-]{43}$/)
    expect(prefix).toBe('gwr')
    expect(tokens.read(token)).toEqual({ handle, generation: 7 })
  })

  it.each([0, 1, 9, 10, 2 ** 31, 9_999_999_999])('reads generation %d', (generation) => {
    expect(tokens.read(tokens.write(handle, generation))).toEqual({ handle, generation })
  })

  it('writes the same token for the same generation: a lost reply can be given again', () => {
    expect(tokens.write(handle, 7)).toBe(token)
    expect(new RefreshTokens(deriveKeys(SECRET, ISSUER)).write(handle, 7)).toBe(token)
  })

  it('AS-13 names a family by 128 random bits', () => {
    const handles = Array.from({ length: 1_000 }, () => tokens.newHandle())
    expect(new Set(handles).size).toBe(1_000)
    for (const each of handles) expect(Buffer.from(each, 'base64url')).toHaveLength(16)
  })

  it('AS-13 authenticates with a key that only the secret gives: HMAC-SHA256 over handle and generation', () => {
    const key = hkdfSync('sha256', SECRET, '', `gatewarden refresh tokens ${ISSUER}`, 32)
    const expected = createHmac('sha256', Buffer.from(key)).update(`${handle}.7`)
    expect(mac).toBe(expected.digest('base64url'))
    for (const wrong of [SECRET, keys[0]!.keyEncryption, Buffer.from(keyId, 'base64url')]) {
      const forged = createHmac('sha256', wrong).update(`${handle}.7`).digest('base64url')
      expect(problemOf(spelled({ mac: forged }))).toBe(MAC)
    }
  })

  it.each(forgeries)('refuses %s', (_, forged, problem) => {
    expect(problemOf(forged)).toBe(problem)
  })

  it('refuses the four spellings of the last character that decode to the same bytes, but the one', () => {
    const last = ALPHABET.indexOf(mac.at(-1)!)
    const spellings = [0, 1, 2, 3].map((spare) => ALPHABET[(last & ~3) | spare]!)
    const same = spellings.map((character) => mac.slice(0, -1) + character)
    for (const each of same)
      expect(Buffer.from(each, 'base64url')).toEqual(Buffer.from(mac, 'base64url'))
    const accepted = same.filter((each) => problemOf(spelled({ mac: each })) === undefined)
    expect(accepted).toEqual([mac])
  })

  it('refuses the sixteen spellings of a handle that decode to the same bytes, but the one', () => {
    const last = ALPHABET.indexOf(handle.at(-1)!)
    const same = Array.from({ length: 16 }, (_, spare) => {
      const character = ALPHABET[(last & ~15) | spare]!
      return handle.slice(0, -1) + character
    })
    const accepted = same.filter((each) => problemOf(spelled({ handle: each })) === undefined)
    expect(accepted).toEqual([handle])
  })

  it('refuses an authentication code with any one bit changed', () => {
    const bytes = Buffer.from(mac, 'base64url')
    for (let bit = 0; bit < 256; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(problemOf(spelled({ mac: changed.toString('base64url') }))).toBe(MAC)
    }
  })

  it('refuses a token with any one character changed', () => {
    for (let at = 0; at < token.length; at++) {
      const character = token[at] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, at) + character + token.slice(at + 1)
      expect([FORM, KEY, MAC]).toContain(problemOf(changed))
    }
  })

  it('is nothing to another issuer with the same secret, even under its key id', () => {
    const neighbour = new RefreshTokens(deriveKeys(SECRET, 'https://login.example.net'))
    const theirs = neighbour.write(handle, 7)
    expect(problemOf(theirs)).toBe(KEY)
    expect(problemOf(theirs.replace(/^gwr\.[^.]*/, `gwr.${keyId}`))).toBe(MAC)
    expect(() => neighbour.read(token)).toThrow(KEY)
  })

  it('accepts what an earlier secret wrote, writes with the first, and mixes no two', () => {
    const next = randomBytes(32)
    const both = new RefreshTokens(deriveKeys([next, SECRET], ISSUER))
    expect(both.read(token)).toEqual({ handle, generation: 7 })
    const written = both.write(handle, 7)
    expect(written).not.toBe(token)
    expect(new RefreshTokens(deriveKeys(next, ISSUER)).read(written)).toEqual(tokens.read(token))
    expect(() => tokens.read(written)).toThrow(KEY)
    // The id of one secret before the code of the other.
    const nextId = written.split('.')[1]!
    expect(thrownBy(() => both.read(spelled({ keyId: nextId }))).message).toContain(MAC)
    expect(thrownBy(() => both.read(written.replace(nextId, keyId))).message).toContain(MAC)
  })

  it('says in no error which token it was', () => {
    for (const [, forged] of forgeries) {
      const error = thrownBy(() => tokens.read(forged))
      expect(JSON.stringify(error) + error.message + error.stack).not.toContain(handle)
      expect(error.message).not.toContain(mac.slice(0, 10))
    }
  })
})

describe('a forged refresh token', () => {
  it('costs no store call: not one of all forgeries', async () => {
    const { store, calls } = countCalls(createMemoryStore())
    const { issuer, refusal } = createTestIssuer({ store })
    await issuer.ready()
    calls.length = 0
    for (const [, forged] of forgeries) {
      const error = await refusal({ refreshToken: forged as string })
      expect(error.code).toBe('ERR_REFRESH_TOKEN_INVALID')
    }
    expect(calls).toEqual([])
    // And the count counts.
    await refusal({ refreshToken: token })
    expect(calls).toEqual(['sessions.rotate', 'sessions.find'])
  })
})

function spelled(parts: { keyId?: string; handle?: string; generation?: string; mac?: string }) {
  const given = { keyId, handle, generation: '7', mac, ...parts }
  return `gwr.${given.keyId}.${given.handle}.${given.generation}.${given.mac}`
}

/** Why a token is refused; undefined for one that is accepted. */
function problemOf(forged: unknown): string | undefined {
  try {
    tokens.read(forged)
    return undefined
  } catch (error) {
    if (!isIssuerError(error)) throw error
    expect(error).toMatchObject({ code: 'ERR_REFRESH_TOKEN_INVALID', status: 400 })
    return error.message.replace('a refresh token was refused: ', '')
  }
}
