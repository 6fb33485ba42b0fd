import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { type ServedDemo, serveDemo } from '../src/serve-demo.ts'

/** The demo on ports that are free, with the page as `vite build` has made it. */
export function startDemo(): Promise<ServedDemo> {
  const webFolder = fileURLToPath(new URL('../dist/web', import.meta.url))
  return serveDemo({ port: 0, otherPort: 0, webFolder })
}

export const PASSWORD = 'a lock and two keys'

/** Resolves when the page knows. */
export async function waitForStatus(page: Page, status: string): Promise<void> {
  await page.waitForSelector(`html[data-status=${status}]`)
}

/** Opens the page and logs in, as a visitor does. */
export async function logIn(page: Page, url: string, user = 'alice'): Promise<void> {
  await page.goto(url)
  await waitForStatus(page, 'signed-out')
  await page.selectOption('#name', user)
  await page.click('#login-form button')
  await waitForStatus(page, 'signed-in')
  await page.waitForSelector('#who strong')
  // The timeline is fed.
  await page.waitForSelector('#timeline .session', { state: 'attached' })
}

/** What the table beside the drawing says, the newest first: `Tab 1: refreshed …`. */
export async function timelineOf(page: Page): Promise<string[]> {
  return page.$$eval('#timeline-rows tr', (rows) =>
    rows.map(({ children }) => `${children[1]?.textContent}: ${children[2]?.textContent}`),
  )
}
