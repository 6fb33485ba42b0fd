/**
 * The element of the page that a script works on.
 *
 * @throws Error when the markup has none of that kind: the two do not fit together
 */
export function find<Type extends Element>(selector: string, kind: new () => Type): Type {
  const found = document.querySelector(selector)
  if (found instanceof kind) return found
  throw new Error(`The page has no ${kind.name} at ${selector}`)
}

export const findButton = (selector: string) => find(selector, HTMLButtonElement)
export const findElement = (selector: string) => find(selector, HTMLElement)
