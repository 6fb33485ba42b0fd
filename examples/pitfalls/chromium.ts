import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const isInstalled = existsSync(executablePath)

/** A test in a real browser. Without one it is skipped; in CI, where nobody reads that, it fails. */
export const itInChromium = isInstalled || process.env.CI === 'true' ? it : skippedLoudly()

let browser: Promise<Browser> | undefined

afterAll(async () => {
  await (await browser)?.close()
})

/** A page in a profile of its own: no cookies, nobody is logged in. */
export async function openPage(): Promise<Page> {
  browser ??= chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const context = await (await browser).newContext()
  return context.newPage()
}

function skippedLoudly(): typeof it.skip {
  // Not console.warn: jest prints nothing of a file whose tests are all skipped.
  process.stderr.write('SKIPPED: these tests need Chromium (Debian: chromium, or CHROMIUM_PATH).\n')
  return it.skip
}
