/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { codeOf } from '../server/test/codes.ts'
import type { Page } from 'playwright-core'
import { openProvider, type TestProvider, type Vouched } from '../server/test/provider.ts'
import { freePort } from '../server/test/server.ts'
import { beginJourney, EMAIL, firstVisit, PASSWORD, type Journey } from './journey.ts'

const STEP_MS = 30_000

describe('signing in', () => {
  let journey: Journey
  let provider: TestProvider
  let page: Page
  /** Passkeys are bound to a name, never to an address of numbers. */
  let origin: string
  let secret = ''
  const people = new Map<string, Vouched>()
  before(async () => {
    const port = String(await freePort())
    origin = `http://localhost:${port}`
    provider = await openProvider(people, `${origin}/api/auth/oidc/callback`)
    journey = await beginJourney('sign-in', {
      PORT: port,
      PUBLIC_URL: origin,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'trove',
      OIDC_CLIENT_SECRET: provider.secret,
      OIDC_NAME: 'Northlight',
    })
    page = await journey.newPage()
    await withAuthenticator(page)
    await firstVisit(page, origin)
  })
  after(async () => {
    await journey.end()
    provider.close()
  })

  /** A device that holds passkeys and says at once that its owner is there. */
  async function withAuthenticator(on: Page) {
    const session = await on.context().newCDPSession(on)
    await session.send('WebAuthn.enable')
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
  }
  const security = async () => {
    await page.goto(`${origin}/settings/security`)
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor()
  }
  const signOut = async () => {
    await page.goto(`${origin}/library`)
    await page.getByRole('button', { name: /Your account/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/sign-in/)
  }
  const givePassword = async (on: Page = page) => {
    await on.getByLabel('E-mail').fill(EMAIL)
    await on.getByLabel('Password').fill(PASSWORD)
    await on.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  /** Each is good once, so the next is waited for when this one was taken. */
  let lastStep = 0
  const code = async () => {
    while (Math.floor(Date.now() / STEP_MS) <= lastStep) await page.waitForTimeout(500)
    lastStep = Math.floor(Date.now() / STEP_MS)
    return codeOf(secret)
  }
  const keepCodes = async () => {
    const list = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
    await list.first().waitFor()
    const codes = await list.allTextContents()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    return codes
  }
  const session = () => page.evaluate(async () => (await fetch('/api/auth/refresh', { method: 'POST' })).status)

  let codes: string[] = []
  test('connects an app, and is asked for its code from then on', async () => {
    await security()
    await page.getByRole('button', { name: 'Connect' }).click()
    secret = (await page.getByRole('dialog').locator('code').textContent())?.replaceAll(' ', '') ?? ''
    await page.getByLabel('Code of the app').fill(await code())
    await page.getByRole('dialog').getByRole('button', { name: 'Connect' }).click()
    codes = await keepCodes()
    assert.equal(codes.length, 10)

    await signOut()
    await givePassword()
    await page.getByLabel('Code', { exact: true }).fill('000000')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText(/The code is not right/).waitFor()
    await page.getByLabel('Code', { exact: true }).fill(await code())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(/\/library/)
  })

  test('lets in with a recovery code when the phone is lost', async () => {
    await signOut()
    await givePassword()
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(codes[0] ?? '')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(/\/library/)
    await security()
    await page.getByText('9 codes left').waitFor()
  })

  test('adds a passkey, signs in with it alone, and answers the second step with it', async () => {
    await security()
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name', { exact: true }).fill('My laptop')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('list', { name: 'Passkeys' }).getByText('My laptop').waitFor()

    await signOut()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.waitForURL(/\/library/)

    await signOut()
    await givePassword()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.waitForURL(/\/library/)
  })

  test('renames and removes a passkey', async () => {
    await security()
    await page.getByRole('button', { name: 'Rename My laptop' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Old laptop')
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await page.getByRole('list', { name: 'Passkeys' }).getByText('Old laptop', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Remove Old laptop' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Old laptop was removed').waitFor()
    await page.getByRole('list', { name: 'Passkeys' }).waitFor({ state: 'detached' })
  })

  test('shows where else one is signed in, and signs that out at once', async () => {
    const other = await journey.newPage()
    await other.goto(origin)
    await givePassword(other)
    await other.getByRole('button', { name: 'Use a recovery code' }).click()
    await other.getByLabel('Recovery code').fill(codes[1] ?? '')
    await other.getByRole('button', { name: 'Continue' }).click()
    await other.waitForURL(/\/library/)

    await security()
    const list = page.getByRole('list', { name: 'Sessions' })
    await list.getByText('This one').waitFor()
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await page
      .getByText(/signed out/)
      .first()
      .waitFor()
    await other.waitForURL(/sign-in/)
    assert.equal(await session(), 200)
    await other.close()
  })

  test('makes an API key that is shown once, works, and is refused when revoked', async () => {
    await security()
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Nightly backup')
    await page.getByRole('button', { name: 'Make the key' }).click()
    const key = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
    await page.getByRole('button', { name: 'I have kept it' }).click()
    const ask = async () => (await fetch(`${origin}/api/me`, { headers: { authorization: `Bearer ${key}` } })).status
    assert.equal(await ask(), 200)
    assert.ok(!(await page.content()).includes(key))
    await page.getByRole('button', { name: 'Revoke Nightly backup' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Nightly backup was revoked').waitFor()
    await page.waitForTimeout(1_000)
    assert.equal(await ask(), 401)
  })

  test('gives a program a key when its code is confirmed', async () => {
    const post = async (path: string, body: object) =>
      fetch(`${origin}/api${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const begun = (await (await post('/auth/device', { name: 'Terminal', scopes: ['read'] })).json()) as {
      deviceCode: string
      verificationUriComplete: string
    }
    await page.goto(begun.verificationUriComplete)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('Terminal').waitFor()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText(/^Allowed/).waitFor()
    const { token } = (await (await post('/auth/device/key', { deviceCode: begun.deviceCode })).json()) as {
      token: string
    }
    assert.equal((await fetch(`${origin}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status, 200)
  })

  test('links the provider from the settings, then signs in there and answers the second step here', async () => {
    people.set('ada', { sub: 'ada', email: EMAIL, email_verified: true })
    provider.letIn('ada')
    await security()
    await page.getByRole('button', { name: 'Link Northlight' }).click()
    await page.getByRole('list', { name: 'Linked sign-ins' }).getByText('Northlight').waitFor()

    await signOut()
    await page.goto(`${origin}/trash`)
    await page.getByRole('button', { name: 'Sign in with Northlight' }).click()
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(codes[2] ?? '')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(/\/trash/)
  })

  test('says plainly when the provider was left without signing in', async () => {
    provider.letIn('')
    await signOut()
    await page.context().clearCookies({ domain: '127.0.0.1' })
    await page.getByRole('button', { name: 'Sign in with Northlight' }).click()
    await page.getByText('The sign-in was cancelled there.').waitFor()
  })
})
