// `npm run build && npm run screenshots`: the page as it looks, at two widths, in light and dark, in ./screenshots.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { serveDemo } from './dist/server/serve-demo.js'

const folder = fileURLToPath(new URL('screenshots', import.meta.url))
const webFolder = fileURLToPath(new URL('dist/web', import.meta.url))
mkdirSync(folder, { recursive: true })

const demo = await serveDemo({ port: 0, otherPort: 0, webFolder })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})

for (const width of [360, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    const page = await context.newPage()
    const shoot = async (name) => {
      await page.evaluate(() => scrollTo(0, 0))
      const path = `${folder}/${name}-${width}-${colorScheme}.png`
      await page.screenshot({ path, fullPage: true })
    }
    await page.goto(demo.url)
    await page.waitForSelector('html[data-status=signed-out]')
    await shoot('1-logged-out')

    await useEverything(page)
    await shoot('2-logged-in')

    await page.check('#cut')
    await page.click('#refresh-now')
    await page.waitForSelector('#trouble', { state: 'visible' })
    await shoot('3-without-network')
    await page.uncheck('#cut')

    await page.click('#steal')
    await page.waitForSelector('#theft-story li')
    await page.click('#go-on')
    await page.waitForSelector('#theft-story li:nth-child(2)')
    await page.click('#thief')
    await page.waitForSelector('#theft-story li:nth-child(3)')
    await page.click('#timeline-table summary')
    await shoot('4-after-a-theft')
    await context.close()
  }
}
await browser.close()
await demo.close()

/** With two tabs, over half a minute, so that there is something to see. */
async function useEverything(page) {
  await page.click('#login-form button')
  await page.waitForSelector('html[data-status=signed-in]')
  const opened = page.context().waitForEvent('page')
  await page.click('#open-tab')
  await (await opened).waitForSelector('html[data-status=signed-in]')
  await page.waitForTimeout(32_000)
  await page.click('#call-delete')
  await page.click('#refresh-all')
  await page.waitForSelector('#tabs-result:not(:empty)')
  await page.click('#lose-answer')
  await page.waitForSelector('#network-result li')
  await page.click('#add-phone')
  await page.waitForSelector('#session-rows tr:nth-child(2)')
  await page.click('#rotate')
  await page.waitForSelector('#keys-result:not(:empty)')
  await page.click('#attack')
  await page.waitForSelector('#attack-groups details')
  await page.click('#attack-groups details:nth-child(17) summary')
}
