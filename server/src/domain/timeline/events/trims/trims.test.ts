import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Trim } from '@trove/contract/trims'
import { openEventDesk, startEvents } from '../../../../../test/events.ts'
import { clip } from '../../../../../test/media/recordings.ts'
import type { TestPlatform } from '../../../../../test/platform.ts'
import { startProcessing, type Processing } from '../../../../../test/processing.ts'
import { makeStoredFile, untilSettled } from '../../../../../test/stored.ts'
import { quotaOf } from '../../../../../test/tenant.ts'
import { mediaTasks } from '../../../media/index.ts'
import { timelineEventTasks } from '../tasks.ts'

describe('cutting a clip out of a longer video', () => {
  let world: Awaited<ReturnType<typeof startEvents>>
  let t: TestPlatform
  let processing: Processing
  before(async () => {
    world = await startEvents()
    t = world.t
    processing = await startProcessing(t, [...mediaTasks, ...timelineEventTasks])
  })
  after(async () => {
    await processing.stop()
    await t.stop()
  })

  type Desk = Awaited<ReturnType<typeof openEventDesk>>
  const stored = async ({ organizationId, owner }: Desk, name: string, bytes: Buffer) => {
    const file = await makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes })
    await untilSettled(t.platform, organizationId, 20_000)
    return file.id
  }
  const ended = async ({ as, owner }: Desk, trimId: string): Promise<Trim> => {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      const trim = (await as(owner, 'GET', `/trims/${trimId}`)).json() as Trim
      if (trim.status === 'done' || trim.status === 'failed') return trim
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('the trim has not ended')
  }

  for (const [format, extension] of [
    ['mp4', 'mp4'],
    ['mkv', 'mkv'],
    ['avi', 'avi'],
  ] as const) {
    test(`${format}: a part no longer than asked for becomes a file and a clip; the video stays as it is`, async () => {
      const desk = await openEventDesk(world)
      const { as, owner, organizationId } = desk
      await as(owner, 'PATCH', `/organizations/${organizationId}`, { settings: { clipLimitSeconds: 2 } })
      const fileId = await stored(
        desk,
        `ward.${extension}`,
        await clip(format, { frames: 150, widthPixels: 64, heightPixels: 48 }),
      )
      const before = (await as(owner, 'GET', `/files/${fileId}`)).json()
      const events = `/organizations/${organizationId}/events`
      const long = await as(owner, 'POST', events, { kind: 'clip', title: 'Ward', fileIds: [fileId] })
      assert.equal(long.json().type, 'urn:trove:problem:clip-too-long')
      assert.ok(Math.abs(long.json().durationMs - 6_000) < 100, String(long.json().durationMs))
      const asked = await as(owner, 'POST', `${events}/trims`, { fileId, startMs: 0, title: 'Ward' })
      assert.equal(asked.statusCode, 201, asked.body)
      const trim = await ended(desk, asked.json().id)
      assert.equal(trim.status, 'done', trim.failure)
      await untilSettled(t.platform, organizationId, 20_000)
      const made = (await as(owner, 'GET', `/files/${trim.fileId}`)).json()
      assert.equal(made.status, 'ready')
      assert.ok(made.durationMs > 1_500 && made.durationMs <= 2_000, `${made.durationMs} ms`)
      assert.match(made.name, /^ward \(clip\)\./)
      const shown = (await as(owner, 'GET', `/events/${trim.eventId}`)).json()
      assert.deepEqual(
        [shown.kind, shown.title, shown.pictureCount, shown.cover[0].id],
        ['clip', 'Ward', 1, trim.fileId],
      )
      assert.equal((await as(owner, 'GET', `/files/${fileId}`)).json().sha256, before.sha256)
      const quota = await quotaOf({ t }, { organizationId })
      assert.deepEqual([quota.reserved, quota.files], [0, 1])
      assert.equal(quota.used, made.sizeBytes)
    })
  }

  test('a part in the middle begins at the nearest picture that needs no other before it', async () => {
    const desk = await openEventDesk(world)
    const { as, owner, organizationId } = desk
    const fileId = await stored(desk, 'ward.mp4', await clip('mp4', { frames: 900, widthPixels: 64, heightPixels: 48 }))
    const path = `/organizations/${organizationId}/events/trims`
    const asked = await as(owner, 'POST', path, { fileId, startMs: 12_000, lengthMs: 5_000, title: 'Middle' })
    const trim = await ended(desk, asked.json().id)
    assert.equal(trim.status, 'done', trim.failure)
    await untilSettled(t.platform, organizationId, 20_000)
    const made = (await as(owner, 'GET', `/files/${trim.fileId}`)).json()
    assert.ok(made.durationMs > 4_500 && made.durationMs <= 5_000, `${made.durationMs} ms`)
    for (const wrong of [{ startMs: 36_001 }, { startMs: -1 }, { startMs: 0, lengthMs: 0 }])
      assert.equal((await as(owner, 'POST', path, { fileId, title: 'x', ...wrong })).statusCode, 400)
  })

  test('who may only look at a video cuts nothing out of it, and nobody else learns how far a trim is', async () => {
    const desk = await openEventDesk(world)
    const { as, owner, organizationId, member, video, images } = desk
    const path = `/organizations/${organizationId}/events/trims`
    const other = await member()
    const fileId = await video(10_000)
    assert.equal((await as(other, 'POST', path, { fileId, startMs: 0, title: 'x' })).statusCode, 404)
    const [image] = await images(1)
    assert.equal(
      (await as(owner, 'POST', path, { fileId: image, startMs: 0, title: 'x' })).json().type,
      'urn:trove:problem:type-not-allowed',
    )
    const asked = await as(owner, 'POST', path, { fileId, startMs: 0, title: 'x' })
    assert.equal(asked.statusCode, 201)
    assert.equal((await as(other, 'GET', `/trims/${asked.json().id}`)).statusCode, 404)
  })
})
