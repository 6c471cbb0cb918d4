/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OutboxMail } from '@trove/contract/accounts'
import type { Organization } from '@trove/contract/organizations'
import type { Page } from 'playwright-core'
import { ask, beginJourney, firstVisit, type Journey } from './journey.ts'

const GUEST = 'grace@example.org'
const GUEST_PASSWORD = 'seven ships in a bottle'

describe('people of an organization', () => {
  let journey: Journey
  let ada: Page
  let grace: Page
  before(async () => {
    journey = await beginJourney('people')
    ada = await journey.newPage()
    grace = await journey.newPage()
  })
  after(() => journey.end())

  const organizationsOf = async (page: Page) => (await ask<{ items: Organization[] }>(page, '/api/organizations')).items
  /** The letter as an administrator finds it where no mail server is. */
  const letterTo = async (email: string): Promise<string> => {
    const { items } = await ask<{ items: OutboxMail[] }>(ada, '/api/outbox')
    const letter = items.find(({ to }) => to === email)
    assert.match(letter?.link?.path ?? '', /^\/invitation#[\w-]{43}$/)
    return journey.origin + letter?.link?.path
  }
  const people = (page: Page, tab: string) => page.goto(`${journey.origin}/people?tab=${tab}`)

  test('an owner makes a team and invites somebody into it', async () => {
    await firstVisit(ada, journey.origin)
    await people(ada, 'teams')
    await ada.getByRole('button', { name: 'New team' }).click()
    await ada.getByLabel('Name', { exact: true }).fill('Retouching')
    await ada.getByRole('button', { name: 'Create team' }).click()
    await ada.getByRole('list', { name: 'Teams' }).getByText('Retouching').waitFor()

    await people(ada, 'invitations')
    await ada.getByRole('button', { name: 'Invite' }).first().click()
    const dialog = ada.getByRole('dialog')
    await dialog.getByLabel('E-mail').fill(GUEST)
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await ada.getByRole('option', { name: 'Guest' }).click()
    await dialog.getByRole('checkbox', { name: 'Retouching' }).click()
    await dialog.getByLabel('A few words (optional)').fill('Come and look')
    await dialog.getByRole('button', { name: 'Send invitation' }).click()
    await ada.getByRole('list', { name: 'Invitations' }).getByText(GUEST).waitFor()
  })

  test('who is invited sees by whom to what, makes an account and is in', async () => {
    await grace.goto(await letterTo(GUEST))
    await grace.getByText('invites you as a guest').waitFor()
    await grace.getByText('Come and look').waitFor()
    await grace.getByLabel('Your name').fill('Grace')
    await grace.getByLabel('Password').fill(GUEST_PASSWORD)
    await grace.getByRole('button', { name: 'Create account and join' }).click()
    await grace.waitForURL(/\/library/)
    const [organization] = await organizationsOf(grace)
    assert.deepEqual([organization?.name, organization?.role, organization?.quota], ['Northlight', 'guest', undefined])
    await people(grace, 'members')
    await grace.getByText('You are a guest here').waitFor()
  })

  test('the link of the letter works once', async () => {
    const page = await journey.newPage()
    await page.goto(await letterTo(GUEST))
    await page.getByText('No invitation here').waitFor()
  })

  test('a new role is felt at once, without a reload', async () => {
    await people(ada, 'members')
    const row = ada.getByRole('list', { name: 'People' }).getByRole('listitem').filter({ hasText: 'Grace' })
    await row.getByRole('combobox', { name: 'Role of Grace' }).click()
    await ada.getByRole('option', { name: 'Member' }).click()
    await grace.getByRole('list', { name: 'People' }).getByText('Ada', { exact: true }).waitFor()
    assert.equal((await organizationsOf(grace))[0]?.role, 'member')
  })

  test('is in the team, and may go from it and from the organization', async () => {
    await people(grace, 'teams')
    await grace.getByRole('button', { name: /in Retouching$/ }).click()
    await grace.getByRole('button', { name: 'Leave Retouching' }).click()
    await grace.getByText('Nobody is in this team yet.').waitFor()
    await grace.goto(`${journey.origin}/settings?tab=danger`)
    await grace.getByRole('button', { name: 'Leave Northlight' }).click()
    await grace.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
    await grace.waitForURL(/\/organizations\/new/)
    assert.deepEqual(await organizationsOf(grace), [])
  })

  test('the last owner stays, and asks twice to have all of it erased; then keeps it', async () => {
    await ada.goto(`${journey.origin}/settings?tab=danger`)
    await ada.getByRole('button', { name: 'Leave Northlight' }).click()
    await ada.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click()
    await ada.getByRole('dialog').getByText('This is the only owner').waitFor()
    await ada.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()
    await ada.getByRole('button', { name: 'Erase Northlight' }).click()
    const dialog = ada.getByRole('dialog')
    await dialog.getByLabel('Write Northlight').fill('Northlight')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await dialog.getByText('will be erased in 7 days').waitFor()
    await dialog.getByRole('button', { name: 'Yes, erase all of it' }).click()
    await ada.getByText(/Northlight will be erased in \d days/).waitFor()
    await ada.getByRole('button', { name: 'Keep it after all' }).first().click()
    await ada.getByRole('button', { name: 'Erase Northlight' }).waitFor()
  })
})
