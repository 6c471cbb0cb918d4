/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import type { Folder } from '@trove/contract/folders'
import type { CreatedLink } from '@trove/contract/links'
import type { Organization } from '@trove/contract/organizations'
import type { Download, Page } from 'playwright-core'
import sharp from 'sharp'
import { jpeg } from '../server/test/media/make.ts'
import { ask, beginJourney, firstVisit, pick, type Journey } from './journey.ts'

const SECRET = 'under the doormat'
const CAMERA = 'Graflex'
/** What is taken from somebody is refused by then. */
const REFUSED_WITHIN_MS = 1_000

describe('a link', () => {
  let journey: Journey
  let owner: Page
  let guest: Page
  let organizationId: string
  let original: Buffer
  let address: string
  before(async () => {
    journey = await beginJourney('links')
    owner = await journey.newPage()
    guest = await journey.newPage()
    await firstVisit(owner, journey.origin)
    organizationId = (await ask<{ items: Organization[] }>(owner, '/api/organizations')).items[0]?.id ?? ''
    original = await jpeg({
      widthPixels: 640,
      heightPixels: 480,
      facts: { make: CAMERA, latitude: 51.5, longitude: -0.1 },
    })
    await owner.goto(`${journey.origin}/folders`)
    await owner.getByRole('heading', { name: 'No folders yet' }).waitFor()
    for (const name of ['Garden party', 'Letter box']) {
      await owner.locator('body').press('n')
      await owner.getByRole('dialog').getByLabel('Name').fill(name)
      await owner.keyboard.press('Enter')
      await folderLink(name).waitFor()
      await owner.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await folderLink('Garden party').click()
    await owner.getByRole('heading', { name: 'Nothing in Garden party yet' }).waitFor()
    // One after the other: lists go newest first, so the second is the first of them.
    await pick(owner, journey.write({ 'Ada at home.jpg': original }))
    await tiles(owner).first().waitFor()
    await pick(owner, journey.write({ 'second.jpg': await jpeg({ widthPixels: 400, heightPixels: 300, seed: 2 }) }))
    await tiles(owner).nth(1).waitFor()
  })
  after(() => journey.end())

  const folderLink = (name: string) => owner.locator('[data-folders]').getByRole('link', { name })
  const tiles = (page: Page) => page.getByRole('grid').getByRole('gridcell')
  const folders = async () =>
    (await ask<{ items: Folder[] }>(owner, `/api/organizations/${organizationId}/folders`)).items
  const files = async () => (await ask<{ items: File[] }>(owner, `/api/organizations/${organizationId}/files`)).items
  const openShare = async (name: string) => {
    await owner.goto(`${journey.origin}/folders`)
    await folderLink(name).focus()
    await owner.keyboard.press('s')
    const dialog = owner.getByRole('dialog', { name: `Share ${name}` })
    await dialog.getByRole('radio', { name: 'Links' }).click()
    return dialog
  }
  const saved = async (download: Download) => readFileSync(await download.path())

  test('is made where things are shared, with a password and one download, and told once', async () => {
    const dialog = await openShare('Garden party')
    await dialog.getByRole('radio', { name: 'Download' }).click()
    assert.equal(await dialog.getByLabel('Downloads at most').inputValue(), '1')
    await dialog.getByRole('button', { name: 'Password and more' }).click()
    await dialog.getByLabel('Password', { exact: true }).fill(SECRET)
    await dialog.getByRole('button', { name: 'Make the link' }).click()
    address = await dialog.getByLabel('Copy the address now').inputValue()
    assert.match(address, new RegExp(`^${journey.origin}/s#[0-9a-f-]{36}\\.[\\w-]{43}$`))
    await dialog.getByRole('button', { name: 'Done' }).click()
    await dialog.getByRole('list', { name: 'Links' }).getByText('0 of 1 download').waitFor()
    assert.equal(await dialog.getByText(address).count(), 0)
  })

  test('asks a stranger for its password and says when it is wrong', async () => {
    await guest.goto(address)
    await guest.getByRole('heading', { name: 'This link has a password' }).waitFor()
    await guest.getByLabel('Password').fill('guessed')
    await guest.getByRole('button', { name: 'Open' }).click()
    await guest.getByText('This is not the password of the link.').waitFor()
    await guest.getByLabel('Password').fill(SECRET)
    await guest.getByRole('button', { name: 'Open' }).click()
    await guest.waitForFunction(() => document.querySelectorAll('[role=gridcell] img').length === 2)
    await guest.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('[role=gridcell] img')].every((img) => img.naturalWidth > 0),
    )
    assert.ok(!(await guest.content()).includes('Northlight') && !(await guest.content()).includes('Ada at home'))
  })

  test('is still open after a reload, and keeps its secret out of every request', async () => {
    const asked: string[] = []
    guest.on('request', (request) => asked.push(`${request.url()} ${request.headers()['referer'] ?? ''}`))
    await guest.reload()
    await tiles(guest).first().waitFor()
    assert.equal(guest.url(), address)
    const secret = address.split('.').at(-1) ?? ''
    assert.ok(asked.length > 5 && asked.every((url) => !url.includes(secret)))
  })

  test('gives the one download without place and camera, and says plainly that there is no second', async () => {
    await tiles(guest).nth(1).click()
    const viewer = guest.getByRole('dialog')
    await viewer.getByRole('img').first().waitFor()
    const [download] = await Promise.all([
      guest.waitForEvent('download'),
      viewer.getByRole('button', { name: 'Download' }).click(),
    ])
    assert.match(download.suggestedFilename(), /^photo-[a-z0-9]{6}\.jpg$/)
    const bytes = await saved(download)
    assert.ok(original.includes(CAMERA) && !bytes.includes(CAMERA))
    assert.equal((await sharp(bytes).metadata()).exif, undefined)
    const [was, is] = await Promise.all([original, bytes].map((each) => sharp(each).raw().toBuffer()))
    assert.ok(was?.equals(is ?? Buffer.alloc(0)), 'the picture itself is the same')

    await viewer.getByRole('button', { name: 'No download left' }).waitFor()
    await guest.keyboard.press('Escape')
    await guest.getByText('Every download that this link allows has been made.').waitFor()
    assert.ok(await guest.getByRole('button', { name: 'Download all' }).isDisabled())
  })

  test('says who opened it, and ends at once for those who have it open', async () => {
    const dialog = await openShare('Garden party')
    const list = dialog.getByRole('list', { name: 'Links' })
    await list.getByText('Used up').waitFor()
    await list.getByRole('button', { name: /^More about/ }).click()
    await owner.getByRole('menuitem', { name: 'Who opened it' }).click()
    const visits = owner.getByRole('dialog', { name: 'Who opened it' })
    await visits.getByText('127.0.0.1').waitFor()
    await visits.getByText('1 download').waitFor()
    await visits.getByRole('button', { name: 'Close' }).click()

    const picture = await guest.locator('[role=gridcell] img').first().getAttribute('src')
    assert.equal(await statusOf(guest, picture ?? ''), 200)
    await list.getByRole('button', { name: /^More about/ }).click()
    await owner.getByRole('menuitem', { name: 'End the link' }).click()
    const answered = owner.waitForResponse((response) => response.request().method() === 'DELETE')
    await owner.getByRole('button', { name: 'End it' }).click()
    await answered
    const endedAt = Date.now()
    while ((await statusOf(guest, picture ?? '')) !== 401)
      assert.ok(Date.now() - endedAt < REFUSED_WITHIN_MS, 'its pictures are refused within a second')
    await guest.reload()
    await guest.getByRole('heading', { name: 'This link does not open any more' }).waitFor()
  })

  test('gives everything as it is, one by one and as a ZIP, when its maker says so', async () => {
    const [folder] = (await folders()).filter(({ name }) => name === 'Garden party')
    const made = await post<CreatedLink>(owner, `/api/resources/${folder?.id}/links`, {
      allows: ['download'],
      maxDownloads: null,
      keepsMetadata: true,
      keepsNames: true,
    })
    await guest.goto(new URL(made.url, journey.origin).href)
    await tiles(guest).nth(1).click()
    const [download] = await Promise.all([
      guest.waitForEvent('download'),
      guest.getByRole('dialog').getByRole('button', { name: 'Download' }).click(),
    ])
    assert.equal(download.suggestedFilename(), 'Ada at home.jpg')
    assert.equal(sha256(await saved(download)), sha256(original))
    await guest.keyboard.press('Escape')
    const [zip] = await Promise.all([
      guest.waitForEvent('download'),
      guest.getByRole('button', { name: 'Download all' }).click(),
    ])
    assert.match(zip.suggestedFilename(), /\.zip$/)
    assert.ok((await saved(zip)).includes(original.subarray(100, 4_000)))
  })

  test('asks for files: what a stranger sends is there for the owner by itself, and the stranger sees nothing', async () => {
    const dialog = await openShare('Letter box')
    await dialog.getByRole('radio', { name: 'Ask for files' }).click()
    await dialog.getByRole('button', { name: 'Make the link' }).click()
    const box = await dialog.getByLabel('Copy the address now').inputValue()
    await owner.keyboard.press('Escape')
    await folderLink('Letter box').click()
    await owner.getByRole('heading', { name: 'Nothing in Letter box yet' }).waitFor()

    const stranger = await journey.newPage()
    await stranger.goto(box)
    await stranger.getByLabel('Your name or e-mail').fill('Grace')
    const photo = await jpeg({ widthPixels: 500, heightPixels: 400, seed: 9 })
    await stranger.getByLabel('Files to send').setInputFiles(journey.write({ 'from a stranger.jpg': photo }))
    await stranger.getByText('1 file sent. Thank you.').waitFor()

    await tiles(owner).first().waitFor()
    await owner.waitForFunction(() => {
      const picture = document.querySelector<HTMLImageElement>('[role=gridcell] img')
      return picture !== null && picture.naturalWidth > 0
    })
    const arrived = (await files()).find(({ name }) => name === 'from a stranger.jpg')
    assert.equal(arrived?.sha256, sha256(photo))
    assert.equal(arrived?.createdBy.name, 'Ada')
    assert.equal(await tiles(stranger).count(), 0)
  })

  test('is found again on the page of links', async () => {
    await owner.goto(`${journey.origin}/links`)
    const list = owner.getByRole('list', { name: 'Links' })
    await list.getByText('Letter box').waitFor()
    assert.equal(await list.getByRole('listitem').count(), 3)
    await list.getByText('Ended', { exact: true }).waitFor()
  })
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function post<T>(page: Page, path: string, body: object): Promise<T> {
  return page.evaluate(
    async ([url, content]) => {
      const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
      const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: content })
      if (!response.ok) throw new Error(await response.text())
      return response.json()
    },
    [path, JSON.stringify(body)] as const,
  )
}

/** What the browser would get for it, with the cookie that pictures ride on. */
function statusOf(page: Page, url: string): Promise<number> {
  return page.evaluate(async (address) => (await fetch(address, { cache: 'no-store' })).status, url)
}
