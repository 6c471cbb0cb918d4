/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { clip } from '../server/test/media/recordings.ts'
import { beginJourney, firstVisit, pick, type Journey } from './journey.ts'

/** Where pictures of it go, when somebody wants to look at them. */
const PICTURES = process.env['PLAYER_PICTURES']
const RATE = { num: 30_000, den: 1001 }

describe('a video that no browser plays', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('player')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
  })
  after(async () => {
    await journey?.end()
  })

  async function look(name: string) {
    if (PICTURES === undefined) return
    mkdirSync(PICTURES, { recursive: true })
    for (const [screen, width, height] of [
      ['wide', 1440, 900],
      ['phone', 390, 844],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(300)
      await page.screenshot({ path: join(PICTURES, `${name}-${screen}.png`) })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  }

  /** The number burnt into the frame that is on the screen. */
  const number = () =>
    page.evaluate(() => {
      const video = document.querySelector('video')
      const canvas = document.createElement('canvas')
      canvas.width = video?.videoWidth ?? 0
      canvas.height = video?.videoHeight ?? 0
      const paper = canvas.getContext('2d')
      if (video !== null) paper?.drawImage(video, 0, 0)
      let read = 0
      for (let bit = 0; bit < 16; bit++) {
        const x = Math.floor(canvas.width * (0.25 + (0.5 * (bit + 0.5)) / 16))
        read = read * 2 + ((paper?.getImageData(x, Math.floor(canvas.height * 0.93), 1, 1).data[1] ?? 0) > 127 ? 1 : 0)
      }
      return read
    })

  const settled = () =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const video = document.querySelector('video')
          const look = () => (video?.seeking === false ? resolve() : setTimeout(look, 20))
          setTimeout(look, 60)
        }),
    )

  test('is looked into by pointing at it once its sheet is made', async () => {
    const bytes = await clip('prores', { widthPixels: 640, heightPixels: 360, frames: 240, frameRate: RATE })
    await pick(page, journey.write({ 'rushes.mov': bytes }))
    const cell = page.locator('[role=gridcell]').first()
    // The sheet comes a moment after the picture; pointing again shows it.
    for (let tried = 0; tried < 120; tried++) {
      await cell.hover({ position: { x: 20 + (tried % 2) * 40, y: 20 } })
      if ((await page.locator('[role=gridcell] [data-preview=frame]').count()) > 0) break
      await page.waitForTimeout(500)
    }
    assert.equal(await page.locator('[role=gridcell] [data-preview=frame]').count(), 1)
    await look('tile')
    await page.mouse.move(5, 5)
  })

  test('plays by its proxy, whose frames are stepped through one by one', async () => {
    await page.locator('[role=gridcell]').first().click()
    const video = page.locator('video')
    await page.waitForFunction(
      () => document.querySelector('video')?.src.includes('variants/proxy') === true,
      undefined,
      {
        timeout: 60_000,
      },
    )
    await video.evaluate(async (element: HTMLVideoElement) => {
      while (element.readyState < 2) await new Promise((resolve) => setTimeout(resolve, 20))
      element.currentTime = (100.5 * 1001) / 30_000
    })
    await settled()
    assert.equal(await number(), 100)
    for (const expected of [101, 102, 103]) {
      await page.keyboard.press('.')
      await settled()
      assert.equal(await number(), expected)
    }
    await page.keyboard.press(',')
    await settled()
    assert.equal(await number(), 102)
    await page.getByRole('button', { name: /show the timecode/ }).click()
    await page.getByRole('button', { name: /00:00:03:12, show the frame number/ }).click()
    await page.getByRole('button', { name: /^102, show the time/ }).waitFor()
  })

  test('shows where one would land above its length', async () => {
    const bar = page.getByRole('slider', { name: 'Position' })
    await bar.hover()
    assert.equal(await page.locator('[data-preview=frame]').count(), 1)
    await look('player')
  })

  test('is played to its end, at the speed that is asked for', async () => {
    await page.getByRole('button', { name: /^Speed/ }).click()
    await page.locator('video').evaluate((element: HTMLVideoElement) => {
      element.currentTime = 7.6
      return element.play()
    })
    await page.waitForFunction(() => document.querySelector('video')?.ended === true)
    assert.ok((await page.locator('video').evaluate((element: HTMLVideoElement) => element.playbackRate)) > 1)
  })
})
