import type { Cause, Evidence } from '../cause.ts'
import type { RemovalId } from '../peels.ts'

/** What was pasted around the token, with what a server would have to say to it. A header line is as it should be. */
const ADVICE: { readonly [id in RemovalId]?: readonly [what: string, fix: string] } = {
  'bearer-prefix': [
    'The scheme Bearer is part of the text.',
    'In the Authorization header it belongs there. Where only a token is expected (guard.verify(), a cookie, a field of a debugger), give the token alone.',
  ],
  'bearer-twice': [
    'The scheme Bearer is written twice.',
    'The client puts Bearer in front of a value that has it already. Keep the token without it, and add it where the header is made.',
  ],
  quotes: [
    'The token is in quotes.',
    'A JSON text was sent without being parsed. In the client, JSON.parse() what comes from storage, or read the member of the reply.',
  ],
  'line-breaks': [
    'There are line breaks or blanks inside the token.',
    'Something wrapped it: an editor, a mail, base64 with line breaks. Copy it in one line; in shells, use base64 -w0 and printf.',
  ],
  'invisible-characters': [
    'There are characters in it that cannot be seen.',
    'Word processors and chats put in zero-width and no-break characters. Copy the token from where it was issued.',
  ],
  'percent-encoding': [
    'The token is percent-encoded.',
    'It comes from a URL. Read it with URLSearchParams, which decodes it, before it is put into the header.',
  ],
  url: [
    'The token stands in a URL or an assignment.',
    'Send the value alone. A token in a URL ends up in logs and histories: use the Authorization header.',
  ],
  'json-reply': [
    'The whole reply of the token endpoint was taken, or a line of it.',
    'Send its access_token, and nothing else of it.',
  ],
  'several-tokens': [
    'There is more than one token.',
    'Only the first was looked at. A request carries one; a header with two values is refused.',
  ],
  'trailing-text': [
    'There are characters behind the token.',
    'They were copied along. Send the token without them.',
  ],
}

export function pasteCauses({ paste }: Evidence): Cause[] {
  return paste.removed.flatMap(({ id, what }) => {
    const advice = ADVICE[id]
    if (advice === undefined) return []
    return [
      {
        id,
        code: undefined,
        what: `${advice[0]} It was taken off here; a server that gets it so refuses it.`,
        evidence: `taken off: ${what}`,
        fix: advice[1],
      },
    ]
  })
}
