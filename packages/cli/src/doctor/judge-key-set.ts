import {
  importJwkSet,
  isRecord,
  MOST_KEYS,
  quoteForLog,
  servesSignatures,
} from '@gatewarden/core/kit'
import type { Finding } from './finding.ts'
import { judgeKey } from './judge-key.ts'
import { judgeKid } from './judge-kid.ts'

/** A key of a set, in short. */
export interface KeyInShort {
  readonly kid: string | undefined
  /** What a guard verifies with it; undefined when it skips the key. */
  readonly algorithms: readonly string[] | undefined
  /** `P-256`, `RSA 2048` */
  readonly kind: string
}

/** More than an issuer that rotates has at a time. */
const MANY = 8

export function* judgeKeySet(set: unknown): Generator<Finding> {
  if (!isRecord(set) || !Array.isArray(set.keys)) {
    yield {
      id: 'no-key-set',
      severity: 'critical',
      message: 'What is at jwks_uri is no key set: it has no "keys" list.',
      advice: 'Serve { "keys": [ … ] } there.',
      clause: 'RFC 7517 §5',
    }
    return
  }
  const members = set.keys.map((key: unknown) => (isRecord(key) ? key : {}))
  if (members.length > MOST_KEYS) {
    yield {
      id: 'too-many-keys',
      severity: 'critical',
      message: `The set has ${members.length} keys. A guard refuses more than ${MOST_KEYS}.`,
      advice: 'Take out keys whose last token has expired.',
      clause: 'RFC 7517 §5',
    }
    return
  }
  for (const [at, member] of members.entries()) {
    yield* judgeKey(member, nameOf(member, at))
    if (typeof member.kid === 'string') yield* judgeKid(member.kid)
  }
  yield* judgeNames(members)
  yield* judgeNumber(set)
}

/** Each key as a guard would load it. */
export function keysInShort(set: unknown): KeyInShort[] {
  if (!isRecord(set) || !Array.isArray(set.keys)) return []
  return set.keys.filter(isRecord).map((jwk) => {
    const [record] = usableOf({ keys: [jwk] })
    const { modulusLength } = record?.key.asymmetricKeyDetails ?? {}
    return {
      kid: typeof jwk.kid === 'string' ? jwk.kid : undefined,
      algorithms: record?.algorithms,
      kind:
        modulusLength === undefined
          ? quoteForLog(jwk.crv ?? jwk.kty).replaceAll('"', '')
          : `RSA ${modulusLength}`,
    }
  })
}

function* judgeNames(members: readonly Record<string, unknown>[]): Generator<Finding> {
  const clause = 'RFC 7517 §4.5'
  const signing = members.filter(servesSignatures)
  const nameless = signing.filter(({ kid }) => typeof kid !== 'string').length
  if (nameless > 0) {
    const isAlone = signing.length === 1
    yield {
      id: 'kid-missing',
      severity: isAlone ? 'note' : 'warning',
      message: isAlone
        ? 'The key has no kid: when the next one comes, nobody can tell which of the two signed a token.'
        : `${nameless} of ${signing.length} keys have no kid (a text). A guard finds none of them for a token that has one, and refuses tokens without one while several keys fit.`,
      advice: 'Give every key a kid of its own, and write it into the tokens.',
      clause,
    }
  }
  const kids = signing.map(({ kid }) => kid).filter((kid) => typeof kid === 'string')
  for (const kid of new Set(kids.filter((one, at) => kids.indexOf(one) !== at))) {
    yield {
      id: 'kid-duplicate',
      severity: 'warning',
      message: `Several keys are called ${quoteForLog(kid)}. Many verifiers take the first or the last of them, and refuse what the other one signed.`,
      advice: 'Give every key a kid of its own.',
      clause,
    }
  }
}

function* judgeNumber(set: Record<string, unknown>): Generator<Finding> {
  const usable = usableOf(set)
  if (usable.length === 0) {
    yield {
      id: 'no-usable-key',
      severity: 'critical',
      message: 'A guard can use none of the keys: every token is refused with 503.',
      advice: 'See what is wrong with each, above.',
      clause: 'RFC 7517 §5',
    }
  } else if (usable.length === 1) {
    yield {
      id: 'one-key',
      severity: 'note',
      message:
        'There is one key. If the next one signs as soon as it is published, verifiers meet its tokens before they have it, and after a leak there is none to change to.',
      advice:
        'Publish the next key a day before it signs, and leave the old one for as long as its tokens live.',
      clause: 'OpenID Connect Core 1.0 §10.1.1',
    }
  } else if (usable.length > MANY) {
    yield {
      id: 'many-keys',
      severity: 'note',
      message: `There are ${usable.length} keys. If old ones never leave, each of them that leaks can sign for ever.`,
      advice: 'Take a key out when its last token has expired.',
      clause: 'OpenID Connect Core 1.0 §10.1.1',
    }
  }
  const twice = usable.find((one, at) =>
    usable.slice(0, at).some((other) => other.key.equals(one.key)),
  )
  if (twice !== undefined) {
    yield {
      id: 'key-twice',
      severity: 'note',
      message: `The key ${quoteForLog(twice.kid)} is in the set under another name as well. To revoke it, both names have to be revoked.`,
      advice: 'Publish it once.',
      clause: 'RFC 7517 §4.5',
    }
  }
}

function usableOf(set: Record<string, unknown>) {
  try {
    return importJwkSet(set)
  } catch {
    return []
  }
}

function nameOf({ kid }: Record<string, unknown>, at: number): string {
  return typeof kid === 'string' ? `the key ${quoteForLog(kid)}` : `the key at place ${at + 1}`
}
