import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openEventDesk, startEvents } from '../../../../test/events.ts'
import type { TestPlatform } from '../../../../test/platform.ts'
import { untilSomebodyWaits } from '../../../../test/waiting.ts'
import type { Tx } from '../../../platform/db/index.ts'

describe('events are locked in one order, before what stands in them', () => {
  let world: Awaited<ReturnType<typeof startEvents>>
  let t: TestPlatform
  before(async () => {
    world = await startEvents()
    t = world.t
  })
  after(() => t.stop())

  const lock = (tx: Tx, eventId: string) =>
    sql`select from timeline_event where id = ${eventId}::uuid for update`.execute(tx)

  test('by whoever dates files that several of them show', async () => {
    const { owner, organizationId, as, images, series } = await openEventDesk(world)
    const [one = '', other = ''] = await images(2)
    const first = await series([other])
    const second = await series([one])
    let dated: ReturnType<typeof as> | undefined
    await t.platform.db.transaction().execute(async (tx) => {
      await lock(tx, first.id)
      dated = as(owner, 'POST', `/organizations/${organizationId}/files/changes`, {
        selection: { fileIds: [one, other] },
        change: { kind: 'happened', happened: { at: '2019-05-17T12:00:00Z' } },
      })
      await untilSomebodyWaits(t.platform.db)
      await lock(tx, second.id)
    })
    assert.equal((await dated)?.json().count, 2)
  })

  test('by whoever deletes a file for good while somebody names an event that shows it', async () => {
    const { owner, organizationId, as, images, series } = await openEventDesk(world)
    const [file = ''] = await images(1)
    const event = await series([file])
    await as(owner, 'DELETE', `/files/${file}`)
    let purged: ReturnType<typeof as> | undefined
    await t.platform.db.transaction().execute(async (tx) => {
      await lock(tx, event.id)
      purged = as(owner, 'POST', `/organizations/${organizationId}/files/purge`, { fileIds: [file], detach: true })
      await untilSomebodyWaits(t.platform.db)
      await sql`update file_use set name = 'Named' where used_by = ${event.id}::uuid`.execute(tx)
    })
    assert.equal((await purged)?.json().count, 1)
  })
})
