/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { MARKER, startClamd, withoutClamd, type Clamd } from '../server/test/services/clamav.ts'
import { beginJourney, firstVisit, pick, type Journey } from './journey.ts'

/** Where pictures of it go, when somebody wants to look at them. */
const PICTURES = process.env['SCAN_PICTURES']
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const picture = (hue: number) =>
  sharp({ create: { width: 900, height: 600, channels: 3, background: { r: hue, g: 120, b: 90 } } })
    .jpeg()
    .toBuffer()
const infected = async (hue: number) => Buffer.concat([await picture(hue), Buffer.from(MARKER)])

describe('files that a virus scanner looks at', { skip: withoutClamd }, () => {
  let clamd: Clamd
  let journey: Journey
  let page: Page
  before(async () => {
    clamd = await startClamd()
    journey = await beginJourney('virus-scan', { CLAMAV_URL: clamd.url })
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
  })
  after(async () => {
    await journey?.end()
    await clamd?.stop()
  })

  const says = (words: string) =>
    page.waitForFunction((wanted) => document.body.textContent?.includes(wanted), words, { timeout: 60_000 })
  async function look(name: string) {
    if (PICTURES === undefined) return
    mkdirSync(PICTURES, { recursive: true })
    for (const [screen, width, height] of [
      ['wide', 1440, 900],
      ['phone', 390, 844],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.waitForTimeout(400)
        await page.screenshot({ path: join(PICTURES, `${name}-${screen}-${colorScheme}.png`) })
      }
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  }
  async function isAccessible(where: string) {
    await page.evaluate(AXE)
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    })
    assert.deepEqual(found, [], where)
  }

  test('one that is infected is told in the tray, in the library and in the viewer, and shown nowhere', async () => {
    const paths = journey.write({ 'harbour.jpg': await picture(60), 'invoice.jpg': await infected(200) })
    await pick(page, paths)
    await says('Infected: Trove.Test.Marker')
    await page.getByRole('gridcell', { name: /invoice\.jpg, .*infected/ }).waitFor()
    await page.getByRole('gridcell', { name: /harbour\.jpg, [^,]*$/ }).waitFor()
    await look('library')
    await isAccessible('the library')
    await page.getByRole('gridcell', { name: /invoice\.jpg/ }).press('Enter')
    await page.getByText('Nobody can open it. An admin').first().waitFor()
    assert.equal(await page.getByRole('link', { name: /Download/ }).count(), 0)
    await look('viewer')
    await page.keyboard.press('Escape')
  })

  test('while the scanner is away a file is being checked, and it is shown when it is back, by itself', async () => {
    await clamd.kill()
    await pick(page, journey.write({ 'later.jpg': await picture(120) }))
    await page.getByRole('gridcell', { name: /later\.jpg, .*being checked/ }).waitFor()
    await look('waiting')
    await page.goto(`${journey.origin}/settings?tab=quarantine`)
    await says('The scanner does not answer')
    await clamd.start()
    await says('Files are scanned')
    await page.goto(`${journey.origin}/library`)
    await page.getByRole('gridcell', { name: /later\.jpg, [^,]*$/ }).waitFor({ timeout: 90_000 })
  })

  test('an admin sees what is in quarantine, lets out a false finding, and deletes a true one', async () => {
    await pick(page, journey.write({ 'macro.jpg': await infected(30) }))
    await page.getByRole('gridcell', { name: /macro\.jpg, .*infected/ }).waitFor()
    await page.goto(`${journey.origin}/settings?tab=quarantine`)
    const list = page.getByRole('list', { name: 'Quarantine' })
    await list.getByText('invoice.jpg').first().waitFor()
    assert.equal(await list.getByRole('listitem').count(), 2)
    await look('quarantine')
    await isAccessible('the quarantine')

    await page.getByRole('button', { name: 'More about invoice.jpg' }).click()
    await page.getByRole('menuitem', { name: 'Let it out' }).click()
    await look('release')
    await page.getByRole('dialog').getByRole('button', { name: 'Let it out' }).click()
    await says('invoice.jpg is let out')
    await page.getByRole('button', { name: 'More about macro.jpg' }).click()
    await page.getByRole('menuitem', { name: 'Delete for good' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click()
    await says('Nothing is in quarantine')
    await look('empty')

    await page.goto(`${journey.origin}/library`)
    await page.getByRole('gridcell', { name: /invoice\.jpg, [^,]*$/ }).waitFor()
    assert.equal(await page.getByRole('gridcell', { name: /macro\.jpg/ }).count(), 0)
  })
})
