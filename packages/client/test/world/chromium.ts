import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const isInstalled = existsSync(executablePath)

/** Tests in a real browser. Without one they are skipped; in CI, where nobody reads that, they fail. */
export const describeInChromium =
  isInstalled || process.env.CI === 'true' ? describe : skippedLoudly()

let browser: Promise<Browser> | undefined

afterAll(async () => {
  await (await browser)?.close()
})

/** One for all tests of a file. */
export function openBrowser(): Promise<Browser> {
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
  return browser
}

function skippedLoudly(): typeof describe.skip {
  // Not console.warn: jest prints nothing of a file whose tests are all skipped.
  process.stderr.write('SKIPPED: these tests need Chromium (Debian: chromium, or CHROMIUM_PATH).\n')
  return describe.skip
}
