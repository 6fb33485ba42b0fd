/**
 * A text that was looked up, or undefined for none. Whatever else a client answers, in a mode of its own, must not read as
 * "there is none".
 */
export function textOf(reply: unknown): string | undefined {
  if (typeof reply === 'string') return reply
  if (reply === null) return undefined
  throw unexpected()
}

export function textsOf(reply: unknown): string[] {
  if (Array.isArray(reply) && reply.every((each) => typeof each === 'string')) return reply
  throw unexpected()
}

function unexpected(): TypeError {
  return new TypeError(
    'The Redis client does not answer with texts. If it maps them to something else, give the store ' +
      'client.withTypeMapping({}); if it is in legacy mode, give it client.v4',
  )
}
