/** What a call returns while Object.prototype has members, as a flaw in a merge of objects puts them there. */
export function whilePolluted<T>(members: Readonly<Record<string, unknown>>, call: () => T): T {
  const prototype = Object.prototype as Record<string, unknown>
  try {
    Object.assign(prototype, members)
    return call()
  } finally {
    for (const name of Object.keys(members)) delete prototype[name]
  }
}
