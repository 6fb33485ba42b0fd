type Child = Node | string

/** A new element. Texts become text, whatever is in them. */
export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), properties)
  element.append(...children)
  return element
}

/** A new row of a table: its first cell names it. */
export function createRow(name: Child, ...cells: Child[]): HTMLTableRowElement {
  return create(
    'tr',
    {},
    create('th', { scope: 'row' }, name),
    ...cells.map((cell) => create('td', {}, cell)),
  )
}

/** A new element of a drawing. */
export function createSvg(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: Child[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(...children)
  return element
}
