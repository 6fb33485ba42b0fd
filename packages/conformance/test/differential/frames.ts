/** Another arrangement of the segments of a token, or something around it. */
type Frame = (token: string) => string

/** By name, so that a counterexample can be read. */
export const frames: Readonly<Record<string, Frame>> = {
  'header and payload swapped': arranged(([header, payload, signature]) => [
    payload,
    header,
    signature,
  ]),
  'signature in front': arranged(([header, payload, signature]) => [signature, header, payload]),
  'header twice': arranged(([header, payload, signature]) => [header, header, payload, signature]),
  'signature twice': arranged(([header, payload, signature]) => [
    header,
    payload,
    signature,
    signature,
  ]),
  'no signature': arranged(([header, payload]) => [header, payload]),
  'an empty signature': arranged(([header, payload]) => [header, payload, '']),
  'an empty payload': arranged(([header, , signature]) => [header, '', signature]),
  'an empty header': arranged(([, payload, signature]) => ['', payload, signature]),
  'the header alone': arranged(([header]) => [header]),
  'two dots': () => '..',
  nothing: () => '',
  'five segments, as if encrypted': arranged(([header, payload, signature]) => [
    header,
    '',
    payload,
    payload,
    signature,
  ]),
  'five segments': arranged(([header, payload, signature]) => [
    header,
    payload,
    payload,
    payload,
    signature,
  ]),
  'four dots': () => '....',
  'a dot before': (token) => `.${token}`,
  'a dot behind': (token) => `${token}.`,
  twice: (token) => `${token}.${token}`,
  'twice, by a comma': (token) => `${token},${token}`,
  'many dots': () => '.'.repeat(4_000),
  'flattened JSON': (token) => JSON.stringify(flattened(token)),
  'general JSON': (token) => {
    const { payload, protected: header, signature } = flattened(token)
    return JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
  },
  'JSON and compact in one': (token) =>
    JSON.stringify({ [`${token.split('.').slice(0, 2).join('.')}.`]: '', ...flattened(token) }),
  'in quotes': (token) => `"${token}"`,
  'behind Bearer': (token) => `Bearer ${token}`,
  'behind a blank': (token) => ` ${token}`,
  'before a line break': (token) => `${token}\r\n`,
  'before a no-break space': (token) => `${token}\u00a0`,
  'before a zero byte': (token) => `${token}\0`,
  'behind a byte order mark': (token) => `\ufeff${token}`,
  'in upper case': (token) => token.toUpperCase(),
  'percent-encoded dots': (token) => token.replaceAll('.', '%2e'),
  'full-width dots': (token) => token.replaceAll('.', '\uff0e'),
  'base64url once more': (token) => Buffer.from(token).toString('base64url'),
}

function arranged(arrange: (segments: readonly [string, string, string]) => string[]): Frame {
  return (token) => {
    const [header = '', payload = '', signature = ''] = token.split('.')
    return arrange([header, payload, signature]).join('.')
  }
}

function flattened(token: string) {
  const [header, payload, signature] = token.split('.')
  return { payload, protected: header, signature }
}
