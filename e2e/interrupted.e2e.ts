/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import type { Organization } from '@trove/contract/organizations'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import type { Page } from 'playwright-core'
import { jpeg } from '../server/test/media/make.ts'
import { ask, beginJourney, firstVisit, pick, signIn, openLine, type Journey, type Line } from './journey.ts'

const MIB = 1024 * 1024
const SLOW_BYTES_PER_SECOND = 4 * MIB
const SIZE_BYTES = 40 * MIB

describe('an upload that is interrupted', () => {
  let journey: Journey
  let page: Page
  let line: Line
  before(async () => {
    journey = await beginJourney('interrupted')
    page = await journey.newPage()
    line = await openLine(journey.origin, SLOW_BYTES_PER_SECOND)
    await firstVisit(page, line.origin)
  })
  after(async () => {
    await journey.end()
    line.close()
  })

  const organizationOf = async (at: Page) =>
    (await ask<{ items: Organization[] }>(at, '/api/organizations')).items[0]?.id ?? ''
  const filesOf = async (at: Page) =>
    (await ask<{ items: File[] }>(at, `/api/organizations/${await organizationOf(at)}/files`)).items
  const sessionsOf = async (at: Page) =>
    (await ask<{ items: UploadSession[] }>(at, `/api/organizations/${await organizationOf(at)}/upload-sessions`)).items
  /** How far the upload of a name has come, as the server tells. */
  const bytesOf = async (at: Page, name: string) => {
    for (const { id } of await sessionsOf(at)) {
      const { items } = await ask<{ items: Upload[] }>(at, `/api/upload-sessions/${id}/uploads`)
      const found = items.find(({ filename }) => filename === name)
      if (found !== undefined) return found.bytesUploaded
    }
    return 0
  }

  async function isUnderWay(at: Page, name: string): Promise<number> {
    for (let i = 0; i < 200; i += 1) {
      const bytes = await bytesOf(at, name)
      if (bytes > 4 * MIB && bytes < SIZE_BYTES * 0.8) return bytes
      await at.waitForTimeout(100)
    }
    throw new Error(`${name} never got under way`)
  }

  /** The offsets that a page sends bytes from. */
  function offsets(of: Page): number[] {
    const seen: number[] = []
    of.on('request', (request) => {
      if (request.method() === 'PATCH') seen.push(Number(request.headers()['upload-offset']))
    })
    return seen
  }
  const uploaded = (at: Page, name: string) =>
    at.waitForFunction(
      (wanted) => [...document.querySelectorAll('[role=gridcell]')].some((cell) => cell.textContent?.includes(wanted)),
      name,
      { timeout: 90_000 },
    )

  test('by a lost network goes on from where it stopped when the network is back', async () => {
    const [path = ''] = journey.write({ 'cut.bin': randomBytes(SIZE_BYTES) })
    const sentFrom = offsets(page)
    await pick(page, [path])
    await isUnderWay(page, 'cut.bin')
    line.cut()
    await page.waitForTimeout(3_000)
    sentFrom.length = 0
    line.mend()
    await uploaded(page, 'cut.bin')
    assert.ok(sentFrom.length > 0 && sentFrom.every((offset) => offset > 0), `sent again from ${sentFrom.join(', ')}`)
  })

  test('by a reload goes on by itself from where it stopped', async () => {
    const [path = ''] = journey.write({ 'reload.bin': randomBytes(SIZE_BYTES) })
    await pick(page, [path])
    const before = await isUnderWay(page, 'reload.bin')
    const sentFrom = offsets(page)
    sentFrom.length = 0
    page.on('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await uploaded(page, 'reload.bin')
    const first = sentFrom.at(0) ?? 0
    assert.ok(first > 0, `went on from ${first} after at least ${before}`)
    assert.equal((await filesOf(page)).filter(({ name }) => name === 'reload.bin').length, 1)
  })

  test('by a killed server is told truly to a browser that was never here, and goes on', async () => {
    const photographs = await Promise.all([1, 2, 3].map((seed) => jpeg({ seed, widthPixels: 900, heightPixels: 600 })))
    const files = Object.fromEntries(photographs.map((bytes, i) => [`batch ${i}.jpg`, bytes]))
    const paths = journey.write({ ...files, 'killed.bin': randomBytes(SIZE_BYTES) })
    await pick(page, paths)
    await isUnderWay(page, 'killed.bin')
    for (let i = 0; i < 100; i += 1) {
      if ((await filesOf(page)).filter(({ name }) => name.startsWith('batch')).length === 3) break
      await page.waitForTimeout(100)
    }

    const { pid } = journey.trove()
    process.kill(pid, 'SIGKILL')
    line.cut()
    await journey.restart()

    const stranger = await journey.newPage()
    await signIn(stranger, journey.origin)
    const kept = await bytesOf(stranger, 'killed.bin')
    assert.ok(kept > 0 && kept < SIZE_BYTES, `the server kept ${kept}`)
    await stranger.getByRole('region', { name: 'Uploads' }).getByText('killed.bin').first().waitFor()
    assert.deepEqual((await filesOf(stranger)).filter(({ name }) => name.startsWith('batch')).length, 3)
    assert.ok(
      (await filesOf(stranger)).every(({ name }) => name !== 'killed.bin'),
      'half a file is listed',
    )

    line.mend()
    await uploaded(page, 'killed.bin')
    await uploaded(stranger, 'killed.bin')
  })
})
