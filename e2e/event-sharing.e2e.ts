/// <reference lib="dom" />
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import type { Organization } from '@trove/contract/organizations'
import type { Page } from 'playwright-core'
import { jpeg } from '../server/test/media/make.ts'
import { ask, beginJourney, firstVisit, PASSWORD, PATIENT_MS, pick, type Journey } from './journey.ts'
import { faultsOf, lookAt } from './looking.ts'

describe('an event that is shared', () => {
  let journey: Journey
  let owner: Page
  let member: Page
  let guest: Page
  let organization: string
  let eventId: string
  let files: File[]
  before(async () => {
    journey = await beginJourney('event-sharing')
    ;[owner, member, guest] = [await journey.newPage(), await journey.newPage(), await journey.newPage()]
    await firstVisit(owner, journey.origin)
    const { items } = await ask<{ items: Organization[] }>(owner, '/api/organizations')
    organization = `/api/organizations/${items[0]?.id}`
    await member.goto(`${journey.origin}/register`)
    await member.getByLabel('Your name').fill('Ben')
    await member.getByLabel('E-mail').fill('ben@example.org')
    await member.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await member.getByRole('button', { name: 'Create account' }).click()
    await member.waitForURL(/organizations\/new/)
    await send(owner, 'POST', `${organization}/members`, { email: 'ben@example.org', role: 'member' })
    const picture = (seed: number) => jpeg({ widthPixels: 800, heightPixels: 600, seed })
    const names = ['day-1.jpg', 'day-2.jpg', 'day-3.jpg']
    const pictures = await Promise.all(names.map(async (name, i) => [name, await picture(i + 1)] as const))
    await pick(owner, journey.write(Object.fromEntries(pictures)))
    for (const name of names)
      await owner
        .getByRole('gridcell', { name: new RegExp(name) })
        .locator('img')
        .first()
        .waitFor({ timeout: 3 * PATIENT_MS })
    const listed = (await ask<{ items: File[] }>(owner, `${organization}/files`)).items
    files = listed.toSorted((a, b) => a.name.localeCompare(b.name))
    const event = await send<TimelineEvent>(owner, 'POST', `${organization}/events`, {
      kind: 'series',
      title: 'Knee, Ward 3',
      text: 'Every second day, until it had closed.',
      happenedAt: '2026-05-04T12:30:00+02:00',
      fileIds: files.slice(0, 1).map(({ id }) => id),
    })
    eventId = event.id
  })
  after(() => journey.end())

  /** As the page itself would. */
  const send = <T>(page: Page, method: string, path: string, body: unknown): Promise<T> =>
    page.evaluate(
      async ({ method: verb, path: url, body: payload }) => {
        const { accessToken } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json()
        const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
        const request = { method: verb, headers, body: JSON.stringify(payload) }
        const answer = await fetch(url, request)
        return answer.status === 204 ? undefined : answer.json()
      },
      { method, path, body },
    ) as Promise<T>
  const seenBy = async (page: Page) =>
    (await ask<{ items?: { file: File }[] }>(page, `/api/events/${eventId}/pictures`)).items?.map(
      ({ file }) => file.name,
    ) ?? []
  const untilSeen = async (names: string[]) => {
    const end = Date.now() + PATIENT_MS
    while ((await seenBy(member)).join() !== names.join() && Date.now() < end) await owner.waitForTimeout(200)
    assert.deepEqual(await seenBy(member), names)
  }
  const dialog = () => owner.getByRole('dialog')
  const openEvent = async () => {
    await owner.goto(`${journey.origin}/events/${eventId}`)
    await owner.getByRole('heading', { name: 'Knee, Ward 3' }).waitFor()
  }

  test('is given with its pictures, and what is added later is offered at once: one press, and Undo', async () => {
    await openEvent()
    await owner.getByRole('button', { name: 'Share', exact: true }).click()
    await dialog().getByText('is asked whether to share those too').waitFor()
    await dialog().getByRole('combobox').first().fill('Ben')
    await dialog().getByRole('option', { name: /Ben/ }).click()
    await dialog().getByRole('button', { name: 'Share', exact: true }).click()
    await owner.getByText('Knee, Ward 3 shared with Ben').waitFor()
    await dialog().getByText('with 1 picture').waitFor()
    await lookAt(owner, 'share-event')
    assert.deepEqual(await faultsOf(owner), [])
    await owner.keyboard.press('Escape')
    await untilSeen(['day-1.jpg'])

    await owner.goto(`${journey.origin}/library`)
    for (const name of ['day-2', 'day-3']) {
      await owner.getByRole('gridcell', { name: new RegExp(name) }).focus()
      await owner.keyboard.press('x')
    }
    await owner.getByRole('button', { name: 'Make an event', exact: true }).click()
    await dialog().getByRole('button', { name: 'Add 2 images' }).click()
    await owner.getByText('1 person who sees this event cannot see what you added.').waitFor()
    await owner.waitForURL(/\/events\/[^/]+/)
    await owner.getByText('2 pictures are not shared with everybody this event is shared with: Ben.').waitFor()
    await lookAt(owner, 'offered')
    assert.deepEqual(await faultsOf(owner), [])
    assert.deepEqual(await seenBy(member), ['day-1.jpg'])
    await owner.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Share with them' }).click()
    await owner.getByText('2 pictures shared with everybody who sees the event').waitFor()
    await untilSeen(['day-1.jpg', 'day-2.jpg', 'day-3.jpg'])
    await owner.getByText('are not shared with everybody').waitFor({ state: 'detached' })
    await owner.getByRole('button', { name: 'Undo' }).last().click()
    await owner.getByText('2 pictures not shared any more').waitFor()
    await untilSeen(['day-1.jpg'])
    await owner.getByText('2 pictures are not shared with everybody').waitFor()
  })

  test('is shared in full by its page, and taken back with what came with it and nothing else', async () => {
    await openEvent()
    await owner.getByRole('main').getByRole('button', { name: 'Share with them' }).click()
    await untilSeen(['day-1.jpg', 'day-2.jpg', 'day-3.jpg'])
    const { items } = await ask<{ items: { userId: string; name: string }[] }>(owner, `${organization}/members`)
    const ben = items.find(({ name }) => name === 'Ben')?.userId
    const [, second] = files
    await send(owner, 'PUT', `/api/resources/${second?.id}/grants`, {
      principal: { kind: 'user', id: ben },
      rights: ['read'],
    })
    await owner.getByRole('button', { name: 'Share', exact: true }).click()
    await dialog().getByText('Taking it from somebody takes the pictures that came with it').waitFor()
    await dialog().getByText('with 3 pictures').waitFor()
    await lookAt(owner, 'taking')
    await dialog().getByRole('button', { name: 'Take it from Ben' }).click()
    await owner.getByText('Nor 3 pictures that came with it. What was given on a picture itself stays.').waitFor()
    const readable = async () =>
      (await ask<{ items: File[] }>(member, `${organization}/files`)).items.map((one) => one.name)
    assert.deepEqual(await readable(), ['day-2.jpg'])
    await owner.getByRole('button', { name: 'Undo' }).last().click()
    await owner.getByText('Shared with Ben again').waitFor()
    await untilSeen(['day-1.jpg', 'day-2.jpg', 'day-3.jpg'])
    await owner.keyboard.press('Escape')
  })

  test('goes to guests by a link with its words, its order and its captions, as they are now', async () => {
    const [first, , third] = files
    const caption = (fileId: string | undefined, words: string) =>
      send(owner, 'PATCH', `/api/events/${eventId}/pictures/${fileId}`, { caption: words })
    await caption(first?.id, 'Before')
    await caption(third?.id, 'Closed, after six days')
    await openEvent()
    await owner.getByRole('button', { name: 'Share', exact: true }).click()
    await dialog().getByRole('radio', { name: 'Links' }).click()
    await dialog().getByText('With its title, description, date, order and captions').waitFor()
    await lookAt(owner, 'new-link')
    assert.deepEqual(await faultsOf(owner), [])
    await dialog().getByRole('button', { name: 'Make the link' }).click()
    const made = dialog().getByRole('region', { name: 'The new link' })
    await made.waitFor()
    const address = await made.getByRole('textbox').inputValue()
    await guest.goto(address)
    await guest.getByRole('heading', { name: 'Knee, Ward 3' }).waitFor()
    await guest.getByText('Every second day, until it had closed.').waitFor()
    await guest.getByText(/2026/).first().waitFor()
    const shown = guest.getByRole('list', { name: 'Pictures of Knee, Ward 3' })
    await shown.getByRole('listitem').nth(2).waitFor()
    const told = async () =>
      (await shown.getByRole('listitem').allTextContents()).map((text) => text.replace(/^\d+/, ''))
    assert.deepEqual(await told(), ['Before', '', 'Closed, after six days'])
    await shown.locator('img').nth(2).waitFor()
    await lookAt(guest, 'guest')
    assert.deepEqual(await faultsOf(guest), [])
    await shown.getByRole('button', { name: /Closed, after six days/ }).click()
    await guest.getByRole('dialog').getByText('Closed, after six days').waitFor()
    await lookAt(guest, 'guest-viewer')
    assert.deepEqual(await faultsOf(guest), [])
    await guest.keyboard.press('Escape')

    await send(owner, 'POST', `/api/events/${eventId}/pictures/${third?.id}/move`, { afterFileId: null })
    await guest.reload()
    await shown.getByRole('listitem').nth(2).waitFor()
    assert.deepEqual(await told(), ['Closed, after six days', 'Before', ''])

    await send(owner, 'POST', `${organization}/events/trash`, { eventIds: [eventId] })
    await guest.reload()
    await guest.getByRole('heading', { name: 'Shared files' }).waitFor()
    await guest.getByRole('gridcell').nth(2).waitFor()
    assert.equal(await guest.getByText('Before').count(), 0)
    await lookAt(guest, 'guest-plain')
  })
})
