/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Organization } from '@trove/contract/organizations'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Page } from 'playwright-core'
import { ask, beginJourney, firstVisit, openLine, pick, signIn, type Journey, type Line } from './journey.ts'

const MIB = 1024 * 1024
/** So slow that nothing arrives before it is cancelled, on a machine that does other things too. */
const SLOW_BYTES_PER_SECOND = MIB
/** Where pictures of it go, when somebody wants to look at them. */
const PICTURES = process.env['SESSION_PICTURES']

describe('an upload session on two devices of one person', () => {
  let journey: Journey
  let line: Line
  let first: Page
  let second: Page
  before(async () => {
    journey = await beginJourney('sessions')
    line = await openLine(journey.origin, SLOW_BYTES_PER_SECOND)
    first = await journey.newPage()
    await firstVisit(first, line.origin)
    second = await journey.newPage()
    await signIn(second, journey.origin)
  })
  after(async () => {
    await journey.end()
    line.close()
  })

  const sessionsOf = async (at: Page) => {
    const { items } = await ask<{ items: Organization[] }>(at, '/api/organizations')
    return (await ask<{ items: UploadSession[] }>(at, `/api/organizations/${items[0]?.id}/upload-sessions`)).items
  }
  const look = async (name: string) => {
    if (PICTURES === undefined) return
    mkdirSync(PICTURES, { recursive: true })
    for (const [screen, width, height, colorScheme] of [
      ['wide', 1440, 900, 'light'],
      ['phone', 390, 844, 'light'],
      ['wide-dark', 1440, 900, 'dark'],
      ['phone-dark', 390, 844, 'dark'],
    ] as const) {
      await second.setViewportSize({ width, height })
      await second.emulateMedia({ colorScheme })
      await second.waitForTimeout(300)
      await second.screenshot({ path: join(PICTURES, `${name}-${screen}.png`) })
    }
    await second.setViewportSize({ width: 1440, height: 900 })
    await second.emulateMedia({ colorScheme: 'light' })
  }
  /** What the bar of the session says, 0 to 100. */
  const barOf = async (at: Page) =>
    Number(await at.locator('section[aria-label="How it stands"] [role=progressbar]').getAttribute('aria-valuenow'))
  const trayOf = (at: Page) => at.locator('section[data-uploads]')
  const becomes = (at: Page, words: string) =>
    at.waitForFunction((wanted) => document.body.textContent?.includes(wanted), words, { timeout: 60_000 })

  test('moves on both, is paused from the second, goes on, and is cancelled', async () => {
    const [clip = '', notes = ''] = journey.write({
      'clip.bin': randomBytes(200 * MIB),
      'notes.bin': randomBytes(150 * MIB),
    })
    await pick(first, [clip, notes])
    await becomes(first, '2 uploading')

    await second.goto(`${journey.origin}/uploads?only=open`)
    const entry = second.getByRole('link', { name: /2 files/ })
    await entry.waitFor()
    await becomes(second, 'MB/s')
    await look('uploads')
    await entry.click()
    await second.waitForURL(/\/uploads\/[0-9a-f-]{36}/)

    const seen: number[] = []
    for (let i = 0; i < 12; i++) {
      seen.push(await barOf(second))
      await second.waitForTimeout(400)
    }
    assert.ok((seen.at(-1) ?? 0) > (seen[0] ?? 100), `the bar stood still: ${seen.join(' ')}`)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
    await becomes(second, 'part ')
    await look('session')
    const inTray = await trayOf(second).textContent()
    assert.match(inTray ?? '', /elsewhere/i)

    await second.getByRole('button', { name: 'Pause', exact: true }).click()
    await becomes(first, 'Paused from another device')
    await becomes(second, 'Paused by you')
    await look('session-paused')
    await second.waitForTimeout(1_500)
    const [paused] = await sessionsOf(second)
    assert.equal(paused?.status, 'paused')
    await second.waitForTimeout(1_500)
    const [still] = await sessionsOf(second)
    assert.equal(still?.bytesUploaded, paused.bytesUploaded, 'nothing comes while it is paused')

    await second.getByRole('button', { name: 'Resume', exact: true }).click()
    await becomes(first, '2 uploading')
    await second.waitForFunction(
      (before) =>
        Number(
          document.querySelector('[aria-label="How it stands"] [role=progressbar]')?.getAttribute('aria-valuenow'),
        ) > before,
      await barOf(second),
      { timeout: 60_000 },
    )

    await second.getByRole('button', { name: 'Rename' }).click()
    await second.getByLabel('Name', { exact: true }).fill('Harbour')
    await second.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    await second.getByRole('heading', { name: 'Harbour' }).waitFor()

    await second.getByRole('button', { name: 'Cancel', exact: true }).click()
    await second.getByRole('button', { name: 'Cancel them' }).click()
    await becomes(second, 'Cancelled')
    await look('session-cancelled')
    await trayOf(first).waitFor({ state: 'detached' })
    const [ended] = await sessionsOf(second)
    assert.deepEqual([ended?.status, ended?.name], ['cancelled', 'Harbour'])
  })

  test('opens from the tray, and a stranger’s address says that nothing is there', async () => {
    const [path = ''] = journey.write({ 'later.bin': randomBytes(10 * MIB) })
    await pick(first, [path])
    await trayOf(first).getByRole('button', { name: 'Open', exact: true }).click()
    await first.waitForURL(/\/uploads\/[0-9a-f-]{36}/)
    await first.getByRole('heading', { name: 'later.bin' }).waitFor()
    await becomes(first, 'Uploaded')
    await second.goto(`${journey.origin}/uploads/00000000-0000-7000-8000-000000000000`)
    await becomes(second, 'These uploads are not here')
    await look('session-unknown')
  })
})
