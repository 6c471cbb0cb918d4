/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { pdfOfPages } from '../server/test/media/documents.ts'
import { sound } from '../server/test/media/recordings.ts'
import { beginJourney, firstVisit, pick, type Journey } from './journey.ts'

/** Where pictures of it go, when somebody wants to look at them. */
const PICTURES = process.env['DOCUMENT_PICTURES']
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('documents and recordings', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('documents')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
  })
  after(async () => {
    await journey?.end()
  })

  async function look(name: string) {
    if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [screen, width, height] of [
        ['wide', 1440, 900],
        ['phone', 390, 844],
      ] as const) {
        await page.setViewportSize({ width, height })
        await page.waitForTimeout(400)
        if (PICTURES !== undefined)
          await page.screenshot({ path: join(PICTURES, `${name}-${screen}-${colorScheme}.png`) })
      }
      await page.setViewportSize({ width: 1440, height: 900 })
    }
    await withoutFault(name)
  }

  async function withoutFault(name: string) {
    await page.evaluate(AXE)
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: unknown[] }[] }> }
      }
      return (await axe.run()).violations.map(({ id, nodes }) => `${id} ${JSON.stringify(nodes).slice(0, 300)}`)
    })
    assert.deepEqual(violations, [], name)
  }

  async function open(name: string) {
    const cell = page.locator('[role=gridcell]').filter({ hasText: name }).first()
    await cell.waitFor()
    await cell.focus()
    await page.keyboard.press('Enter')
  }

  test('a document is read by its pages, by keys, by number and by the words in it', async () => {
    await pick(page, journey.write({ 'minutes.pdf': pdfOfPages(12) }))
    await open('minutes.pdf')
    const where = page.getByLabel('Page, of 12')
    await where.waitFor()
    await page.getByRole('img', { name: 'Page 1', exact: true }).waitFor()
    await page.keyboard.press('PageDown')
    await page.waitForFunction(
      () => (document.querySelector('[aria-label="Page, of 12"]') as HTMLInputElement).value === '2',
    )
    await where.fill('9')
    await where.press('Enter')
    await page.getByRole('img', { name: 'Page 9', exact: true }).waitFor()
    await page.getByRole('document', { name: 'minutes.pdf' }).focus()
    await page.keyboard.press('End')
    await page.getByRole('img', { name: 'Page 12', exact: true }).waitFor()

    await page.getByRole('button', { name: 'Search in this document' }).click()
    await page.getByRole('searchbox', { name: 'Search in this document' }).fill('11')
    await page.getByText('1 hit on 1 page').waitFor()
    await page
      .getByRole('list', { name: 'Hits' })
      .getByRole('button', { name: /Page 11/ })
      .click()
    await page.getByRole('img', { name: 'Page 11', exact: true }).waitFor()
    await page.locator('img[alt="Page 11"]').waitFor({ timeout: 180_000 })
    await look('document')
    await page.waitForFunction(
      () => (document.querySelector('[aria-label="Page, of 12"]') as HTMLInputElement).value === '11',
    )
    await page.getByRole('button', { name: 'Close the search' }).click()
    await page.keyboard.press('Escape')
  })

  test('what was found in a document opens at the page where the words are', async () => {
    await page.goto(`${journey.origin}/search?q=7`)
    await page.getByRole('list', { name: 'Results' }).getByRole('button').first().click()
    const where = page.getByLabel('Page, of 12')
    await where.waitFor()
    assert.equal(await where.inputValue(), '7')
    await page.getByRole('img', { name: 'Page 7', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    assert.doesNotMatch(page.url(), /page=/)
  })

  test('a recording shows how loud it is, and goes where its waveform is pressed', async () => {
    const bytes = await sound('mp3', 6_000, {
      title: 'Harbour at night',
      artist: 'Mara Lind',
      album: 'Field notes',
      genre: 'Ambient',
    })
    await pick(page, journey.write({ 'harbour.mp3': bytes }))
    await open('harbour.mp3')
    await page.getByText('Mara Lind').waitFor()
    await page.getByText('Field notes · Ambient').waitFor()
    const wave = page.getByRole('slider', { name: 'Position in the waveform' })
    await wave.waitFor()
    await page.waitForFunction(
      () =>
        Number(document.querySelector('[aria-label="Position in the waveform"]')?.getAttribute('aria-valuemax')) === 6,
    )
    const box = await wave.boundingBox()
    assert.ok(box !== null)
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    const time = () => page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0)
    assert.ok(Math.abs((await time()) - 3) < 0.2, `${await time()}`)
    await wave.press('Home')
    assert.equal(await time(), 0)
    await look('sound')
  })

  test('an administrator sees what waits and what failed, pauses a step and has things tried again', async () => {
    await page.goto(`${journey.origin}/administration/processing`)
    const step = page.getByRole('list', { name: 'Steps' }).getByRole('listitem').filter({ hasText: 'Waveform' })
    await step.getByRole('button', { name: 'Pause: Waveform' }).click()
    await step.getByText('Paused', { exact: true }).waitFor()
    await page.goto(`${journey.origin}/library`)
    await page.getByRole('gridcell').first().waitFor()
    const damaged = Buffer.concat([
      Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
      Buffer.alloc(400, 7),
    ])
    await pick(page, journey.write({ 'steps.wav': await sound('wav', 1_500), 'damaged.jpg': damaged }))
    // Both: what is still on its way does not survive leaving the page.
    for (const name of [/damaged/, /steps/]) await page.getByRole('gridcell', { name }).waitFor()
    await page.goto(`${journey.origin}/administration/processing`)
    await step.getByText(/1 waiting/).waitFor()
    const failures = page.getByRole('list', { name: 'Failures' })
    await failures.getByText('damaged.jpg').waitFor()
    await (PICTURES === undefined ? withoutFault : look)('processing')
    await failures
      .getByRole('button', { name: /^Try again/ })
      .first()
      .click()
    await page.getByText('1 file will be tried again').waitFor()
    await step.getByRole('button', { name: 'Resume: Waveform' }).click()
    await step.getByText(/0 waiting/).waitFor()
    await step.getByRole('button', { name: 'More: Waveform' }).click()
    await page.getByRole('menuitem', { name: 'Run over old files …' }).click()
    await page.getByText('It has been done for every file that needs it.').waitFor()
    assert.ok(await page.getByRole('button', { name: 'Ask for it' }).isDisabled())
    await page.getByRole('button', { name: 'Cancel' }).click()
    // What was chosen in a menu is gone with it: the keyboard is where the menu hung.
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'More: Waveform')
  })

  test('places where one finds things have no fault for those who cannot see them', async () => {
    for (const place of ['search?q=7', 'duplicates', 'timeline?show=map', 'settings/tags']) {
      await page.goto(`${journey.origin}/${place}`)
      await page.waitForLoadState('networkidle')
      await (PICTURES === undefined ? withoutFault : look)(place.replace(/\W/g, '-'))
    }
  })
})
