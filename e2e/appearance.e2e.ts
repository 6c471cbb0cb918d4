import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { clip, jpeg, pdfOfPages } from '../server/test/media/make.ts'
import { beginJourney, EMAIL, firstVisit, PASSWORD, pick, type Journey } from './journey.ts'

const LOOK = join(import.meta.dirname, 'look.ts')
/** Looked at by a person before the page changes; kept out of the repository. */
const PICTURES = join(import.meta.dirname, '..', 'test-results', 'look')
const PLACES = [
  'sign-in',
  'library',
  'library-list',
  'library-selected',
  'library-details',
  'library-nothing',
  'viewer',
  'shortcuts',
  'folders',
  'folder-details',
  'folder-share',
  'file-move',
  'file-menu',
  'trash',
  'forgot',
  'reset',
  'verify',
  'settings',
  'settings-plan',
  'settings-leave',
  'people',
  'people-teams',
  'people-invitations',
  'account',
  'accounts',
  'outbox',
  'administration',
]

describe('every place', () => {
  let journey: Journey
  before(async () => {
    journey = await beginJourney('appearance')
    const page = await journey.newPage()
    await firstVisit(page, journey.origin)
    const paths = journey.write({
      'wide.jpg': await jpeg({ widthPixels: 900, heightPixels: 500 }),
      'tall.jpg': await jpeg({ widthPixels: 500, heightPixels: 900, seed: 2 }),
      'clip.mp4': await clip('faststart', { frames: 50 }),
      'report.pdf': pdfOfPages(2),
      'notes.txt': Buffer.from('Notes\n'),
    })
    await pick(page, paths)
    await page.getByRole('region', { name: 'Uploads' }).getByText(`${paths.length} uploaded`).waitFor()
    await page.getByRole('link', { name: 'Folders' }).click()
    await page.getByRole('button', { name: 'New folder' }).first().waitFor()
    await page.locator('body').press('n')
    await page.getByRole('dialog').getByLabel('Name').fill('Autumn shoot')
    await page.keyboard.press('Enter')
    await page.locator('[data-folder]').waitFor()
  })
  after(() => journey.end())

  test('has nothing that axe finds and no fault in the console, wide and on a phone, light and dark', async () => {
    const child = spawn(process.execPath, [LOOK, journey.origin, PICTURES, ...PLACES], {
      env: { ...process.env, LOOK_AXE: '1', LOOK_EMAIL: EMAIL, LOOK_PASSWORD: PASSWORD },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let found = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (found += text))
    await new Promise((resolve) => child.once('close', resolve))
    assert.equal(found, '')
  })
})
