import { type Directory, type Identify, targetsOf } from '../../src/receivers/event-subject.ts'
import type { JsonObject } from '../../src/strict-json.ts'
import { ISSUER, rejectionOf } from '../mint.ts'

const OTHER = 'https://other.example'
const STRANGER = 'https://stranger.example'

const find = (
  subject: JsonObject,
  about: 'session' | 'user' = 'user',
  directory: Partial<Directory> = {},
) =>
  targetsOf(subject, about, {
    issuers: [ISSUER],
    identify: undefined,
    endsSubject: false,
    ...directory,
  })
const both = { issuers: [ISSUER, OTHER] }

const alice = { format: 'iss_sub', iss: ISSUER, sub: 'alice' }
const email = { format: 'email', email: 'alice@example.com' }
const opaque = { format: 'opaque', id: 'x' }
const subject = (id: string, issuer = ISSUER) => ({ issuer, subject: id })
const session = (id: string, issuer = ISSUER) => ({ issuer, sessionId: id })
const token = (id: string, issuer = ISSUER) => ({ issuer, tokenId: id })

describe('a user', () => {
  it.each<[string, JsonObject, object[]]>([
    ['iss_sub', alice, [subject('alice')]],
    ['iss-sub', { ...alice, format: 'iss-sub' }, [subject('alice')]],
    ['subject_type', { subject_type: 'iss-sub', iss: ISSUER, sub: 'bob' }, [subject('bob')]],
    ['jwt_id', { format: 'jwt_id', iss: ISSUER, jti: 't1' }, [token('t1')]],
    ['opaque', opaque, [subject('x')]],
    ['a format nobody knows', email, []],
    ['iss_sub of a stranger', { ...alice, iss: STRANGER }, []],
    ['iss_sub of nobody', { format: 'iss_sub', sub: 'alice' }, []],
    ['iss_sub without a name', { ...alice, sub: '' }, []],
    ['iss_sub with a number for a name', { ...alice, sub: 7 }, []],
    ['jwt_id of a stranger', { format: 'jwt_id', iss: STRANGER, jti: 't1' }, []],
    ['jwt_id in the name of a used message', { format: 'jwt_id', iss: ISSUER, jti: 'used x' }, []],
  ])('by %s', async (_, identifier, expected) => {
    expect(await find(identifier)).toEqual(expected)
  })

  it('may be called as a used message is: only token ids are names of messages', async () => {
    expect(await find({ ...alice, sub: 'used x' })).toEqual([subject('used x')])
  })

  it('of several issuers is one of the issuer named, and of each where none is', async () => {
    expect(await find(alice, 'user', both)).toEqual([subject('alice')])
    expect(await find(opaque, 'user', both)).toEqual([subject('x'), subject('x', OTHER)])
  })

  it.each(['user', 'session'] as const)('by aliases, in an event about a %s', async (about) => {
    const bob = { ...alice, sub: 'bob' }
    const identifiers = [email, alice, null, 'bob', [bob], { ...alice, iss: STRANGER }, bob]
    const aliases = { format: 'aliases', identifiers }
    expect(await find(aliases, about)).toEqual([subject('alice'), subject('bob')])
  })

  it('is looked for under the first sixteen aliases', async () => {
    const identifiers = Array.from({ length: 17 }, (_, at) => ({ ...alice, sub: `u${at}` }))
    const found = await find({ format: 'aliases', identifiers })
    expect(found).toEqual(identifiers.slice(0, 16).map(({ sub }) => subject(sub)))
  })

  it.each<[string, JsonObject]>([
    ['no list', { format: 'aliases', identifiers: alice }],
    ['no list at all', { format: 'aliases' }],
    ['an empty list', { format: 'aliases', identifiers: [] }],
    ['a list under another format', { format: 'email', identifiers: [alice] }],
  ])('is nobody by aliases that are %s', async (_, identifier) => {
    expect(await find(identifier)).toEqual([])
  })
})

describe('a session', () => {
  it('by an opaque id alone may be a session or a user, in an event about sessions', async () => {
    expect(await find(opaque, 'session')).toEqual([session('x'), subject('x')])
    expect(await find(opaque, 'user')).toEqual([subject('x')])
  })

  it('is of nobody else where its own identifier names another issuer', async () => {
    const foreign = { format: 'iss_sub', iss: STRANGER, sub: 's1' }
    const jwt = { format: 'jwt_id', iss: STRANGER, jti: 't1' }
    expect(await find({ format: 'complex', session: foreign }, 'session')).toEqual([])
    expect(await find({ format: 'complex', session: jwt }, 'session')).toEqual([])
  })

  it.each<[string, JsonObject, object[]]>([
    ['iss_sub', { format: 'iss_sub', iss: OTHER, sub: 's1' }, [session('s1', OTHER)]],
    ['jwt_id', { format: 'jwt_id', iss: OTHER, jti: 't1' }, [token('t1', OTHER)]],
    ['opaque', { format: 'opaque', id: 's1' }, [session('s1'), session('s1', OTHER)]],
    ['a used message', { format: 'jwt_id', iss: OTHER, jti: 'used x' }, []],
    ['a format nobody knows', email, []],
  ])('in a complex subject by %s', async (_, identifier, expected) => {
    expect(await find({ format: 'complex', session: identifier }, 'session', both)).toEqual(
      expected,
    )
  })

  it('is of the issuer that its user names, and nobody’s where that is a stranger', async () => {
    const complex = (user: JsonObject) => ({
      format: 'complex',
      user,
      session: { format: 'opaque', id: 's1' },
    })
    expect(await find(complex(alice), 'session', both)).toEqual([session('s1')])
    expect(await find(complex({ ...alice, iss: STRANGER }), 'session', both)).toEqual([])
    expect(await find(complex(email), 'session', both)).toEqual([
      session('s1'),
      session('s1', OTHER),
    ])
  })
})

