/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { beginJourney, firstVisit, type Journey } from './journey.ts'

describe('the trail', { timeout: 300_000 }, () => {
  let journey: Journey
  let page: Page

  before(async () => {
    journey = await beginJourney('trail')
    page = await journey.newPage()
  })
  after(() => journey.end())

  const lines = () => page.getByRole('list', { name: 'Activity' }).getByRole('listitem')

  test('shows owners what was done, and finds it again by what, who and when', async () => {
    await firstVisit(page, journey.origin)
    await page.getByRole('link', { name: 'Activity' }).click()
    await lines().first().waitFor()
    assert.match(await lines().first().innerText(), /Ada made the organization/)

    await page.getByLabel('What').click()
    await page.getByRole('option', { name: 'Made the organization' }).click()
    await page.waitForURL(/action=organization\.created/)
    assert.equal(await lines().count(), 1)
    await page.getByLabel('From address').fill('198.51.100.0/24')
    await page.getByLabel('From address').press('Enter')
    await page.getByText('Nothing matches.').waitFor()
    await page.reload()
    await page.getByText('Nothing matches.').waitFor()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await lines().first().waitFor()
  })

  test('says more of a line when asked', async () => {
    await page
      .getByRole('button', { name: /More about/ })
      .first()
      .click()
    await page.getByText('organization.created').waitFor()
  })

  test('is saved for a spreadsheet, and says that it was', async () => {
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /spreadsheet/ }).click(),
    ])
    assert.match(download.suggestedFilename(), /^activity-.*\.csv$/)
    const text = await readFile(await download.path(), 'utf8')
    assert.match(text, /^"at","action"/)
    assert.match(text, /"organization\.created"/)
    await page.reload()
    await page.getByText('Ada exported the activity').waitFor()
  })

  test('shows everybody their own account, and the administrator everything', async () => {
    await page.goto(`${journey.origin}/settings/security`)
    const own = page.getByRole('list', { name: 'Security events of your account' })
    await own.getByText('Account made').waitFor()
    await page.goto(`${journey.origin}/administration/security`)
    const all = page.getByRole('list', { name: 'Security events' })
    await all.getByText('Activity exported').waitFor()
    await page.getByRole('radio', { name: 'Critical' }).click()
    await page.getByText('Nothing of this kind has happened.').waitFor()
  })
})
