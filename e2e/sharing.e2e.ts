/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import type { Folder } from '@trove/contract/folders'
import type { Organization } from '@trove/contract/organizations'
import type { Page } from 'playwright-core'
import { jpeg } from '../server/test/media/make.ts'
import { ask, beginJourney, firstVisit, PASSWORD, type Journey } from './journey.ts'

const DAY_MS = 86_400_000
/** What is taken from somebody is refused by then. */
const REFUSED_WITHIN_MS = 1_000

describe('a folder that is shared', () => {
  let journey: Journey
  let owner: Page
  let member: Page
  let disk: string
  let organizationId: string
  before(async () => {
    journey = await beginJourney('sharing')
    owner = await journey.newPage()
    member = await journey.newPage()
    disk = mkdtempSync(join(tmpdir(), 'trove-sharing-'))
    await firstVisit(owner, journey.origin)
    organizationId = (await ask<{ items: Organization[] }>(owner, '/api/organizations')).items[0]?.id ?? ''
    await register(member, 'Ben', 'ben@example.org')
    await post(owner, `/api/organizations/${organizationId}/members`, {
      email: 'ben@example.org',
      role: 'member',
    })
  })
  after(async () => {
    await journey.end()
    rmSync(disk, { recursive: true, force: true })
  })

  const register = async (page: Page, name: string, email: string) => {
    await page.goto(`${journey.origin}/register`)
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.waitForURL(/organizations\/new/)
  }
  const files = async (page: Page) =>
    (await ask<{ items: File[] }>(page, `/api/organizations/${organizationId}/files`)).items
  const folders = async (page: Page, parentId?: string) =>
    (
      await ask<{ items: Folder[] }>(
        page,
        `/api/organizations/${organizationId}/folders${parentId === undefined ? '' : `?parentId=${parentId}`}`,
      )
    ).items
  const tiles = (page: Page) => page.getByRole('grid').getByRole('gridcell')
  const folderLink = (page: Page, name: string) => page.locator('[data-folders]').getByRole('link', { name })
  const until = new Date(Date.now() + 14 * DAY_MS)

  test('is made by a key, and what is dropped on it keeps its tree', async () => {
    await owner.goto(`${journey.origin}/folders`)
    await owner.getByRole('heading', { name: 'No folders yet' }).waitFor()
    await owner.locator('body').press('n')
    await owner.getByRole('dialog').getByLabel('Name').fill('Ward 3')
    await owner.keyboard.press('Enter')
    await folderLink(owner, 'Ward 3').click()
    await owner.getByRole('heading', { name: 'Nothing in Ward 3 yet' }).waitFor()

    for (const [i, name] of ['Shoot/first.jpg', 'Shoot/Day 1/second.jpg', 'Shoot/Day 1/third.jpg'].entries()) {
      mkdirSync(join(disk, dirname(name)), { recursive: true })
      writeFileSync(join(disk, name), await jpeg({ widthPixels: 400, heightPixels: 300, seed: i + 1 }))
    }
    await drop(owner, [join(disk, 'Shoot')], 'Drop to upload to Ward 3')
    await owner.getByRole('region', { name: 'Uploads' }).getByText('3 uploaded').waitFor()

    const [ward] = await folders(owner)
    const [shoot, ...others] = await folders(owner, ward?.id)
    const [day] = await folders(owner, shoot?.id)
    assert.deepEqual([ward?.name, shoot?.name, others.length, day?.name], ['Ward 3', 'Shoot', 0, 'Day 1'])
    const folderOf = new Map((await files(owner)).map((file) => [file.name, file.folderId]))
    assert.deepEqual(
      ['first.jpg', 'second.jpg', 'third.jpg'].map((name) => folderOf.get(name)),
      [shoot?.id, day?.id, day?.id],
    )
    await folderLink(owner, 'Shoot').waitFor()
  })

  test('says who will see it before it is given, until a day; and is there on the other page by itself', async () => {
    await member.goto(`${journey.origin}/folders`)
    await member.getByRole('heading', { name: 'No folders yet' }).waitFor()

    await owner.goto(`${journey.origin}/folders`)
    await folderLink(owner, 'Ward 3').focus()
    await owner.keyboard.press('s')
    const dialog = owner.getByRole('dialog', { name: 'Share Ward 3' })
    await dialog.getByRole('combobox', { name: 'Add people or teams' }).fill('ben')
    await dialog.getByRole('option', { name: /Ben/ }).click()
    await dialog.getByLabel('Until').fill(until.toISOString().slice(0, 10))
    await dialog.getByText('1 person will see this who does not now: Ben.').waitFor()
    await dialog.getByRole('button', { name: 'Share', exact: true }).click()
    await dialog.getByRole('list', { name: 'Shared with' }).getByText('Ben').waitFor()

    await folderLink(member, 'Ward 3').click()
    await folderLink(member, 'Shoot').click()
    await tiles(member).first().waitFor()
    assert.equal(await tiles(member).count(), 1)
  })

  test('lets look and not download, and offers nothing that is not allowed', async () => {
    await tiles(member).first().click({ button: 'right' })
    const menu = member.getByRole('menu')
    await menu.getByRole('menuitem', { name: 'Open' }).waitFor()
    for (const name of ['Download', 'Share', 'Move', 'Rename', 'Move to trash'])
      assert.equal(await menu.getByRole('menuitem', { name, exact: true }).count(), 0, name)
    await member.keyboard.press('Escape')
    assert.equal(await member.getByRole('button', { name: 'Upload' }).count(), 0)

    const first = (await files(member)).find((file) => file.name === 'first.jpg')
    assert.deepEqual(first?.rights, ['read'])
    assert.equal(await statusOf(member, `/api/files/${first?.id}/content`), 403)
    assert.equal(await statusOf(member, `/api/files/${first?.id}/variants/thumbnail`), 200)
  })

  test('tells why: to the owner about everybody, to the member about themselves', async () => {
    const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium' }).format(until)
    const [shoot] = await folders(owner, (await folders(owner))[0]?.id)
    await owner.goto(`${journey.origin}/folders/${shoot?.id}?details=true`)
    await tiles(owner).first().focus()
    const why = owner.getByRole('region', { name: 'Who can see this, and why' })
    await why.getByText(`May view, on folder Ward 3, until ${day}`).waitFor()
    await why.getByText('Owner of the organization').waitFor()

    await member.goto(`${journey.origin}/folders/${shoot?.id}?details=true`)
    await tiles(member).first().focus()
    const own = member.getByRole('region', { name: 'Why you can see this' })
    await own.getByText(`May view, on folder Ward 3, until ${day}`).waitFor()
    assert.equal(await own.getByText('Owner of the organization').count(), 0)
  })

  test('is gone from the other page when it is taken back, and there again when that is undone', async () => {
    const first = (await files(member)).find((file) => file.name === 'first.jpg')
    await owner.goto(`${journey.origin}/folders`)
    await folderLink(owner, 'Ward 3').focus()
    await owner.keyboard.press('s')
    const dialog = owner.getByRole('dialog', { name: 'Share Ward 3' })
    const answered = owner.waitForResponse((response) => response.request().method() === 'DELETE')
    await dialog.getByRole('button', { name: 'Take it from Ben' }).click()
    await answered
    const takenAt = Date.now()
    while ((await statusOf(member, `/api/files/${first?.id}/variants/thumbnail`)) !== 404)
      assert.ok(Date.now() - takenAt < REFUSED_WITHIN_MS, 'its bytes are refused within a second')
    await member.getByRole('heading', { name: 'This folder is not here' }).waitFor()
    assert.equal(await tiles(member).count(), 0)

    await owner.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click()
    await tiles(member).first().waitFor()
  })
})

/** Drops files and folders from the disk onto the page, as the browser itself would. */
async function drop(page: Page, paths: string[], announced: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 640, y: 500, data })
  await page.getByText(announced).waitFor()
  await devtools.send('Input.dispatchDragEvent', { type: 'drop', x: 640, y: 500, data })
  await devtools.detach()
}

async function post(page: Page, path: string, body: object): Promise<void> {
  await page.evaluate(
    async ([url, content]) => {
      const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
      const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: content })
      if (!response.ok) throw new Error(await response.text())
    },
    [path, JSON.stringify(body)] as const,
  )
}

/** What the browser would get for it, with the cookie that pictures ride on. */
function statusOf(page: Page, path: string): Promise<number> {
  return page.evaluate(async (url) => (await fetch(url, { cache: 'no-store' })).status, path)
}
