import type { Algorithm } from '@gatewarden/core'
import { signingInput } from '../compact-jws.ts'
import type { Forge, ForgedRow } from './forge.ts'

const NONE_SPELLINGS: readonly (readonly [id: string, alg: string])[] = [
  ['none', 'none'],
  ['none-capitalized', 'None'],
  ['none-upper-case', 'NONE'],
  ['none-mixed-case', 'nOnE'],
  ['none-blank-after', 'none '],
  ['none-blank-before', ' none'],
  ['none-full-width', 'ｎｏｎｅ'],
  ['none-nul', 'none\0'],
]

const STRANGE_ALGORITHMS: readonly (readonly [id: string, name: string, alg: unknown])[] = [
  ['alg-missing', 'no alg', undefined],
  ['alg-null', 'alg null', null],
  ['alg-empty', 'an empty alg', ''],
  ['alg-zero', 'alg 0', 0],
  ['alg-true', 'alg true', true],
  ['alg-object', 'an object as alg', { toString: 'ES256' }],
  ['alg-proto', 'alg __proto__', '__proto__'],
  ['alg-constructor', 'alg constructor', 'constructor'],
  ['alg-to-string', 'alg toString', 'toString'],
  ['alg-crlf', 'a line break and a header in alg', 'ES256\r\nSet-Cookie: a=b'],
  ['alg-quotes', 'quotes in alg that end a quoted string', '", error="'],
  ['alg-not-latin', 'alg in letters no header can hold', 'алгоритм'],
  ['alg-direct', 'an encryption algorithm: dir', 'dir'],
  ['alg-rsa15', 'an encryption algorithm: RSA1_5', 'RSA1_5'],
]

/** Algorithms one key could be used with, one line a kind of key. */
const KEY_KINDS: readonly (readonly Algorithm[])[] = [
  ['HS256', 'HS384', 'HS512'],
  ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ['ES256', 'ES384', 'ES512'],
  ['EdDSA', 'Ed25519'],
]

/** `alg` chosen by the attacker (RFC 8725 §2.1, §3.1). */
export function forgedAlgorithms(forge: Forge): ForgedRow[] {
  return [...withoutAlgorithm(forge), ...strangeAlgorithms(forge), ...otherAlgorithms(forge)]
}

function withoutAlgorithm({ header, claims, signed }: Forge): ForgedRow[] {
  return [
    [
      'none-two-segments',
      'alg none, and no third segment',
      'ERR_TOKEN_MALFORMED',
      signingInput(header({ alg: 'none' }), claims()),
    ],
    ...NONE_SPELLINGS.flatMap(([id, alg]): ForgedRow[] => [
      [
        `alg-${id}`,
        `alg ${JSON.stringify(alg)} without a signature`,
        'ERR_TOKEN_MALFORMED',
        `${signingInput(header({ alg }), claims())}.`,
      ],
      [
        `alg-${id}-signed`,
        `alg ${JSON.stringify(alg)} with a signature`,
        'ERR_ALGORITHM_REFUSED',
        signed(header({ alg }), claims()),
      ],
    ]),
  ]
}

function strangeAlgorithms({ victim, header, claims, signed }: Forge): ForgedRow[] {
  const { algorithm } = victim
  const variants: typeof STRANGE_ALGORITHMS = [
    ...STRANGE_ALGORITHMS,
    ['alg-list', 'a list with the right alg', [algorithm]],
    ['alg-list-of-two', 'a list with none and the right alg', ['none', algorithm]],
    ['alg-lower-case', 'the right alg in lower case', algorithm.toLowerCase()],
    ['alg-blank-after', 'the right alg and a blank', `${algorithm} `],
  ]
  return [
    ...variants.map(([id, name, alg]): ForgedRow => [
      id,
      name,
      'ERR_ALGORITHM_REFUSED',
      signed(header({ alg }), claims()),
    ]),
    [
      'pbes2-iterations',
      'a key derivation of two thousand million rounds',
      'ERR_ALGORITHM_REFUSED',
      signed(header({ alg: 'PBES2-HS256+A128KW', p2s: 'c2FsdA', p2c: 2 ** 31 - 1 }), claims()),
    ],
  ]
}

/** One key, one algorithm: RFC 8725 §3.1. */
function otherAlgorithms({ victim, header, claims, signed, signText }: Forge): ForgedRow[] {
  const { algorithm } = victim
  const fitting = KEY_KINDS.find((kind) => kind.includes(algorithm)) ?? []
  const isEd25519 = fitting.includes('EdDSA')
  return KEY_KINDS.flatMap((kind) => kind)
    .filter((other) => other !== algorithm && !(isEd25519 && fitting.includes(other)))
    .flatMap((other): ForgedRow[] => {
      const said: ForgedRow = [
        `alg-says-${other.toLowerCase()}`,
        `alg says ${other}, the signature is ${algorithm}`,
        'ERR_ALGORITHM_REFUSED',
        signed(header({ alg: other }), claims()),
      ]
      if (!fitting.includes(other)) return [said]
      const text = signingInput(header({ alg: other }), claims())
      const used: ForgedRow = [
        `alg-used-${other.toLowerCase()}`,
        `the right key, used with ${other}`,
        'ERR_ALGORITHM_REFUSED',
        signText(text, other),
      ]
      return [said, used]
    })
}
