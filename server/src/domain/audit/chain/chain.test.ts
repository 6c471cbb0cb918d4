import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import { createDatabase } from '../../../../test/platform.ts'
import { connect, inTransaction, type Db } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { deriveKeys } from '../../../platform/keys.ts'
import { record, recordSecurityEvent } from '../record.ts'
import { leafOf, NOTHING_BEFORE, sealMac, writeLeaves } from './hashes.ts'
import { createSealer, pruneTrail } from './operations.ts'
import * as store from './store.ts'
import { verifyTrail } from './verify.ts'

const keys = deriveKeys(new Uint8Array(32).fill(9))
const organizationId = newId()

describe('the chain of the trail', () => {
  let database: { url: string; drop(): Promise<void> }
  let db: Db

  before(async () => {
    database = await createDatabase()
    db = connect(database.url, { poolSize: 6, prepare: true, onIdleError: () => undefined })
  })
  after(async () => {
    await db.destroy()
    await database.drop()
  })
  // What nobody can do who is not the owner of the tables, and what the chain is for.
  const tamper = (text: string) =>
    db.connection().execute(async (one) => {
      await sql`set session_replication_role = replica`.execute(one)
      await sql.raw(text).execute(one)
      await sql`set session_replication_role = origin`.execute(one)
    })
  beforeEach(async () => {
    await tamper('truncate activity, security_event, seal')
    await sql`select make_activity_partitions(3)`.execute(db)
  })

  const told = async (count: number) => {
    for (let i = 0; i < count; i += 1)
      await inTransaction(db, async (tx) => {
        await record(tx, { kind: 'anyone', ip: '203.0.113.5' }, 'file.viewed', { organizationId, facts: { n: i } })
        if (i % 3 === 0) await recordSecurityEvent(tx, 'info', 'sign-in.succeeded', { ip: '203.0.113.5' })
      })
  }
  /** A step to note how far numbers are out, and one to seal; a third, should another transaction have been under way. */
  async function seal(sealer = createSealer({ db, keys })) {
    const heads = [await sealer.step(), await sealer.step(), await sealer.step()]
    return heads.findLast((head) => head !== undefined)
  }
  const verify = (remembered?: Parameters<typeof verifyTrail>[2]) => verifyTrail(db, keys.trail, remembered)
  const kindsOf = async () => (await verify()).faults.map(({ kind }) => kind)
  const anActivity = '(select number from activity order by number offset 3 limit 1)'

  test('is whole when nobody touched it, over several seals and both tables', async () => {
    const sealer = createSealer({ db, keys })
    await told(9)
    await seal(sealer)
    await told(4)
    const head = await seal(sealer)
    await told(2)
    const found = await verify(head)
    assert.deepEqual(found.faults, [])
    assert.equal(found.seals, 2)
    assert.equal(found.lines, 9 + 3 + 4 + 2)
    assert.equal(found.unsealed.count, 3)
    assert.deepEqual(found.head, head)
  })

  test('makes no seal over nothing', async () => {
    await told(1)
    const sealer = createSealer({ db, keys })
    await seal(sealer)
    await assert.rejects(
      inTransaction(db, async (tx) => {
        await record(tx, { kind: 'anyone', ip: '203.0.113.5' }, 'file.renamed', { organizationId })
        throw new Error('taken back')
      }),
    )
    for (let i = 0; i < 5; i += 1) assert.equal(await sealer.step(), undefined)
    assert.equal((await verify()).seals, 1)
  })

  test('waits for a line that commits late, and lets everybody record meanwhile', async () => {
    const sealer = createSealer({ db, keys })
    const late = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const slow = inTransaction(db, async (tx) => {
      await record(tx, { kind: 'anyone', ip: '203.0.113.5' }, 'file.renamed', { organizationId })
      begun.resolve()
      await late.promise
    })
    await begun.promise
    await told(5)
    for (let i = 0; i < 5; i += 1) assert.equal(await sealer.step(), undefined)
    late.resolve()
    await slow
    await seal(sealer)
    const found = await verify()
    assert.deepEqual(found.faults, [])
    assert.equal(found.unsealed.count, 0)
  })

  test('holds with several that record, and several that seal, at once', async () => {
    const sealers = Array.from({ length: 3 }, () => createSealer({ db, keys }))
    let isDone = false
    const sealing = sealers.map(async (sealer) => {
      while (!isDone) await sealer.step()
    })
    await Promise.all(Array.from({ length: 4 }, () => told(40)))
    isDone = true
    await Promise.all(sealing)
    await seal()
    const found = await verify()
    assert.deepEqual(found.faults, [])
    assert.equal(found.lines, 4 * (40 + 14))
  })

  const attempts: [string, string, string][] = [
    ['a changed action', `update activity set action = 'file.x' where number = ${anActivity}`, 'line changed'],
    ['a changed fact', `update activity set facts = '{"n": 99}' where number = ${anActivity}`, 'line changed'],
    [
      'a changed time',
      `update activity set at = at - interval '1 second' where number = ${anActivity}`,
      'line changed',
    ],
    ['a changed address', `update activity set ip = null where number = ${anActivity}`, 'line changed'],
    [
      'a moved organization',
      `update activity set organization_id = gen_random_uuid() where number = ${anActivity}`,
      'line changed',
    ],
    ['a softened event', `update security_event set kind = 'nothing'`, 'line changed'],
    ['a removed line', `delete from activity where number = ${anActivity}`, 'line missing'],
    ['a removed event', `delete from security_event`, 'line missing'],
    [
      'a line put in under a number that has one',
      `insert into activity (id, number, action) select gen_random_uuid(), ${anActivity}, 'file.x'`,
      'line inserted',
    ],
    [
      'a line put in before all others',
      `insert into activity (id, number, action) values (gen_random_uuid(), -5, 'file.x')`,
      'line inserted',
    ],
    ['a seal that was made to fit', `update seal set leaves = substr(leaves, 1, 48)`, 'seal broken'],
    ['a seal with another end', `update seal set upto_number = upto_number - 1 where number = 2`, 'seal broken'],
    ['a seal cut from the middle', `delete from seal where number = 2`, 'seals missing'],
    ['the beginning cut off', `delete from seal where number = 1`, 'seals missing'],
  ]
  for (const [what, text, kind] of attempts) {
    test(`shows ${what}`, async () => {
      const sealer = createSealer({ db, keys })
      for (let i = 0; i < 3; i += 1) {
        await told(6)
        await seal(sealer)
      }
      assert.deepEqual(await kindsOf(), [])
      await tamper(text)
      assert.ok((await kindsOf()).includes(kind as never), JSON.stringify((await verify()).faults))
    })
  }

  test('shows an end that was cut off to a machine that remembers it', async () => {
    const sealer = createSealer({ db, keys })
    await told(6)
    await seal(sealer)
    const upto = (await store.getLastSeal(db))?.uptoNumber ?? 0
    await told(6)
    const head = await seal(sealer)
    await tamper(`delete from seal where number = 2; delete from activity where number > ${upto};
      delete from security_event where number > ${upto}`)
    assert.deepEqual((await verify()).faults, [])
    assert.deepEqual(
      (await verify(head)).faults.map(({ kind }) => kind),
      ['seals missing'],
    )
  })

  test('cannot be made anew by somebody who has only the database', async () => {
    await told(6)
    const head = await seal()
    const [genuine] = await store.listSeals(db, 0, 1)
    assert.ok(genuine)
    await tamper(`update activity set action = 'file.x'; delete from seal`)
    const lines = await store.listLines(db, 0, genuine.uptoNumber, 100)
    const leaves = writeLeaves(lines.map(leafOf))
    const forged = { ...genuine, previous: NOTHING_BEFORE, leaves }
    const mac = sealMac(deriveKeys(new Uint8Array(32)).trail, forged, leaves)
    await inTransaction(db, (tx) => store.insertSeal(tx, { ...forged, mac }))
    const kinds = (await verify(head)).faults.map(({ kind }) => kind)
    assert.deepEqual(kinds, ['seal broken', 'seal broken'])
  })

  describe('pruned by policy', () => {
    const now = new Date()
    const monthsAgo = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 3))
    const oldLines = async (months: number) => {
      const at = monthsAgo(months).toISOString()
      await sql`select make_trail_partitions(date_trunc('month', ${at}::timestamptz at time zone 'utc')::date)`.execute(
        db,
      )
      await tamper(
        `insert into activity (id, at, action) select gen_random_uuid(), '${at}', 'file.viewed' from generate_series(1, 5)`,
      )
      await seal()
      await tamper(`update seal set at = '${at}' where number = (select max(number) from seal)`)
    }
    /** Their time is part of what is sealed, so seals that are moved to an old month are made again with the key. */
    const sealAgain = async () => {
      let previous: Buffer = NOTHING_BEFORE
      for (const one of await store.listSeals(db, 0, 100)) {
        const mac = sealMac(keys.trail, { ...one, previous }, one.leaves)
        await tamper(
          `update seal set previous = '\\x${previous.toString('hex')}', mac = '\\x${mac.toString('hex')}' where number = ${one.number}`,
        )
        previous = mac
      }
    }

    test('is told with proof, and everything that is left still fits', async () => {
      await oldLines(5)
      await oldLines(4)
      await told(6)
      await seal()
      await sealAgain()
      assert.deepEqual(await kindsOf(), [])
      const dropped = await pruneTrail({ db, keys }, 3)
      assert.equal(dropped.filter((name) => name.startsWith('activity_')).length, 2)
      await seal()
      const found = await verify()
      assert.deepEqual(found.faults, [])
      assert.equal(
        found.prunedBefore,
        new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3, 1)).toISOString().slice(0, 10),
      )
      assert.deepEqual(await pruneTrail({ db, keys }, 3), [])
      const line = await db
        .selectFrom('activity')
        .selectAll()
        .where('action', '=', 'activity.pruned')
        .executeTakeFirst()
      assert.equal(line?.actor_kind, 'system')
    })

    test('keeps everything when it is told to', async () => {
      await oldLines(40)
      assert.deepEqual(await pruneTrail({ db, keys }, 0), [])
    })

    test('cannot be claimed by somebody who has only the database', async () => {
      await oldLines(5)
      await told(6)
      await seal()
      await sealAgain()
      await sql`select drop_trail_partitions((now() - interval '3 months')::date)`.execute(db)
      const [seal2] = await store.listSeals(db, 0, 1)
      await inTransaction(db, (tx) =>
        record(tx, { kind: 'system', reason: 'policy' }, 'activity.pruned', {
          facts: {
            before: now.toISOString().slice(0, 10),
            lastSeal: (seal2?.number ?? 1) - 1,
            lastMac: seal2?.previous.toString('hex'),
            proof: '00'.repeat(32),
          },
        }),
      )
      assert.deepEqual(await kindsOf(), ['pruning forged', 'seals missing'])
    })
  })

  test('refuses to be changed, emptied or removed from in the ordinary way', async () => {
    await told(3)
    await seal()
    for (const text of [
      `update activity set action = 'x'`,
      `delete from security_event`,
      `update seal set number = 9`,
      `truncate activity`,
      `truncate seal`,
      `truncate activity_${now()}`,
    ])
      await assert.rejects(sql.raw(text).execute(db), /append-only/, text)
  })
  const now = () => new Date().toISOString().slice(0, 7).replace('-', '_')
})