describe('a complex subject', () => {
  const s1 = { format: 'opaque', id: 's1' }
  const complex = { format: 'complex', user: alice, session: s1 }

  it('is its session in an event about sessions, and its user in any other', async () => {
    expect(await find(complex, 'session')).toEqual([session('s1')])
    expect(await find(complex, 'user')).toEqual([subject('alice')])
  })

  it('is its user throughout where that is what is to end', async () => {
    expect(await find(complex, 'session', { endsSubject: true })).toEqual([subject('alice')])
  })

  it('is known by its members alone', async () => {
    const { format: _, ...unnamed } = complex
    expect(await find(unnamed, 'session')).toEqual([session('s1')])
    expect(await find(unnamed, 'user')).toEqual([subject('alice')])
  })

  it('is its session where nobody knows the user, and where none is named', async () => {
    expect(await find({ ...complex, user: email }, 'user')).toEqual([session('s1')])
    expect(await find({ format: 'complex', session: s1 }, 'user')).toEqual([session('s1')])
  })

  it('without a session is its user', async () => {
    expect(await find({ format: 'complex', user: alice }, 'session')).toEqual([subject('alice')])
  })

  it('of neither is whom the application says, who is not asked where a session is named', async () => {
    const asked: unknown[] = []
    const identify: Identify = (identifier) => {
      asked.push(identifier)
      return { subject: 'alice' }
    }
    const device = { format: 'complex', device: { format: 'opaque', id: 'd1' } }
    expect(await find(device, 'session', { identify })).toEqual([subject('alice')])
    await find({ format: 'complex', session: s1 }, 'user', { identify })
    expect(asked).toEqual([device])
  })
})

describe('identify', () => {
  const ask = (found: unknown, issuers = [ISSUER]) =>
    find(email, 'user', { issuers, identify: () => found as ReturnType<Identify> })

  it('is asked for who tokens do not know, with the identifier as sent, and may take its time', async () => {
    const asked: unknown[] = []
    const identify: Identify = async (identifier) => {
      asked.push(identifier)
      return Promise.resolve({ subject: 'alice' })
    }
    expect(await find(email, 'user', { identify })).toEqual([subject('alice')])
    expect(asked).toEqual([email])
  })

  it('is not asked for who tokens do know', async () => {
    const identify: Identify = () => {
      throw new Error('asked')
    }
    expect(await find(alice, 'user', { identify })).toEqual([subject('alice')])
  })

  it.each<[string, unknown, object[]]>([
    ['a user', { subject: 'alice' }, [subject('alice')]],
    ['a session', { sessionId: 's1' }, [session('s1')]],
    ['the user where both are said', { subject: 'alice', sessionId: 's1' }, [subject('alice')]],
    ['a user of the one issuer', { issuer: ISSUER, subject: 'alice' }, [subject('alice')]],
    ['nobody', undefined, []],
    ['nobody', null, []],
  ])('may say %s', async (_, found, expected) => {
    expect(await ask(found)).toEqual(expected)
  })

  it('says of which issuer where there are several', async () => {
    const found = { issuer: OTHER, subject: 'alice' }
    expect(await ask(found, [ISSUER, OTHER])).toEqual([subject('alice', OTHER)])
  })

  const expected = 'expected { subject }, { sessionId } or undefined of it'
  const owner = 'expected the issuer of it, which is one of tokensOf'
  it.each<[string, unknown, string, string[]]>([
    ['a text', 'alice', expected, [ISSUER]],
    ['a list', ['alice'], expected, [ISSUER]],
    ['an object of neither', {}, expected, [ISSUER]],
    ['an empty name', { subject: '', sessionId: '' }, expected, [ISSUER]],
    ['a number', { subject: 7 }, expected, [ISSUER]],
    ['no issuer of two', { subject: 'alice' }, owner, [ISSUER, OTHER]],
    ['a stranger', { issuer: STRANGER, subject: 'a' }, `${owner}, not "${STRANGER}"`, [ISSUER]],
  ])('that says %s is a fault here, and nobody is ended', async (_, found, problem, issuers) => {
    const error = await rejectionOf(() => ask(found, issuers))
    expect(error).toMatchObject({ code: 'ERR_CHECK_UNAVAILABLE', status: 503, retryAfter: 5 })
    expect(error.message).toBe(`the identify option: ${problem}`)
    expect(error.cause).toBeUndefined()
  })

  it.each([
    ['throws', () => Promise.reject(new Error('down'))],
    [
      'throws at once',
      () => {
        throw new Error('down')
      },
    ],
  ])('that %s is a fault here', async (_, identify) => {
    const error = await rejectionOf(() => find(email, 'user', { identify }))
    expect(error).toMatchObject({ code: 'ERR_CHECK_UNAVAILABLE', retryAfter: 5 })
    expect(error.message).toBe('the identify option: it failed')
    expect((error.cause as Error).message).toBe('down')
  })
})
