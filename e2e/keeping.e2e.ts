/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { ask, beginJourney, firstVisit, pick, type Journey } from './journey.ts'

describe('keeping', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('keeping')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
  })
  after(() => journey.end())

  test('an organization sees where its bytes are, and follows the biggest file to where it lies', async () => {
    const files = journey.write({
      'large.bin': randomBytes(300_000),
      'small.bin': randomBytes(2_000),
    })
    await pick(page, files)
    await page.getByRole('gridcell', { name: /large\.bin/ }).waitFor()
    await page.getByRole('gridcell', { name: /small\.bin/ }).waitFor()

    await page.goto(`${journey.origin}/settings/space`)
    const kept = page.getByRole('list', { name: 'What is kept' })
    await kept.getByText('Kept in all').waitFor()
    await page.getByRole('button', { name: 'Measure now' }).click()
    await kept.getByText('295 KB').first().waitFor()
    const biggest = page.getByRole('list', { name: 'Files' })
    assert.match((await biggest.getByRole('listitem').first().textContent()) ?? '', /large\.bin/)
    await page.getByRole('radio', { name: 'People' }).click()
    await page.getByRole('list', { name: 'People' }).getByText('2 files').waitFor()
    await page.getByRole('radio', { name: 'Files' }).click()
    await biggest.getByRole('link', { name: 'large.bin' }).click()
    await page.waitForURL(/\/library\?.*open=/)
  })

  test('an administrator has a dry run made, has it done, and finds both written down', async () => {
    await page.goto(`${journey.origin}/administration/upkeep`)
    const quotas = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Quotas' }) })
    await quotas.getByRole('button', { name: 'Dry run: Quotas' }).click()
    await quotas.getByText(/^Dry run .*It would do nothing\./).waitFor()
    await quotas.getByRole('button', { name: 'Run now: Quotas' }).click()
    await quotas.getByText(/^Last run .*There was nothing to do\./).waitFor()
    await quotas.getByRole('button', { name: /Earlier runs/ }).click()
    await quotas.getByText(/dry run · asked for by Ada/).waitFor()
    const { items } = await ask<{ items: { kind: string }[] }>(page, '/api/security-events?kind=upkeep.asked-for')
    assert.equal(items.length, 2)
  })

  test('an administrator sees who holds how much, and what is free on the disk', async () => {
    await page.goto(`${journey.origin}/administration/space`)
    await page.getByText('Free on the disk').waitFor()
    await page.getByRole('table', { name: 'Organizations' }).getByText('2 files').waitFor()
  })
})
