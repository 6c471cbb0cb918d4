/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { clip } from '../server/test/media/recordings.ts'
import { ask, beginJourney, firstVisit, PATIENT_MS, pick, type Journey } from './journey.ts'
import { faultsOf, lookAt } from './looking.ts'

type Listed = { folderId?: string; tags: { name: string }[] }
type Shown = { items: { file: { id: string; name: string }; caption: string }[] }

describe('events', () => {
  let journey: Journey
  let page: Page
  before(async () => {
    journey = await beginJourney('events')
    page = await journey.newPage()
    await firstVisit(page, journey.origin)
    await page.getByRole('button', { name: 'Upload', exact: true }).first().waitFor()
    await pick(
      page,
      journey.write({
        'week-1.jpg': await picture([800, 600], '#a33', '2026:05:04 12:30:00'),
        'week-2.jpg': await picture([600, 800], '#a83', '2026:05:11 12:30:00'),
        'week-3.jpg': await picture([800, 600], '#3a3', '2026:05:18 12:30:00'),
        'ward.mp4': await clip('mp4', { frames: 150, widthPixels: 320, heightPixels: 240 }),
      }),
    )
    // How long the video is the dialog waits for.
    for (const name of ['week-1', 'week-2', 'week-3'])
      await cell(name)
        .locator('img')
        .first()
        .waitFor({ timeout: 3 * PATIENT_MS })
  })
  after(() => journey.end())

  const cell = (name: string) => page.getByRole('gridcell', { name: new RegExp(name) })
  const choose = async (...names: string[]) => {
    await page.goto(`${journey.origin}/library`)
    for (const name of names) {
      await cell(name).focus()
      await page.keyboard.press('x')
    }
    await page.getByRole('button', { name: 'Make an event', exact: true }).click()
  }
  const dialog = () => page.getByRole('dialog')
  const eventId = () => /\/events\/([^/?]+)/.exec(page.url())?.[1] ?? ''
  const shown = async () => (await ask<Shown>(page, `/api/events/${eventId()}/pictures`)).items
  const names = async () => (await shown()).map(({ file }) => file.name)

  test('what was just uploaded is proposed as a series and a clip, and made with one press', async () => {
    await page.getByRole('button', { name: 'Make an event of these' }).click()
    await dialog().getByRole('region', { name: 'Photo series' }).waitFor()
    await dialog().getByRole('region', { name: 'Video clip: ward.mp4' }).waitFor()
    await lookAt(page, 'proposal')
    assert.deepEqual(await faultsOf(page), [])
    await dialog()
      .getByRole('button', { name: 'Make 2 events' })
      .click({ timeout: 3 * PATIENT_MS })
    await page.getByText('2 events made').waitFor()
    await page.goto(`${journey.origin}/events`)
    await page.getByRole('list', { name: 'Events' }).getByRole('link').nth(1).waitFor()
    await lookAt(page, 'events')
    assert.deepEqual(await faultsOf(page), [])
  })

  test('one image is a photo with the time of its camera; its title is changed, and Undo takes that back', async () => {
    await choose('week-2')
    await dialog().getByRole('button', { name: 'Make a photo' }).click()
    await page.waitForURL(/\/events\/[^/]+/)
    const told = () => ask<{ title: string; happenedAt: string }>(page, `/api/events/${eventId()}`)
    assert.match((await told()).happenedAt, /^2026-05-11T12:30:00/)
    const { title } = await told()
    await page.getByRole('button', { name: 'Edit' }).click()
    await dialog().getByLabel('Title').fill('Second week')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved', { exact: true }).waitFor()
    assert.equal((await told()).title, 'Second week')
    await page.locator('body').press('z')
    await page.getByText('As it was before').waitFor()
    assert.equal((await told()).title, title)
  })

  test('the images of a series are put in order with the keyboard and by dragging, and each has its words', async () => {
    await choose('week-3', 'week-1', 'week-2')
    await dialog().getByLabel('Title').fill('Healing')
    await dialog().getByRole('button', { name: 'Make a photo series' }).click()
    await page.waitForURL(/\/events\/[^/]+/)
    await page.getByRole('heading', { name: 'Healing' }).waitFor()
    assert.deepEqual(await names(), ['week-1.jpg', 'week-2.jpg', 'week-3.jpg'])
    await page.getByRole('button', { name: 'Move week-1.jpg, 1 of 3' }).focus()
    await page.keyboard.press('End')
    await page.getByText('week-1.jpg is now 3 of 3').waitFor({ state: 'attached' })
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Move week-1.jpg, 3 of 3')
    await untilNames(['week-2.jpg', 'week-3.jpg', 'week-1.jpg'])
    await page.keyboard.press('ArrowLeft')
    await untilNames(['week-2.jpg', 'week-1.jpg', 'week-3.jpg'])
    const tiles = page.getByRole('list', { name: 'Pictures of Healing' }).getByRole('listitem')
    await tiles.nth(2).dragTo(tiles.nth(0), { sourcePosition: { x: 40, y: 60 }, targetPosition: { x: 5, y: 60 } })
    await untilNames(['week-3.jpg', 'week-2.jpg', 'week-1.jpg'])
    await page.getByLabel('Caption of week-1.jpg').fill('After three weeks')
    await page.keyboard.press('Enter')
    await page.waitForTimeout(300)
    assert.equal((await shown())[2]?.caption, 'After three weeks')
    await lookAt(page, 'series')
    assert.deepEqual(await faultsOf(page), [])
    await tiles.nth(1).hover()
    await page.getByRole('button', { name: 'Take week-2.jpg out' }).click()
    await page.getByText('week-2.jpg taken out of Healing').waitFor()
    await untilNames(['week-3.jpg', 'week-1.jpg'])
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await untilNames(['week-3.jpg', 'week-2.jpg', 'week-1.jpg'])
    await page.getByRole('button', { name: /^Open week-3\.jpg/ }).click()
    await page.getByRole('dialog', { name: /week-3\.jpg/ }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('dialog', { name: /week-2\.jpg/ }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('images are added to a series later, and one that is there already is told as such', async () => {
    await choose('week-1', 'week-2')
    const add = dialog().getByRole('region', { name: 'Add to a series' })
    await add.getByRole('button', { name: 'Add 2 images' }).click()
    await page.getByText('2 images are in this series already.').waitFor()
    await page.waitForURL(/\/events\/[^/]+/)
    assert.equal((await names()).length, 3)
  })

  test('a series takes images from its own page; any two of it are compared, and the keyboard comes back', async () => {
    await choose('week-1', 'week-2')
    await dialog().getByLabel('Title').fill('Cut one')
    await dialog().getByRole('button', { name: 'Make a photo series' }).click()
    await page.waitForURL(/\/events\/[^/]+/)
    await page.getByRole('button', { name: 'Add images' }).click()
    await dialog().getByRole('checkbox', { name: 'week-1.jpg, in the series already' }).waitFor()
    await dialog().getByRole('checkbox', { name: 'week-3.jpg' }).click()
    await lookAt(page, 'add-images')
    assert.deepEqual(await faultsOf(page), [])
    await dialog().getByRole('button', { name: 'Add 1 image' }).click()
    await untilNames(['week-1.jpg', 'week-2.jpg', 'week-3.jpg'])

    const pane = (which: string, name: string) =>
      page.getByRole('group', { name: `${which} picture: ${name}` }).waitFor()
    await page.getByRole('button', { name: 'Compare first and last' }).click()
    await pane('First', 'week-1.jpg')
    await pane('Second', 'week-3.jpg')
    await page.getByRole('button', { name: 'Second picture: the one before' }).click()
    await pane('Second', 'week-2.jpg')
    await lookAt(page, 'compare-series')
    assert.deepEqual(await faultsOf(page), [])
    await page.keyboard.press('Escape')
    const hasKeyboard = (label: string) =>
      page.waitForFunction((said) => {
        const { ariaLabel, textContent } = document.activeElement ?? {}
        return (ariaLabel ?? textContent)?.startsWith(said) === true
      }, label)
    await hasKeyboard('Compare first and last')

    await page.getByRole('button', { name: /^Open week-1\.jpg/ }).click()
    await page.getByRole('button', { name: 'Compare with the next' }).waitFor()
    await page.keyboard.press('c')
    await pane('Second', 'week-2.jpg')
    await page.keyboard.press('Escape')
    await hasKeyboard('Open week-1.jpg')

    await page.getByLabel('Caption of week-1.jpg').fill('Before')
    await page.keyboard.press('Enter')
    await page.getByText('Caption saved').waitFor()
    await hasKeyboard('Caption of week-1.jpg')
  })

  test('a video that is too long is refused with its length, or cut', async () => {
    const { items } = await ask<{ items: { id: string }[] }>(page, '/api/organizations')
    await page.evaluate(async (id) => {
      const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
      const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ settings: { clipLimitSeconds: 2 } })
      await fetch(`/api/organizations/${id}`, { method: 'PATCH', headers, body })
    }, items[0]?.id)
    await choose('ward')
    await dialog().getByText('It is 0:06 long; a clip is at most 0:02 here.').waitFor()
    await dialog().getByLabel('Ends at').fill('5500')
    await dialog().getByLabel('Begins at').fill('4000')
    await dialog().getByText('0:01.5 long; at most 0:02.').waitFor()
    await lookAt(page, 'too-long')
    assert.deepEqual(await faultsOf(page), [])
    await dialog().getByRole('button', { name: 'Cut and make a clip' }).click()
    await dialog().getByRole('button', { name: 'Open it' }).click()
    await page.waitForURL(/\/events\/[^/]+/)
    assert.deepEqual(await names(), ['ward (clip).mp4'])
    const [cut] = await shown()
    await untilTrue(async () => {
      const { durationMs = 0 } = await ask<{ durationMs?: number }>(page, `/api/files/${cut?.file.id}`)
      return Math.abs(durationMs - 1_500) < 100
    })
  })

  test('many are tagged, moved, given away and downloaded at once, and Undo takes that back', async () => {
    const { items } = await ask<{ items: { id: string }[] }>(page, '/api/organizations')
    const organization = `/api/organizations/${items[0]?.id}`
    const listed = async () => (await ask<{ items: Listed[] }>(page, `${organization}/events`)).items
    await page.goto(`${journey.origin}/folders`)
    await page.getByRole('button', { name: 'New folder' }).first().waitFor()
    await page.locator('body').press('n')
    await dialog().getByLabel('Name').fill('Ward 3')
    await dialog().getByRole('button', { name: 'Create' }).click()
    await page.locator('[data-folder]').waitFor()

    await page.goto(`${journey.origin}/events`)
    for (const i of [0, 1]) await page.getByRole('checkbox').nth(i).click()
    const bar = page.getByRole('toolbar', { name: 'Selection' })
    await bar.getByRole('button', { name: 'Tag' }).click()
    await dialog().getByLabel('Tags to add').fill('Wounds')
    await page.keyboard.press('Enter')
    await dialog().getByRole('button', { name: 'Remove the tag Wounds' }).waitFor()
    await lookAt(page, 'events-tag')
    await dialog().getByRole('button', { name: 'Apply' }).click()
    await page.getByText('Tags of 2 events changed').waitFor()
    assert.equal((await listed()).filter(({ tags }) => tags.some(({ name }) => name === 'Wounds')).length, 2)
    await page.locator('body').press('z')
    await page.getByText('2 events tagged as before').waitFor()
    assert.ok((await listed()).every(({ tags }) => tags.length === 0))

    const move = async () => {
      await bar.getByRole('button', { name: 'Move', exact: true }).click()
      await dialog().getByRole('treeitem', { name: 'Ward 3' }).click()
      await dialog().getByRole('button', { name: 'Move to Ward 3' }).click()
      await page.getByText('2 events moved to Ward 3').waitFor()
    }
    await bar.getByRole('button', { name: 'Download as a ZIP' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog().getByRole('button', { name: 'Download', exact: true }).click(),
    ])
    assert.match(download.suggestedFilename(), /\.zip$/)
    await dialog().getByRole('button', { name: 'Close' }).first().click()
    await bar.getByRole('button', { name: 'Share' }).click()
    await dialog().getByText('is asked whether to share those too').waitFor()
    await lookAt(page, 'events-share')
    assert.deepEqual(await faultsOf(page), [])
    await dialog().getByRole('radio', { name: 'Links' }).click()
    await dialog().getByRole('button', { name: 'Make the link' }).click()
    await dialog().getByRole('region', { name: 'The new link' }).waitFor()
    const links = await ask<{ items: { of: { kind: string } }[] }>(page, `${organization}/links`)
    assert.deepEqual(
      links.items.map(({ of }) => of.kind),
      ['selection'],
    )
    await page.keyboard.press('Escape')
    await move()
    await page.locator('body').press('z')
    await page.getByText('2 events moved back').waitFor()
    assert.ok((await listed()).every(({ folderId }) => folderId === undefined))
    for (const i of [0, 1]) await page.getByRole('checkbox').nth(i).click()
    await move()
    await page.goto(`${journey.origin}/folders`)
    await page.locator('[data-folder]').press('Enter')
    const row = page.getByRole('region', { name: 'Events in Ward 3' })
    await row.getByRole('link').nth(1).waitFor()
    await lookAt(page, 'folder-events')
    assert.deepEqual(await faultsOf(page), [])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Events' }).click()
    await page.waitForURL(/\/events$/)
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  test('a file that an event shows is not deleted for good before somebody says so', async () => {
    await page.goto(`${journey.origin}/library`)
    await cell('week-3').focus()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await page.getByText('One of them is shown in an event.').waitFor()
    await page.goto(`${journey.origin}/trash`)
    await cell('week-3').focus()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await dialog().getByRole('button', { name: 'Delete for good' }).click()
    await dialog().getByText('It is still shown here').waitFor()
    await dialog().getByText('Healing').waitFor()
    await lookAt(page, 'in-use')
    assert.deepEqual(await faultsOf(page), [])
    await dialog().getByRole('button', { name: 'Take out and delete' }).click()
    await page.getByText('1 file deleted for good').waitFor()
  })

  test('a deleted event comes back whole with Undo', async () => {
    await page.goto(`${journey.origin}/events?what=clip`)
    await page.getByRole('list', { name: 'Events' }).getByRole('link').first().click()
    await page.waitForURL(/\/events\/[^/?]+/)
    const path = page.url()
    const before_ = await names()
    await page.getByRole('button', { name: 'Move to trash' }).click()
    await page.waitForURL(/\/events$/)
    await page.getByText('The files stay where they are.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).last().click()
    await page.getByText(/back from the trash/).waitFor()
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.deepEqual(await names(), before_)
  })

  async function untilTrue(isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENT_MS
    while (!(await isSo())) {
      assert.ok(Date.now() < deadline, 'it never came to be so')
      await page.waitForTimeout(200)
    }
  }

  async function untilNames(wanted: string[]): Promise<void> {
    for (const deadline = Date.now() + 15_000; ;) {
      const now = await names()
      if (now.join() === wanted.join()) return
      if (Date.now() > deadline) assert.deepEqual(now, wanted)
      await page.waitForTimeout(100)
    }
  }
})

function picture([width, height]: [number, number], background: string, taken: string): Promise<Buffer> {
  const plain = sharp({ create: { width, height, channels: 3, background } })
  return plain
    .composite([{ input: { create: { width: width / 4, height: height / 4, channels: 3, background: '#fff' } } }])
    .jpeg()
    .withExif({ IFD0: { Make: 'Leica', Model: 'M11' }, IFD2: { DateTimeOriginal: taken } })
    .toBuffer()
}
