/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import type { Organization } from '@trove/contract/organizations'
import type { Page } from 'playwright-core'
import { clip, corners, jpeg, pdfOfPages, png } from '../server/test/media/make.ts'
import { ask, beginJourney, firstVisit, PATIENT_MS, pick, type Journey } from './journey.ts'

const HEIC = join(import.meta.dirname, '..', 'server', 'test', 'media', 'upright.heic')

describe('a first visit', () => {
  let journey: Journey
  let page: Page
  let paths: string[]
  before(async () => {
    journey = await beginJourney('first')
    page = await journey.newPage()
    paths = journey.write({
      'turned.jpg': await jpeg({ widthPixels: 640, heightPixels: 480, orientation: 6 }),
      'phone.heic': readFileSync(HEIC),
      'drawing.png': await png({ widthPixels: 300, heightPixels: 200 }),
      'clip.mp4': await clip('faststart', { frames: 75 }),
      'held upright.mov': await clip('mov', { rotation: 90, frames: 50 }),
      'report.pdf': pdfOfPages(3),
      'future.mp4': await clip('hevc', { frames: 25 }),
    })
  })
  after(() => journey.end())

  const listed = async (): Promise<File[]> => {
    const [organization] = (await ask<{ items: Organization[] }>(page, '/api/organizations')).items
    return (await ask<{ items: File[] }>(page, `/api/organizations/${organization?.id}/files`)).items
  }
  const open = async (name: string) => {
    const file = (await listed()).find((one) => one.name === name)
    assert.ok(file, name)
    await page.goto(`${journey.origin}/library?open=${file.id}`)
    await page.getByRole('dialog').getByText(name).first().waitFor({ state: 'attached' })
    return file
  }

  test('makes the first account and an organization, and finds an empty library that says what to do', async () => {
    await firstVisit(page, journey.origin)
    await page.getByRole('button', { name: 'Upload files' }).first().waitFor()
  })

  test('takes files in and shows each as it comes alive, without a reload', async () => {
    await pick(page, paths)
    await page.getByRole('region', { name: 'Uploads' }).getByText(`${paths.length} uploaded`).waitFor()
    const files = await listed()
    assert.deepEqual(
      files.map(({ status }) => status),
      Array(paths.length).fill('ready'),
    )
    await page.waitForFunction(
      (count) =>
        [...document.querySelectorAll<HTMLImageElement>('[role=gridcell] img')].filter(
          (img) => img.complete && img.naturalWidth > 0,
        ).length >= count,
      paths.length,
    )
  })

  test('shows a turned photograph upright', async () => {
    const file = await open('turned.jpg')
    assert.deepEqual([file.widthPixels, file.heightPixels], [640, 480])
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('[role=dialog] img')].some(
        (img) => img.naturalWidth >= 600 && img.complete,
      ),
    )
    const [width, height, red, green, blue] = await page.evaluate(() => {
      const img = [...document.querySelectorAll<HTMLImageElement>('[role=dialog] img')].find(
        (one) => one.naturalWidth >= 600,
      )
      if (img === undefined) return []
      const canvas = document.createElement('canvas')
      const context = canvas.getContext('2d')
      canvas.width = img.naturalWidth
      canvas.height = img.naturalHeight
      context?.drawImage(img, 0, 0)
      return [img.naturalWidth, img.naturalHeight, ...(context?.getImageData(20, 20, 1, 1).data ?? [])]
    })
    assert.deepEqual([width, height], [640, 480])
    const distance = Math.hypot(
      (red ?? 0) - corners.topLeft[0],
      (green ?? 0) - corners.topLeft[1],
      (blue ?? 0) - corners.topLeft[2],
    )
    assert.ok(distance < 60, `top left is ${red}, ${green}, ${blue}`)
  })

  test('shows a HEIC, a PNG and the pages of a PDF', async () => {
    for (const name of ['phone.heic', 'drawing.png']) {
      await open(name)
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLImageElement>('[role=dialog] img')].some(
          (img) => img.complete && img.naturalWidth > 100,
        ),
      )
    }
    await open('report.pdf')
    await page
      .getByText(/\bof 3\b/)
      .first()
      .waitFor()
  })

  test('plays a clip and seeks in it, and turns one that was filmed upright', async () => {
    await open('clip.mp4')
    await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2)
    const seeked = await page.evaluate(async () => {
      const video = document.querySelector('video')
      if (video === null) return -1
      video.muted = true
      await video.play()
      while (video.currentTime === 0)
        await new Promise((resolve) => video.addEventListener('timeupdate', resolve, { once: true }))
      video.currentTime = 2
      await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }))
      return video.currentTime
    })
    assert.ok(seeked >= 2, `the clip stands at ${seeked}`)
    const turned = await open('held upright.mov')
    assert.ok((turned.heightPixels ?? 0) > (turned.widthPixels ?? 0))
    await page.waitForFunction(() => {
      const video = document.querySelector('video')
      return video !== null && video.videoHeight > video.videoWidth
    })
  })

  test('plays a video that this browser cannot decode', async () => {
    await open('future.mp4')
    await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2)
  })

  test('gives every original back, byte for byte', async () => {
    for (const path of paths) {
      await open(basename(path))
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: PATIENT_MS }),
        page
          .getByRole('dialog')
          .getByRole('link', { name: /Download/ })
          .first()
          .click(),
      ])
      assert.equal(download.suggestedFilename(), basename(path))
      const hash = createHash('sha256')
        .update(readFileSync(await download.path()))
        .digest('hex')
      assert.equal(hash, createHash('sha256').update(readFileSync(path)).digest('hex'), path)
    }
  })

  test('signs out and in again', async () => {
    await page.goto(`${journey.origin}/library`)
    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/sign-in/)
    assert.equal(await page.evaluate(async () => (await fetch('/api/auth/refresh', { method: 'POST' })).status), 401)
  })
})
