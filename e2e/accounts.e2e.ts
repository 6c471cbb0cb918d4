/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { png } from '../server/test/media/make.ts'
import { ask, beginJourney, EMAIL, firstVisit, PASSWORD, type Journey } from './journey.ts'

const NEW_PASSWORD = 'a kettle on a distant roof'

describe('an account', () => {
  let journey: Journey
  let page: Page
  let elsewhere: Page
  before(async () => {
    journey = await beginJourney('accounts')
    page = await journey.newPage()
    elsewhere = await journey.newPage()
  })
  after(() => journey.end())

  /** The newest link of a kind in the outbox, as its administrator copies it. */
  const linkTo = async (kind: string): Promise<string> => {
    const { items } = await ask<{ items: { link?: { path: string } }[] }>(page, '/api/outbox')
    const link = items.find((mail) => mail.link?.path.startsWith(`/${kind}#`))?.link
    assert.ok(link, `no link to /${kind} in the outbox`)
    return journey.origin + link.path
  }

  test('is made with a password that the meter calls strong, and a weak one is refused with the reason', async () => {
    await page.goto(journey.origin)
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('E-mail').fill(EMAIL)
    await page.getByLabel('Password').fill('password1')
    await page.getByText('Guessed at once').waitFor()
    await page.getByRole('button', { name: 'Create your account' }).click()
    await page
      .getByRole('alert')
      .getByText(/commonly used/)
      .waitFor()
    await firstVisit(page, journey.origin)
  })

  test('finds its mail in the outbox, and is verified by the link after somebody presses the button', async () => {
    await page.goto(`${journey.origin}/administration/outbox`)
    await page.getByRole('list', { name: 'Mails' }).getByText('Verify your address').waitFor()
    const link = await linkTo('verify')
    await page.goto(link)
    await page.getByRole('button', { name: 'Verify this address' }).click()
    await page.getByText(`${EMAIL} is verified.`).waitFor()
    await page.goto(`${journey.origin}/settings/account`)
    await page.getByText('Verified', { exact: true }).waitFor()
    await page.goto(link)
    await page.getByRole('button', { name: 'Verify this address' }).click()
    await page
      .getByRole('alert')
      .getByText(/good once/)
      .waitFor()
  })

  test('keeps what it says of itself, a picture and the theme, also for another browser', async () => {
    await page.goto(`${journey.origin}/settings/account`)
    await page.getByLabel('Username').fill('ada.l')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Your profile was saved').waitFor()
    const [picture = ''] = journey.write({ 'me.png': await png({ widthPixels: 400, heightPixels: 300 }) })
    await page.getByLabel('Your picture').setInputFiles(picture)
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('main img')].some(
        (img) => img.complete && img.naturalWidth === 256,
      ),
    )
    await page.getByRole('radio', { name: 'Dark' }).click()
    await page.getByRole('radio', { name: 'Compact' }).click()
    await page.waitForFunction(async () => {
      const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
      const me = await (await fetch('/api/me', { headers: { authorization: `Bearer ${accessToken}` } })).json()
      return me.preferences.theme === 'dark' && me.preferences.density === 'compact'
    })
    await elsewhere.goto(`${journey.origin}/sign-in`)
    await elsewhere.getByLabel('E-mail').fill(EMAIL)
    await elsewhere.getByLabel('Password').fill(PASSWORD)
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
    await elsewhere.waitForURL(/\/library/)
    await elsewhere.waitForFunction(
      () =>
        document.documentElement.dataset['theme'] === 'dark' &&
        document.documentElement.dataset['density'] === 'compact',
    )
  })

  test('with a forgotten password gets a link, and setting a new one ends the sessions that were', async () => {
    const visitor = await journey.newPage()
    await visitor.goto(`${journey.origin}/sign-in`)
    await visitor.getByRole('link', { name: 'Set a new one' }).click()
    await visitor.getByLabel('E-mail').fill(EMAIL)
    await visitor.getByRole('button', { name: 'Send me a link' }).click()
    await visitor.getByText(/there is a link for it now/).waitFor()
    await page.waitForFunction(async () => {
      const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
      const outbox = await (await fetch('/api/outbox', { headers: { authorization: `Bearer ${accessToken}` } })).json()
      return outbox.items.some((mail: { link?: { path: string } }) => mail.link?.path.startsWith('/reset#'))
    })
    await visitor.goto(await linkTo('reset'))
    await visitor.getByLabel('New password').fill(NEW_PASSWORD)
    await visitor.getByRole('button', { name: 'Set the password' }).click()
    await visitor.getByText('Your password was set').waitFor()
    // Both browsers that were signed in are shown the door, without a reload.
    await elsewhere.waitForURL(/\/sign-in/)
    await visitor.getByRole('link', { name: 'Sign in' }).click()
    await visitor.getByLabel('E-mail').fill(EMAIL)
    await visitor.getByLabel('Password').fill(PASSWORD)
    await visitor.getByRole('button', { name: 'Sign in', exact: true }).click()
    await visitor.getByRole('alert').waitFor()
    await visitor.getByLabel('Password').fill(NEW_PASSWORD)
    await visitor.getByRole('button', { name: 'Sign in', exact: true }).click()
    await visitor.waitForURL(/\/library/)
    page = visitor
  })

  test('is suspended by an administrator, and told so when it signs in', async () => {
    await elsewhere.goto(`${journey.origin}/register`)
    await elsewhere.getByLabel('Your name').fill('Grace')
    await elsewhere.getByLabel('E-mail').fill('grace@example.org')
    await elsewhere.getByLabel('Password').fill(PASSWORD)
    await elsewhere.getByRole('button', { name: /Create/ }).click()
    await elsewhere.waitForURL(/organizations\/new/)
    await page.goto(`${journey.origin}/administration/accounts`)
    await page.getByRole('button', { name: 'What to do with Grace' }).click()
    await page.getByRole('menuitem', { name: 'Suspend' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await page.getByText('Grace is suspended').waitFor()
    await elsewhere.goto(`${journey.origin}/sign-in`)
    await elsewhere.getByLabel('E-mail').fill('grace@example.org')
    await elsewhere.getByLabel('Password').fill(PASSWORD)
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
    await elsewhere.getByRole('alert').waitFor()
  })

  test('is closed with its password, and cannot be signed in to again', async () => {
    await page.getByRole('button', { name: 'What to do with Grace' }).click()
    await page.getByRole('menuitem', { name: 'Resume' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
    await page.getByText('Grace may sign in again').waitFor()
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
    await elsewhere.waitForURL(/organizations\/new/)
    await elsewhere.getByLabel('Name', { exact: true }).fill('Alone')
    await elsewhere.getByRole('radio', { name: 'Studio' }).click()
    await elsewhere.getByRole('button', { name: 'Create organization' }).click()
    await elsewhere.waitForURL(/\/library/)
    await elsewhere.goto(`${journey.origin}/settings/account`)
    await elsewhere.getByRole('button', { name: 'Close my account' }).click()
    await elsewhere.getByLabel('Your password').fill(PASSWORD)
    await elsewhere.getByRole('button', { name: 'Close my account for good' }).click()
    await elsewhere.waitForURL(/\/sign-in/)
    await elsewhere.getByLabel('E-mail').fill('grace@example.org')
    await elsewhere.getByLabel('Password').fill(PASSWORD)
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
    await elsewhere.getByRole('alert').waitFor()
  })
})
