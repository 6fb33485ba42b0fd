import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const isInstalled = existsSync(executablePath)

/** A test in a real browser. Without one it is skipped; in CI, where nobody reads that, it fails. */
export const itInChromium = isInstalled || process.env.CI === 'true' ? it : skippedLoudly()

/** Started for the first page that somebody opens. */
let browser: Promise<Browser> | undefined

/** A page in a profile of its own: no cookies, nobody is logged in. */
export async function openProfile(options: BrowserContextOptions = {}): Promise<Page> {
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
  // Without movement, the timeline is drawn less often, which leaves the machine to the tests.
  const context = await (await browser).newContext({ reducedMotion: 'reduce', ...options })
  return context.newPage()
}

export async function closeChromium(): Promise<void> {
  await (await browser)?.close()
}

function skippedLoudly(): typeof it.skip {
  // Not console.warn: jest prints nothing of a file whose tests are all skipped.
  process.stderr.write('SKIPPED: these tests need Chromium (Debian: chromium, or CHROMIUM_PATH).\n')
  return it.skip
}
