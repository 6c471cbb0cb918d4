/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Me } from '@trove/contract/identity'
import type { Organization } from '@trove/contract/organizations'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { embeddedUrl } from '../server/src/app/embedded.ts'
import { image } from '../server/test/media/make.ts'
import { countTimeline, seedFiles } from '../server/test/seed.ts'
import { ask, beginJourney, firstVisit, pick, type Journey } from './journey.ts'

const COUNT = 60_000
const ALL = COUNT.toLocaleString('en-US')
const ALL_AND_ONE = (COUNT + 1).toLocaleString('en-US')
const DAYS = 3_000

describe('a timeline of many files over eight years', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('timeline')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
    const [organization] = (await ask<{ items: Organization[] }>(page, '/api/organizations')).items
    const { id: userId } = await ask<Me>(page, '/api/me')
    const databaseUrl = embeddedUrl(journey.dataFolder) ?? ''
    await seedFiles({ databaseUrl, organizationId: organization?.id ?? '', userId, count: COUNT })
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(
      `update file set happened_from = 'camera', offset_minutes = 0, latitude = 48.2, longitude = 16.4,
         happened_at = timestamptz '2024-12-31 18:00Z' - (n % ${DAYS}) * interval '1 day' - (n % 600) * interval '1 minute'
       from (select id, row_number() over (order by id) as n from file) as numbered where numbered.id = file.id`,
    )
    await countTimeline(client, organization?.id ?? '')
    await client.end()
    await page.getByRole('link', { name: 'Timeline' }).click()
    await page.waitForURL(/timeline/)
  })
  after(() => journey.end())

  const firstInSight = () =>
    page.evaluate(() => {
      const cells = [...document.querySelectorAll('[role=gridcell]')].filter(
        (cell) => cell.getBoundingClientRect().top > 120,
      )
      return Math.min(...cells.map((cell) => Number(cell.getAttribute('data-index'))))
    })
  const inSight = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const untilDrawn = () =>
    page.waitForFunction(() => {
      // The cell that has the keyboard is there wherever it is.
      const cells = [...document.querySelectorAll('[role=gridcell]')].filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect()
        return bottom > 0 && top < innerHeight
      })
      return cells.length > 0 && cells.every((cell) => cell.getAttribute('aria-label') !== 'Loading')
    })

  test('opens at what happened last, under its day, with no more in the page than is in sight', async () => {
    await inSight(`${ALL} files`)
    await inSight('Tuesday, December 31, 2024')
    await untilDrawn()
    assert.equal(await firstInSight(), 0)
    assert.ok((await page.locator('[role=gridcell]').count()) < 200)
  })

  test('goes to a date by the keyboard, and to the nearest day before one on which nothing happened', async () => {
    await page.locator('body').press('g')
    await page.getByLabel('Date', { exact: true }).fill('2020-02-29')
    await page.getByLabel('Date', { exact: true }).press('Enter')
    await inSight('Saturday, February 29, 2020')
    await untilDrawn()
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'gridcell')
    await page.keyboard.press('g')
    await page.getByLabel('Date', { exact: true }).fill('2025-06-01')
    await page.getByLabel('Date', { exact: true }).press('Enter')
    await inSight('Tuesday, December 31, 2024')
  })

  test('comes back from the viewer to the very place', async () => {
    await page.locator('body').press('g')
    await page.getByLabel('Date', { exact: true }).fill('2019-05-05')
    await page.getByLabel('Date', { exact: true }).press('Enter')
    await inSight('Sunday, May 5, 2019')
    await untilDrawn()
    const before = await firstInSight()
    await page.locator('[role=gridcell][tabindex="0"]').press('Enter')
    await page.waitForURL(/open=/)
    await page.getByRole('button', { name: 'Close' }).first().waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.search.includes('open='))
    assert.equal(await firstInSight(), before)
    await page.getByRole('link', { name: 'Uploads' }).click()
    await page.waitForURL(/uploads/)
    await page.goBack()
    await inSight('Sunday, May 5, 2019')
    assert.equal(await firstInSight(), before)
  })

  test('shows more at once by month and by year, and comes back to the very place by day', async () => {
    await untilDrawn()
    const before = await firstInSight()
    await page.locator('body').press('2')
    await inSight('May 2019')
    await untilDrawn()
    await page.locator('body').press('3')
    await inSight('2019')
    await untilDrawn()
    assert.ok((await page.locator('[role=gridcell]').count()) > 100)
    assert.ok(
      await page.locator(`[data-index="${before}"]`).evaluate((cell) => {
        const { top, bottom } = cell.getBoundingClientRect()
        return bottom > 0 && top < innerHeight
      }),
    )
    await page.locator('body').press('1')
    await inSight('Sunday, May 5, 2019')
    await untilDrawn()
    assert.equal(await firstInSight(), before)
  })

  test('is narrowed down by type and by date, and shows everything again', async () => {
    const { pathname } = new URL(page.url())
    await page.getByRole('button', { name: 'Videos', exact: true }).click()
    await inSight('Nothing matches')
    await page.getByRole('button', { name: 'Show everything' }).click()
    await inSight(`${ALL} files`)
    await page.goto(`${journey.origin}${pathname}?from=2020-02-01&to=2020-02-29`)
    await inSight('580 files')
    await inSight('Saturday, February 29, 2020')
    await untilDrawn()
    // The first key enters the grid.
    await page.keyboard.press('End')
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'gridcell')
    await page.keyboard.press('End')
    await inSight('Saturday, February 1, 2020')
    await untilDrawn()
    await page.goto(`${journey.origin}${pathname}`)
    await inSight(`${ALL} files`)
    await untilDrawn()
  })

  test('scrubs through the years', async () => {
    const bar = await page.getByRole('scrollbar', { name: 'Jump to a date' }).boundingBox()
    assert.ok(bar !== null)
    await page.mouse.move(bar.x + 10, bar.y + bar.height / 2)
    await page.mouse.down()
    await page.mouse.move(bar.x + 10, bar.y + bar.height - 1, { steps: 20 })
    await page.mouse.up()
    await inSight(/October \d+, 2016/)
    await untilDrawn()
  })

  test('does not move what is looked at when something is added, and shows it at its date', async () => {
    await page.locator('body').press('g')
    await page.getByLabel('Date', { exact: true }).fill('2018-08-08')
    await page.getByLabel('Date', { exact: true }).press('Enter')
    await inSight('Wednesday, August 8, 2018')
    await untilDrawn()
    const tops = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('[role=gridcell]')].map((cell) => [
          cell.textContent?.slice(0, 30),
          Math.round(cell.getBoundingClientRect().top),
        ]),
      )
    const before = new Map((await tops()).map(([name, top]) => [name, top]))
    await pick(page, journey.write({ 'added.jpg': await image('jpeg', { widthPixels: 300, heightPixels: 200 }) }))
    await inSight(`${ALL_AND_ONE} files`)
    const moved = (await tops()).filter(
      ([name, top]) => before.has(name) && Math.abs(Number(before.get(name)) - Number(top)) > 1,
    )
    assert.deepEqual(moved, [])
    await page.keyboard.press('Home')
    await page
      .getByText(/^added\.jpg/)
      .first()
      .waitFor({ state: 'attached' })
  })

  test('can be gone through while it is still counted, and says so', async () => {
    const summary = /\/api\/organizations\/[^/]+\/timeline(\?|$)/
    let answer = () => {}
    const counted = new Promise<void>((resolve) => (answer = resolve))
    await page.route(summary, async (route) => {
      await counted
      await route.continue()
    })
    await page.goto(page.url().replace(/\?.*/, ''))
    await inSight('Counting…')
    await untilDrawn()
    const november = page.getByText(/November \d+, 2024/).first()
    await page.mouse.move(600, 500)
    while (!(await november.isVisible())) {
      await page.mouse.wheel(0, 2_000)
      await page.waitForTimeout(50)
    }
    await inSight('Counting…')
    await page.keyboard.press('Control+a')
    const selection = page.getByRole('toolbar', { name: 'Selection' })
    await selection.getByText('Everything selected, still counting…').waitFor()
    assert.equal(await selection.getByRole('button', { name: 'Move to trash' }).count(), 0)
    answer()
    await selection.getByText(`${ALL_AND_ONE} files`).waitFor()
    await selection.getByRole('button', { name: 'Move to trash' }).waitFor()
    await page.keyboard.press('Escape')
    await selection.waitFor({ state: 'detached' })
    await inSight(`${ALL_AND_ONE} files`)
    await november.waitFor()
    await page.unroute(summary)
    await page.keyboard.press('Home')
  })

  test('shows on a map where all of it was, asks nobody else for it, and goes back to what was there', async () => {
    const strangers: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(journey.origin) && !/^(data|blob):/.test(request.url()))
        strangers.push(request.url())
    })
    await page.getByRole('radio', { name: 'Map' }).click()
    await page.getByRole('button', { name: `${ALL} files taken here` }).click()
    await page.waitForURL(/bounds=/)
    await inSight(`${ALL} files`)
    await page.getByRole('button', { name: /One place/ }).click()
    await inSight(`${ALL_AND_ONE} files`)
    assert.deepEqual(strangers, [])
  })

  test('takes everything that matches into the trash, pictures and videos alone, and back', async () => {
    await page.locator('[role=gridcell]').first().press('Control+a')
    await page.getByRole('toolbar', { name: 'Selection' }).getByText(`${ALL_AND_ONE} files`).waitFor()
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    await inSight('Nothing has happened in Northlight yet')
    await page.getByRole('button', { name: 'Undo' }).click()
    await inSight(`${ALL_AND_ONE} files`)
  })
})
