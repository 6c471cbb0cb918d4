/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { beginJourney, firstVisit, openLine, pick, type Journey, type Line } from './journey.ts'

const MIB = 1024 * 1024
const SLOW_BYTES_PER_SECOND = 6 * MIB

describe('bytes that are here already', () => {
  let journey: Journey
  let page: Page
  let line: Line
  before(async () => {
    journey = await beginJourney('known')
    page = await journey.newPage()
    line = await openLine(journey.origin, SLOW_BYTES_PER_SECOND)
    await firstVisit(page, line.origin)
  })
  after(async () => {
    await journey.end()
    line.close()
  })

  /** Bytes that were sent of each upload, by its name. */
  function watchSending(of: Page): Map<string, string[]> {
    const names = new Map<string, string>()
    const sent = new Map<string, string[]>()
    const note = (name: string, what: string) => sent.set(name, [...(sent.get(name) ?? []), what])
    of.on('response', async (response) => {
      const request = response.request()
      if (request.method() !== 'POST' || !/\/api\/uploads$/.test(response.url())) return
      const metadata = request.headers()['upload-metadata'] ?? ''
      const name = Buffer.from(/filename ([^,]+)/.exec(metadata)?.[1] ?? '', 'base64').toString()
      names.set(response.headers()['location']?.split('/').at(-1) ?? '', name)
      note(name, metadata.includes('sha256 ') ? 'POST announced' : 'POST')
    })
    of.on('request', (request) => {
      if (request.method() === 'PATCH') note(names.get(request.url().split('/').at(-1) ?? '') ?? '?', 'PATCH')
    })
    return sent
  }

  test('a file that was uploaded before goes unsent when it waits for others', async () => {
    const known = randomBytes(12 * MIB)
    const [first = ''] = journey.write({ 'film.bin': known })
    const before = watchSending(page)
    await pick(page, [first])
    await page.getByRole('gridcell', { name: /film\.bin/ }).waitFor()
    assert.deepEqual(before.get('film.bin'), ['POST', 'PATCH'])
    page.removeAllListeners('request').removeAllListeners('response')

    // Four go at a time: the fifth and the sixth wait long enough to be looked at.
    const fresh = Object.fromEntries(['1', '2', '3', '4'].map((n) => [`fresh-${n}.bin`, randomBytes(16 * MIB)]))
    const files = journey.write({ ...fresh, 'new.bin': randomBytes(8.5 * MIB), 'film again.bin': known })
    const sent = watchSending(page)
    await pick(page, files)
    await page.getByText('Already here: nothing was sent').waitFor()
    await page.getByRole('gridcell', { name: /film again\.bin/ }).waitFor()
    await page.getByRole('gridcell', { name: /new\.bin/ }).waitFor()
    assert.equal(sent.get('film again.bin'), undefined)
    assert.deepEqual(sent.get('fresh-1.bin'), ['POST', 'PATCH'])
    assert.deepEqual(sent.get('new.bin'), ['POST announced', 'PATCH'])
  })

  test('its receipt is saved as a text, and is genuine', async () => {
    await page.goto(`${journey.origin}/library?details=true`)
    await page.getByRole('gridcell', { name: /film again\.bin/ }).focus()
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save receipt' }).click()
    const saved = await saving
    assert.equal(saved.suggestedFilename(), 'film again.bin receipt.txt')
    const text = await readFile(await saved.path(), 'utf8')
    const receipt = text.split('\n').find((line) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(line))
    const reply = await fetch(`${journey.origin}/api/receipts/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ receipt }),
    })
    const { isGenuine, facts } = (await reply.json()) as { isGenuine: boolean; facts?: { sizeBytes: number } }
    assert.equal(isGenuine, true)
    assert.equal(facts?.sizeBytes, 12 * MIB)
  })
})
