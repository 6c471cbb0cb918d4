/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { ask, beginJourney, firstVisit, pick, type Journey } from './journey.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Listed = { items: { name: string; tags?: { name: string }[]; happenedAt: string; happenedFrom: string }[] }

describe('organizing', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('organizing')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
    const files = journey.write({
      'wound-before.jpg': await picture([1600, 1200], '#a33', '2026:05:04 12:30:00'),
      'wound-after.jpg': await picture([800, 600], '#3a3', '2026:06:04 08:00:00'),
      'cut.jpg': await picture([600, 900], '#33a'),
    })
    await page.getByRole('button', { name: 'Upload', exact: true }).first().waitFor()
    await pick(page, files)
    for (const name of ['wound-before', 'wound-after', 'cut']) await cell(name).locator('img').first().waitFor()
    await page
      .getByRole('button', { name: 'Close' })
      .last()
      .click({ timeout: 3_000 })
      .catch(() => undefined)
  })
  after(() => journey.end())

  const files = async () => {
    const { items } = await ask<{ items: { id: string }[] }>(page, '/api/organizations')
    return (await ask<Listed>(page, `/api/organizations/${items[0]?.id}/files`)).items
  }
  const named = async (name: string) => (await files()).find((file) => file.name.startsWith(name))
  const cell = (name: string) => page.getByRole('gridcell', { name: new RegExp(name) })
  const faults = async () => {
    await page.evaluate(AXE)
    return page.evaluate(async () => {
      const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe
      return (await axe.run()).violations.map(({ id }) => id)
    })
  }
  const shot = (name: string) =>
    process.env['LOOK_FOLDER'] === undefined
      ? undefined
      : page.screenshot({ path: `${process.env['LOOK_FOLDER']}/${name}.png` })

  test('the date of the camera is the date of the file', async () => {
    const before_ = await named('wound-before')
    assert.deepEqual([before_?.happenedAt, before_?.happenedFrom], ['2026-05-04T12:30:00.000Z', 'camera'])
  })

  test('what is chosen is tagged by typing, and z takes just that back', async () => {
    await cell('wound-before').focus()
    await page.keyboard.press('x')
    await cell('wound-after').focus()
    await page.keyboard.press('x')
    await page.keyboard.press('t')
    const dialog = page.getByRole('dialog', { name: 'Tag 2 files' })
    const field = dialog.getByRole('combobox', { name: 'Tags to add' })
    await field.fill('Wound')
    await dialog.getByRole('option', { name: /Make the tag/ }).waitFor()
    await shot('tag-dialog')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Remove the tag Wound' }).waitFor()
    assert.deepEqual(await faults(), [])
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('Tags of 2 files changed').waitFor()
    assert.deepEqual(
      (await named('wound-after'))?.tags?.map(({ name }) => name),
      ['Wound'],
    )
    await page.locator('body').press('z')
    await page.getByText('2 files as before').waitFor()
    assert.equal((await named('wound-after'))?.tags, undefined)
  })

  test('the details show and change description, tags and date, and keep the original as it is', async () => {
    await page.keyboard.press('Escape')
    await cell('cut').focus()
    await page.keyboard.press('i')
    const panel = page.getByRole('complementary', { name: 'Details' })
    const sha256 = ((await named('cut')) as unknown as { sha256: string }).sha256
    await panel.getByRole('button', { name: 'Add a description' }).click()
    await panel.getByLabel('Description').fill('Cut one\nwith <b>hostile</b> words')
    await panel.getByRole('button', { name: 'Save', exact: true }).click()
    await panel.getByText('with <b>hostile</b> words').waitFor()
    await panel.getByRole('combobox', { name: 'Tags' }).fill('Cut')
    await panel.getByRole('option', { name: /Make the tag/ }).click()
    await panel.getByRole('button', { name: 'Remove the tag Cut' }).waitFor()
    await panel.getByRole('button', { name: 'Change the date' }).click()
    await panel.getByLabel('Date and time at the place').fill('1999-12-31T23:59')
    await panel.getByLabel('Offset from UTC').selectOption('60')
    await panel.getByRole('button', { name: 'Save', exact: true }).click()
    await panel.getByText('said by hand').waitFor()
    await shot('details')
    assert.deepEqual(await faults(), [])
    const cut = (await named('cut')) as unknown as { sha256: string; happenedAt: string }
    assert.deepEqual([cut.happenedAt, cut.sha256], ['1999-12-31T23:59:00.000+01:00', sha256])
    await page.locator('body').press('i')
  })

  test('a camera whose clock was an hour wrong is put right for many at once', async () => {
    await page.keyboard.press('Control+a')
    // All of few can be given away, moved and shown together as well.
    for (const deed of ['Share', 'Move', 'Make an event'])
      await page.getByRole('toolbar').getByRole('button', { name: deed, exact: true }).waitFor()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Change the date' }).click()
    const dialog = page.getByRole('dialog', { name: 'Date 3 files' })
    await dialog.getByLabel('Direction').selectOption('earlier')
    await dialog.getByText('Each happened 1 hour earlier than it says.').waitFor()
    await shot('date-dialog')
    assert.deepEqual(await faults(), [])
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('Date of 3 files changed').waitFor()
    assert.equal((await named('wound-before'))?.happenedAt, '2026-05-04T11:30:00.000Z')
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText('3 files as before').waitFor()
    assert.notEqual((await named('wound-before'))?.happenedAt, '2026-05-04T11:30:00.000Z')
    // What was pressed has gone, and still nobody who goes by keyboard begins at the top of the page.
    await page.waitForFunction(() => document.activeElement !== document.body)
    await page.keyboard.press('Escape')
  })

  test('the filters of library and timeline open where they can be seen and pressed', async () => {
    for (const place of ['library', 'timeline']) {
      await page.goto(`${journey.origin}/${place}`)
      await page.getByRole('button', { name: 'Size', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Up to 1 MB' }).click()
      await page.waitForURL(/sizeTo=1000000/)
    }
    await page.goto(`${journey.origin}/library`)
    await page.getByRole('button', { name: 'More types' }).click()
    await page.getByRole('menuitem', { name: 'Archives' }).click()
    await page.waitForURL(/kind=archive/)
    await page.goto(`${journey.origin}/library`)
    await cell('wound-before').waitFor()
  })

  test('two pictures are looked at alike: wheel, keys, wipe, and the address says so', async () => {
    await page.keyboard.press('Escape')
    await cell('wound-before').focus()
    await page.keyboard.press('x')
    await cell('wound-after').focus()
    await page.keyboard.press('x')
    await page.keyboard.press('c')
    const compare = page.getByRole('dialog', { name: 'Compare' })
    const panes = compare.getByRole('group', { name: /picture: / })
    await panes.nth(1).locator('img').first().waitFor()
    const transforms = () =>
      panes.evaluateAll((all) =>
        all.map(
          (pane) => /scale\(([\d.]+)\)/.exec(pane.querySelector('[style*=scale]')?.getAttribute('style') ?? '')?.[1],
        ),
      )
    assert.deepEqual(await transforms(), ['1', '1'])
    await panes.first().hover()
    await page.mouse.wheel(0, -500)
    await page.keyboard.press('+')
    await page.keyboard.press('ArrowRight')
    const [left, right] = await transforms()
    assert.ok(left === right && Number(left) > 2, `${left} ${right}`)
    await shot('compare-side')
    assert.deepEqual(await faults(), [])
    await page.keyboard.press('l')
    await panes.nth(1).hover()
    await page.mouse.wheel(0, 5_000)
    const [alone, other] = await transforms()
    assert.ok(alone === left && other === '1', `${alone} ${other}`)
    await page.keyboard.press('m')
    await page.keyboard.press('w')
    await page.waitForURL(/compare=[^&]*wipe/)
    const slider = compare.getByRole('slider')
    await slider.focus()
    await page.keyboard.press('ArrowRight')
    assert.equal(await slider.getAttribute('aria-valuenow'), '52')
    await shot('compare-wipe')
    assert.deepEqual(await faults(), [])
    await page.reload()
    await slider.waitFor()
    await page.keyboard.press('w')
    await page.setViewportSize({ width: 390, height: 844 })
    await panes.nth(1).locator('img').first().waitFor()
    const boxes = [await panes.first().boundingBox(), await panes.nth(1).boundingBox()]
    assert.ok((boxes[0]?.y ?? 0) < (boxes[1]?.y ?? 0), 'one above the other')
    await shot('compare-phone')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.keyboard.press('Escape')
    await compare.waitFor({ state: 'hidden' })
  })
})

async function picture([width, height]: [number, number], background: string, taken?: string): Promise<Buffer> {
  const plain = sharp({ create: { width, height, channels: 3, background } })
    .composite([{ input: { create: { width: width / 4, height: height / 4, channels: 3, background: '#fff' } } }])
    .jpeg()
  return taken === undefined
    ? plain.toBuffer()
    : plain.withExif({ IFD0: { Make: 'Leica', Model: 'M11' }, IFD2: { DateTimeOriginal: taken } }).toBuffer()
}
