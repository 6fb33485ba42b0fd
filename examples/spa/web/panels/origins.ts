import { find, findElement } from '../find.ts'
import type { Page } from '../page.ts'

/** Where this page is, and where its twin is. */
export function showOrigins({ config }: Page): void {
  const isOwn = location.origin === config.apiOrigin
  const link = find('#other-origin', HTMLAnchorElement)
  link.href = isOwn ? config.otherOrigin : config.apiOrigin
  link.textContent = isOwn
    ? `The same page from another origin: ${config.otherOrigin}`
    : `The same page from the API’s own origin: ${config.apiOrigin}`
  findElement('#where').textContent = isOwn
    ? `This page and its API have one origin, ${config.apiOrigin}.`
    : `This page is of ${location.origin}, its API of ${config.apiOrigin}.`
}
