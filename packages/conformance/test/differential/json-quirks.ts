import { type WrittenMember, writeObject } from './json-text.ts'

/** Another way to write the members of a header or a claims set. Some ways are good JSON, some are none. */
type JsonQuirk = (members: readonly WrittenMember[]) => string | Buffer

/** By name, so that a counterexample can be read. */
export const jsonQuirks: Readonly<Record<string, JsonQuirk>> = {
  // Good JSON, however odd.
  'white space': (members) => `\r\n{ ${written(members, '\t:\n').join(' ,\r')} } `,
  'escaped names': (members) => writeObject(members.map(([name, value]) => [escaped(name), value])),
  'escaped values': (members) =>
    writeObject(members.map(([name, value]) => [name, escapedText(value)])),
  'members backwards': (members) => writeObject([...members].reverse()),
  'colons and braces in a text': adding('"a:{\\"":"[{:,}]\\\\"'),
  'letters no header can hold': adding('"имя":"é \u{1F600} \u2028"'),
  'a lone surrogate': adding('"x":"\\ud800"'),
  'two lone surrogates as names': adding('"\\ud800":1,"\\udfff":2'),
  'a zero byte, escaped': adding('"x\\u0000":"\\u0000"'),
  'huge numbers': adding('"x":[1e999,-1e999,-0,1e21,9007199254740993,1E-400]'),
  __proto__: adding('"__proto__":{"alg":"none","exp":1,"sub":"root"}'),
  'constructor and the like': adding('"constructor":1,"toString":null,"then":{},"length":-1'),
  'one name on two levels': adding('"x":{"x":{"alg":1,"sub":2},"y":[{"x":1},{"x":2}]}'),
  'lists, 31 levels': nested('[', ']', 30),
  'lists, 32 levels': nested('[', ']', 31),
  'objects, 32 levels': nested('{"x":', '}', 31),
  'closed lists without end': adding(`"x":[${Array(300).fill('[[]]').join()}]`),
  'brackets in a text': adding(`"x":"${'[{'.repeat(60)}"`),

  // What JSON.parse takes, and RFC 7515 §4 or a limit of ours does not.
  'lists, 33 levels': nested('[', ']', 32),
  'objects, 33 levels': nested('{"x":', '}', 32),
  'lists and objects, 40 levels': nested('[{"x":', '}]', 20),
  'lists, 3,000 levels': nested('[', ']', 2_999),
  'a member twice, another first': ([[name, value] = ['"x"', '1'], ...others]) =>
    writeObject([[name, '"other"'], [name, value], ...others]),
  'a member twice, the same': (members) => writeObject([...members, ...members.slice(-1)]),
  'all members twice': (members) => writeObject([...members, ...members]),
  'a member twice, once with an escape': ([first = ['"x"', '1'], ...others]) =>
    writeObject([[escaped(first[0]), 'null'], first, ...others]),
  'a member twice, one level down': adding('"x":{"a":{"b":1,"b":1}}'),
  'a member twice, in a list': adding('"x":[[{"a:":[],"a:":[]}]]'),
  'an empty name twice': adding('"":1,"":2'),
  '__proto__ twice': adding('"__proto__":null,"__proto__":null'),
  'a lone surrogate twice': adding('"\\ud800":1,"\\uD800":2'),
  'a byte order mark': (members) => `\ufeff${writeObject(members)}`,
  'long enough for any limit': adding(`"x":"${'x'.repeat(12_500)}"`),

  // No JSON, no UTF-8, no object.
  'two byte order marks': (members) => `\ufeff\ufeff${writeObject(members)}`,
  'a byte order mark behind': (members) => `${writeObject(members)}\ufeff`,
  'a byte that is no UTF-8': addingBytes(0xff),
  'an overlong quote': addingBytes(0xc0, 0xa2),
  'a surrogate in UTF-8': addingBytes(0xed, 0xa0, 0x80),
  'half a character': addingBytes(0xe2, 0x82),
  'UTF-16': (members) => Buffer.from(writeObject(members), 'utf16le'),
  'text behind': (members) => `${writeObject(members)}x`,
  'a zero byte behind': (members) => `${writeObject(members)}\0`,
  'a no-break space behind': (members) => `${writeObject(members)}\u00a0`,
  'two objects': (members) => writeObject(members).repeat(2),
  'a comma too many': (members) => `{${written(members, ':').join(',')},}`,
  'a comment': (members) => `${writeObject(members)}/**/`,
  'single quotes': (members) => writeObject(members).replaceAll('"', "'"),
  'bare names': (members) =>
    writeObject(members.map(([name, value]) => [name.slice(1, -1), value])),
  'the last character missing': (members) => writeObject(members).slice(0, -1),
  'not a number': adding('"x":NaN'),
  'a leading zero': adding('"x":01'),
  'a hexadecimal number': adding('"x":0x1'),
  'a line break in a text': adding('"x":"\n"'),
  'a list': (members) => `[${writeObject(members)}]`,
  'a text that holds it': (members) => JSON.stringify(writeObject(members)),
  null: () => 'null',
  'a number': () => '42',
  nothing: () => '',
  'an empty object': () => '{}',
}

function adding(members: string): JsonQuirk {
  return (others) => writeObject(others).replace(/}$/, () => `,${members}}`)
}

/** As many levels as said, and one more for the object around them. */
function nested(open: string, close: string, levels: number): JsonQuirk {
  return adding(`"x":${open.repeat(levels)}${close === '}' ? '1' : ''}${close.repeat(levels)}`)
}

/** Puts bytes into a text of their own, so that nothing but these bytes is wrong. */
function addingBytes(...bytes: number[]): JsonQuirk {
  return (members) => {
    const text = writeObject(members).slice(0, -1)
    return Buffer.concat([Buffer.from(`${text},"x":"`), Buffer.from(bytes), Buffer.from('"}')])
  }
}

function written(members: readonly WrittenMember[], colon: string): string[] {
  return members.map(([name, value]) => `${name}${colon}${value}`)
}

/** Every character of a JSON string as an escape. */
function escaped(string: string): string {
  const characters = [...(JSON.parse(string) as string).split('')]
  return `"${characters.map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
}

function escapedText(value: string): string {
  return value.startsWith('"') ? escaped(value) : value
}
