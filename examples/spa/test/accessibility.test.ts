import axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { ServedDemo } from '../src/serve-demo.ts'
import { closeChromium, itInChromium, openProfile } from './chromium.ts'
import { logIn, startDemo, waitForStatus } from './demo.ts'

// The page for everybody: by keyboard, in both colours, on a phone's width.

type Axe = typeof axe

let demo: ServedDemo

beforeAll(async () => {
  demo = await startDemo()
})

afterAll(async () => {
  await closeChromium()
  await demo.close()
})

const LOOKS = [360, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

itInChromium(
  'has nothing that axe complains about, and fits, in every look',
  async () => {
    // The policy of the page would not let axe in.
    const page = await openProfile({ bypassCSP: true })
    await page.goto(demo.url)
    await waitForStatus(page, 'signed-out')
    await page.evaluate(axe.source)
    for (const look of LOOKS) expect(await complaints(page, look)).toEqual([])

    await logIn(page, demo.url)
    await page.evaluate(axe.source)
    await showResults(page)
    for (const look of LOOKS) expect(await complaints(page, look)).toEqual([])

    // It would have complained.
    await page.evaluate(() => document.querySelector('#attack')!.replaceChildren())
    expect(await complaints(page, LOOKS[0]!)).toEqual(['button-name: #attack'])
    await page.context().close()
  },
  60_000,
)

/** Everything that can be shown. */
async function showResults(page: Page): Promise<void> {
  await page.click('#call-delete')
  await page.waitForSelector('#call-result .challenge')
  await page.click('#add-phone')
  await page.waitForSelector('#session-rows tr:nth-child(2)')
  await page.click('#rotate')
  await page.click('#steal')
  await page.waitForSelector('#theft-story li')
  await page.click('#attack')
  await page.waitForSelector('#attack-groups details')
  await page.check('#cut')
  await page.click('#refresh-now')
  await page.waitForSelector('#trouble', { state: 'visible' })
  await page.evaluate(() => {
    // One of the groups: they are alike, and there are twenty.
    const all = document.querySelectorAll('details:not(#attack-groups *)')
    for (const each of [...all, document.querySelector('#attack-groups details')!])
      each.setAttribute('open', '')
  })
}

async function complaints(page: Page, look: (typeof LOOKS)[number]): Promise<string[]> {
  await page.setViewportSize({ width: look.width, height: 900 })
  await page.emulateMedia({ colorScheme: look.colorScheme })
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe }
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    const { scrollWidth, clientWidth } = document.documentElement
    return [
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target }) => `${id}: ${target.join()}`),
      ),
      ...(scrollWidth > clientWidth ? [`it is ${scrollWidth} pixels wide`] : []),
    ]
  })
}

itInChromium('logs in, calls the API and logs out by keyboard alone', async () => {
  const page = await openProfile()
  await page.goto(demo.url)
  await waitForStatus(page, 'signed-out')
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  expect(await tabTo(page, 'password')).toEqual(['name', 'password'])
  await page.keyboard.press('Enter')
  await waitForStatus(page, 'signed-in')

  // The form is gone; what came in its place has the focus.
  expect(await focused(page)).toBe('who-card')
  expect((await tabTo(page, 'call-write')).at(0)).toBe('logout')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#call-result:has-text("POST /notes 201")')
  await page.keyboard.press('Tab')
  expect(await focused(page)).toBe('call-mine')

  await page.focus('#logout')
  await page.keyboard.press('Space')
  await waitForStatus(page, 'signed-out')
  expect(await focused(page)).toBe('name')
  await page.context().close()
})

itInChromium('reaches every button, one after the other, and shows where it is', async () => {
  const page = await openProfile()
  await logIn(page, demo.url)
  const buttons = await page.$$eval(
    'button, input, a, summary',
    (all) => all.filter((each) => each.checkVisibility()).length,
  )
  const unmarked: string[] = []
  const places: number[] = []
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  for (;;) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const { activeElement } = document
      if (activeElement === null || activeElement === document.body) return undefined
      const all = [...document.querySelectorAll('*')]
      const { outlineStyle, outlineWidth } = getComputedStyle(activeElement)
      const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
      return { name: activeElement.id, isMarked, place: all.indexOf(activeElement) }
    })
    if (at === undefined) break
    if (!at.isMarked) unmarked.push(at.name)
    places.push(at.place)
  }
  expect(unmarked).toEqual([])
  // As they stand in the page, so that nobody jumps about.
  expect(places).toEqual([...places].sort((one, other) => one - other))
  expect(places.length).toBeGreaterThanOrEqual(buttons)
  await page.context().close()
})

/** Presses Tab until it has the focus. Returns what had it on the way. */
async function tabTo(page: Page, id: string): Promise<string[]> {
  const visited: string[] = []
  while (visited.at(-1) !== id && visited.length < 30) {
    await page.keyboard.press('Tab')
    visited.push(await focused(page))
  }
  return visited
}

async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { id = '', textContent = '' } = document.activeElement ?? {}
    return id === '' ? textContent.trim() : id
  })
}
