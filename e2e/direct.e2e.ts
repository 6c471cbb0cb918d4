/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import type { Organization } from '@trove/contract/organizations'
import type { Page } from 'playwright-core'
import { sharedCeph, withoutCeph } from '../server/test/services/ceph.ts'
import { ask, beginJourney, firstVisit, pick, signIn, type Journey } from './journey.ts'

const MIB = 1024 * 1024

describe('a store that browsers reach themselves', { skip: withoutCeph }, () => {
  let journey: Journey
  let page: Page
  let store: string
  before(async () => {
    const ceph = await sharedCeph()
    store = `http://127.0.0.1:${ceph.port}`
    journey = await beginJourney('direct', {
      STORAGE_URL: ceph.url(await ceph.makeBucket()),
      STORAGE_PUBLIC_URL: store,
      STORAGE_DIRECT: 'on',
      DELIVERY: 'redirect',
    })
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
  })
  after(() => journey?.end())

  /** Where bytes went, by method and origin. */
  function watch(of: Page): { puts: number; patches: number } {
    const seen = { puts: 0, patches: 0 }
    of.on('request', (request) => {
      if (request.method() === 'PUT' && request.url().startsWith(store)) seen.puts += 1
      if (request.method() === 'PATCH') seen.patches += 1
    })
    return seen
  }
  async function keptAs(at: Page, name: string): Promise<string | undefined> {
    const { items } = await ask<{ items: Organization[] }>(at, '/api/organizations')
    const files = await ask<{ items: File[] }>(at, `/api/organizations/${items[0]?.id}/files`)
    return files.items.find((file) => file.name === name)?.sha256
  }
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

  test('gets the bytes of a large file from the page, and Trove gets none of them', async () => {
    const bytes = randomBytes(21 * MIB)
    const seen = watch(page)
    await pick(page, journey.write({ 'film.bin': bytes }))
    await page.getByRole('gridcell', { name: /film\.bin/ }).waitFor()
    assert.equal(seen.patches, 0)
    assert.equal(seen.puts, 3)
    assert.equal(await keptAs(page, 'film.bin'), sha256(bytes))
  })

  test('gets only the parts that are missing when the way to it was cut', async () => {
    const other = await journey.newPage()
    let puts = 0
    await other.route(`${store}/**`, (route) => {
      if (route.request().method() !== 'PUT') return route.continue()
      puts += 1
      return puts === 5 ? route.abort() : route.continue()
    })
    await signIn(other, journey.origin)
    const bytes = randomBytes(45 * MIB)
    const seen = watch(other)
    await pick(other, journey.write({ 'cut.bin': bytes }))
    await other.getByRole('gridcell', { name: /cut\.bin/ }).waitFor()
    assert.equal(seen.patches, 0)
    assert.ok(puts >= 7 && puts <= 8, `${puts} parts were sent for six`)
    assert.equal(await keptAs(other, 'cut.bin'), sha256(bytes))
  })

  test('is left aside where it cannot be reached: the file goes through Trove, and nothing is said of it', async () => {
    const other = await journey.newPage()
    await other.route(`${store}/**`, (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()))
    await signIn(other, journey.origin)
    const bytes = randomBytes(17 * MIB)
    const seen = watch(other)
    await pick(other, journey.write({ 'around.bin': bytes }))
    await other.getByRole('gridcell', { name: /around\.bin/ }).waitFor()
    assert.ok(seen.patches > 0)
    assert.equal(await keptAs(other, 'around.bin'), sha256(bytes))
  })
})
