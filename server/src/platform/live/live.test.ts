import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { LiveMessage } from '@trove/contract/events'
import { sql } from 'kysely'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { inTransaction } from '../db/index.ts'
import { publish } from '../events.ts'
import { newId } from '../ids.ts'
import { parseCursor } from './cursor.ts'
import * as store from './store.ts'
import type { Written } from './written.ts'

describe('what the live feed keeps', () => {
  let t: TestPlatform
  before(async () => {
    t = await startTestPlatform()
  })
  after(() => t.stop())

  const [userId, organizationId, fileId] = [newId(), newId(), newId()]
  const announce = () =>
    inTransaction(t.platform.db, (tx) => publish(tx, { userId }, { type: 'file.added', organizationId, fileId }))
  const forget = () => inTransaction(t.platform.db, (tx) => store.deleteOldEvents(tx, 48))
  const age = () =>
    inTransaction(t.platform.db, (tx) => sql`update event set created_at = now() - interval '3 days'`.execute(tx))
  const listen = async (cursor: string) => {
    const heard: LiveMessage[] = []
    const actor = { userId, sessionId: newId() }
    const send = ({ texts }: Written) => void heard.push(...texts.map((text) => JSON.parse(text) as LiveMessage))
    const { stop } = await t.platform.live.subscribe({ actor, send, end: () => undefined }, parseCursor(cursor))
    stop()
    return heard
  }

  test('young events stay; of old ones only the newest, and a cursor before it is told to ask for everything', async () => {
    await announce()
    const [first] = await store.listEventsAfter(t.platform.db, { xid: 0n, id: 0 }, 10)
    assert.ok(first)
    const cursor = `${first.cursor.xid}-${first.cursor.id}`
    await announce()
    await announce()
    await forget()
    assert.equal((await listen(cursor)).filter(({ kind }) => kind === 'event').length, 2)

    await age()
    await forget()
    assert.equal((await store.listEventsAfter(t.platform.db, { xid: 0n, id: 0 }, 10)).length, 1)
    // The newest may come by itself behind that, when this process reads it only now.
    assert.equal((await listen(cursor))[0]?.kind, 'resync')
  })
})
