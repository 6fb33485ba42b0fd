/** Where modules are, which only the inside of a server knows. */
const PLACE = /node_modules|node:internal|file:\/\/\//

/** A line break as text has it, a string of JSON, or a page. */
const LINE_BREAK = /\n|\\n|<br\s*\/?>/

const LINE_OF_STACK = /^(?:\s|&nbsp;)*at .{1,200}?:\d{1,7}:\d{1,7}/

/**
 * What an answer tells of the inside of a server, such as the line of a stack. Line by line, so that blank lines without
 * end take no longer than others.
 */
export function insideShown(body: string): string | undefined {
  const [place] = PLACE.exec(body) ?? []
  if (place !== undefined) return place
  for (const line of body.split(LINE_BREAK).slice(1)) {
    const [found] = LINE_OF_STACK.exec(line) ?? []
    if (found !== undefined) return found
  }
  return undefined
}
