/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Me } from '@trove/contract/identity'
import type { Organization } from '@trove/contract/organizations'
import type { Page } from 'playwright-core'
import { embeddedUrl } from '../server/src/app/embedded.ts'
import { seedFiles } from '../server/test/seed.ts'
import { ask, beginJourney, firstVisit, type Journey } from './journey.ts'

const COUNT = 100_000
/** A frame later than this is one that a person sees. */
const LATE_FRAME_MS = 250

describe('a library of a hundred thousand files', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('large')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
    const [organization] = (await ask<{ items: Organization[] }>(page, '/api/organizations')).items
    const { id: userId } = await askMe()
    await seedFiles({
      databaseUrl: embeddedUrl(journey.dataFolder) ?? '',
      organizationId: organization?.id ?? '',
      userId,
      count: COUNT,
    })
    await page.goto(`${journey.origin}/library`)
  })
  after(() => journey.end())

  const askMe = () => ask<Me>(page, '/api/me')
  const counted = async (trashed: boolean) => {
    const [organization] = (await ask<{ items: Organization[] }>(page, '/api/organizations')).items
    return (
      await ask<{ count: number }>(page, `/api/organizations/${organization?.id}/files/summary?trashed=${trashed}`)
    ).count
  }
  const shown = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('[role=gridcell]')].map((cell) => Number(cell.getAttribute('data-index'))),
    )

  test('opens at the newest and says how many there are', async () => {
    await page
      .getByText(/100,000 files/)
      .first()
      .waitFor()
    assert.ok((await shown()).includes(0))
    assert.ok((await shown()).length < 500, 'only what is in view is drawn')
  })

  test('scrolls to the middle and shows what is there', async () => {
    const slowest = await page.evaluate(async () => {
      const scroller = [...document.querySelectorAll('*')].find(
        (element) => element.scrollHeight > 100_000 && element.clientHeight < 2_000,
      )
      if (scroller === undefined) throw new Error('nothing scrolls')
      let last = performance.now()
      let slowestMs = 0
      const until = last + 2_000
      const middle = scroller.scrollHeight / 2
      scroller.scrollTop = middle - 6_000
      await new Promise<void>((resolve) => {
        const step = (now: number) => {
          slowestMs = Math.max(slowestMs, now - last)
          last = now
          scroller.scrollTop += 50
          if (now < until) requestAnimationFrame(step)
          else resolve()
        }
        requestAnimationFrame(step)
      })
      return slowestMs
    })
    await page.waitForFunction(() =>
      [...document.querySelectorAll('[role=gridcell]')].some((cell) => {
        const index = Number(cell.getAttribute('data-index'))
        return index > 40_000 && index < 60_000 && cell.getAttribute('aria-label') !== 'Loading'
      }),
    )
    console.log(`slowest frame while scrolling: ${Math.round(slowest)} ms (a person sees ${LATE_FRAME_MS})`)
  })

  test('selects all that match, moves them to the trash and undoes it', async () => {
    await page.locator('[role=gridcell]').first().press('Control+a')
    await page
      .getByRole('toolbar', { name: 'Selection' })
      .getByText(/100,000 files/)
      .waitFor()
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await page.getByRole('button', { name: 'Undo' }).waitFor()
    await page.waitForFunction(() => document.querySelector('[role=gridcell]') === null)
    assert.deepEqual([await counted(false), await counted(true)], [0, COUNT])
    await page.getByRole('button', { name: 'Undo' }).click()
    await page
      .getByText(/100,000 files/)
      .first()
      .waitFor()
    await page.locator('[role=gridcell]').first().waitFor()
    assert.deepEqual([await counted(false), await counted(true)], [COUNT, 0])
  })
})
