/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Me } from '@trove/contract/identity'
import type { Organization } from '@trove/contract/organizations'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { embeddedUrl } from '../server/src/app/embedded.ts'
import { seedFiles } from '../server/test/seed.ts'
import { ask, beginJourney, firstVisit, type Journey } from './journey.ts'

const COUNT = 60_000
const DAYS = 3_000

describe('a timeline of sixty thousand files over eight years', () => {
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
    // Seeded past the triggers: what they would have counted, then dates, which they count.
    await client.query(
      `insert into timeline_day (organization_id, day, kind, count)
       select organization_id, local_at::date, kind, count(*) from file group by 1, 2, 3`,
    )
    await client.query(
      `update file set happened_from = 'camera', offset_minutes = 0, latitude = 48.2, longitude = 16.4,
         happened_at = timestamptz '2024-12-31 18:00Z' - (n % ${DAYS}) * interval '1 day' - (n % 600) * interval '1 minute'
       from (select id, row_number() over (order by id) as n from file) as numbered where numbered.id = file.id`,
    )
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
      const cells = [...document.querySelectorAll('[role=gridcell]')]
      return cells.length > 0 && cells.every((cell) => cell.getAttribute('aria-label') !== 'Loading')
    })

  test('opens at what happened last, under its day, with no more in the page than is in sight', async () => {
    await inSight(/60,000 files/)
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

  test('shows more at once by month and by year, and stays where one was', async () => {
    await page.locator('body').press('2')
    await inSight('May 2019')
    await page.locator('body').press('3')
    await inSight('2019')
    assert.ok((await page.locator('[role=gridcell]').count()) > 100)
    await page.locator('body').press('1')
    await page
      .getByText(/May \d+, 2019/)
      .first()
      .waitFor()
  })
})
