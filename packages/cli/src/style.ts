/** Marks of a terminal; without colours each returns its text as it is. */
export interface Style {
  readonly bold: Mark
  readonly dim: Mark
  readonly red: Mark
  readonly green: Mark
  readonly yellow: Mark
}

type Mark = (text: string) => string

export function createStyle(coloured: boolean): Style {
  const mark = (on: number, off: number) => (text: string) =>
    coloured ? `\u001B[${on}m${text}\u001B[${off}m` : text
  return {
    bold: mark(1, 22),
    dim: mark(2, 22),
    red: mark(31, 39),
    green: mark(32, 39),
    yellow: mark(33, 39),
  }
}
