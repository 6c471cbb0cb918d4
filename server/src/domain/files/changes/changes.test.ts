import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import {
  bearer,
  makeFile,
  makeFolder,
  makeGrant,
  makeMember,
  makeOrganization,
  makeUser,
} from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { forgetChanges } from './tasks.ts'

type Answer = { changeId?: string; count: number; passedOver: { reason: string; count: number }[] }

describe('changing many files', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let member: UserActor
  let other: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    ;[owner, member, other] = (await Promise.all(Array.from({ length: 3 }, () => makeUser(t.platform)))) as [
      UserActor,
      UserActor,
      UserActor,
    ]
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
    await makeMember(t.platform, organizationId, other, 'member')
  })
  after(() => t.stop())

  const post = async (actor: UserActor, path: string, payload: object = {}) =>
    app.inject({
      method: 'POST',
      url: `/api/organizations/${organizationId}${path}`,
      headers: await bearer(t.platform, actor),
      payload,
    })
  const change = async (actor: UserActor, selection: object, change_: object): Promise<Answer> => {
    const changed = await post(actor, '/files/changes', { selection, change: change_ })
    assert.equal(changed.statusCode, 200, changed.body)
    return changed.json()
  }
  const undo = (actor: UserActor, changeId = '') => post(actor, `/files/changes/${changeId}/undo`)
  const get = async (fileId: string, actor = owner) =>
    (await app.inject({ method: 'GET', url: `/api/files/${fileId}`, headers: await bearer(t.platform, actor) })).json()
  const file = async (uploader = member, more: { folderId?: string; name?: string } = {}) =>
    (await makeFile(t.platform, { organizationId, uploader, ...more })).id
  const tag = async (name: string) => (await post(owner, '/tags', { name })).json().id as string
  const tagsOf = async (fileId: string) =>
    ((await get(fileId)).tags ?? []).map(({ name }: { name: string }) => name) as string[]
  const actionsOn = async (fileId: string) =>
    (
      await t.platform.db
        .selectFrom('activity')
        .select('action')
        .where('resource_id', '=', fileId)
        .orderBy('id')
        .execute()
    ).map(({ action }) => action)

  test('what may not be changed is passed over, and told by the reason', async () => {
    const [mine, theirs, readable, trashed] = [await file(), await file(other), await file(other), await file()]
    await makeGrant(t.platform, { organizationId, resourceId: readable, to: { user: member.userId }, rights: ['read'] })
    await t.platform.db.updateTable('file').set({ trashed_at: new Date() }).where('id', '=', trashed).execute()
    const add = [await tag('passed')]
    const fileIds = [mine, mine, theirs, readable, trashed, newId()]
    const answer = await change(member, { fileIds }, { kind: 'tags', add })
    assert.equal(answer.count, 1)
    assert.deepEqual(Object.fromEntries(answer.passedOver.map(({ reason, count }) => [reason, count])), {
      'not-found': 2,
      'not-allowed': 1,
      'in-trash': 1,
    })
    assert.deepEqual([await tagsOf(mine), await tagsOf(theirs), await tagsOf(readable)], [['passed'], [], []])
    assert.deepEqual((await actionsOn(mine)).slice(-1), ['file.tagged'])
    const again = await change(member, { fileIds: [mine] }, { kind: 'tags', add })
    assert.deepEqual(again, { count: 0, passedOver: [{ reason: 'unchanged', count: 1 }] })
  })

  test('all that match a filter but some are changed, and undoing takes back just what the change did', async () => {
    const names = ['bulk-1', 'bulk-2', 'bulk-3']
    const [one = '', two = '', three = ''] = await Promise.all(names.map((name) => file(member, { name })))
    const [old, fresh] = [await tag('old'), await tag('fresh')]
    await change(member, { fileIds: [one, two] }, { kind: 'tags', add: [old] })
    await change(member, { fileIds: [two] }, { kind: 'tags', add: [fresh] })
    const selection = { filter: { name: 'bulk-' }, exceptIds: [three] }
    const { changeId, count } = await change(member, selection, { kind: 'tags', add: [fresh], remove: [old] })
    assert.equal(count, 2)
    assert.deepEqual([await tagsOf(one), await tagsOf(two), await tagsOf(three)], [['fresh'], ['fresh'], []])
    assert.equal((await undo(other, changeId)).statusCode, 404, 'another’s')
    const undone = await undo(member, changeId)
    assert.deepEqual(undone.json(), { count: 2, passedOver: [] })
    assert.deepEqual([await tagsOf(one), await tagsOf(two)], [['old'], ['fresh', 'old']])
    assert.equal((await undo(member, changeId)).statusCode, 404, 'once')
  })

  test('a description is kept beside the original, and undone where nobody has written since', async () => {
    const [one, two] = [await file(), await file()]
    await change(member, { fileIds: [one] }, { kind: 'description', description: 'Before the operation' })
    const both = { fileIds: [one, two] }
    const { changeId, count } = await change(member, both, { kind: 'description', description: 'Cut <b>1</b>\n😀' })
    assert.deepEqual([count, (await get(one)).description], [2, 'Cut <b>1</b>\n😀'])
    await change(owner, { fileIds: [two] }, { kind: 'description', description: 'Another said so' })
    const undone = (await undo(member, changeId)).json()
    assert.deepEqual(undone, { count: 1, passedOver: [{ reason: 'changed-since', count: 1 }] })
    assert.deepEqual(
      [(await get(one)).description, (await get(two)).description],
      ['Before the operation', 'Another said so'],
    )
    const long = await post(member, '/files/changes', {
      selection: { fileIds: [one] },
      change: { kind: 'description', description: 'x'.repeat(10_001) },
    })
    assert.equal(long.statusCode, 400)
  })

  test('dates are set, moved by so much, and given back to the camera', async () => {
    const [one, two] = [await file(), await file()]
    const set = { kind: 'happened', happened: { at: '2026-05-04T12:30:00+02:00' } }
    const first = await change(member, { fileIds: [one, two] }, set)
    assert.equal(first.count, 2)
    assert.deepEqual(
      [(await get(one)).happenedAt, (await get(one)).happenedFrom],
      ['2026-05-04T12:30:00.000+02:00', 'hand'],
    )
    const shift = await change(member, { fileIds: [one] }, { kind: 'happened', happened: { shiftMinutes: -90 } })
    assert.equal((await get(one)).happenedAt, '2026-05-04T11:00:00.000+02:00')
    const late = (await undo(member, first.changeId)).json()
    assert.deepEqual(late, { count: 1, passedOver: [{ reason: 'changed-since', count: 1 }] })
    assert.equal((await get(two)).happenedFrom, 'upload')
    await undo(member, shift.changeId)
    assert.equal((await get(one)).happenedAt, '2026-05-04T12:30:00.000+02:00')
    await change(member, { fileIds: [one] }, { kind: 'happened', happened: { from: 'camera' } })
    assert.equal((await get(one)).happenedFrom, 'upload')
    for (const at of [
      '2026-05-04T12:30:00',
      '2026-02-31T00:00:00Z',
      '0001-01-01T00:00:00Z',
      '2026-05-04T12:30:00+23:59',
    ]) {
      const bad = { selection: { fileIds: [one] }, change: { kind: 'happened', happened: { at } } }
      assert.equal((await post(member, '/files/changes', bad)).statusCode, 400, at)
    }
  })

  test('files are moved where they may be, and back to where each of them was', async () => {
    const make = (name: string) => makeFolder(t.platform, { organizationId, maker: member, name })
    const [from, to] = [(await make('From')).id, (await make('To')).id]
    const closed = (await makeFolder(t.platform, { organizationId, maker: owner, name: 'Closed' })).id
    await makeGrant(t.platform, { organizationId, resourceId: from, to: { user: member.userId } })
    await makeGrant(t.platform, { organizationId, resourceId: to, to: { user: member.userId } })
    const [inside, top] = [await file(member, { folderId: from }), await file(member)]
    const answer = await change(member, { fileIds: [inside, top] }, { kind: 'folder', folderId: to })
    assert.equal(answer.count, 2)
    assert.equal((await get(inside, member)).folderId, to)
    const undone = (await undo(member, answer.changeId)).json()
    assert.deepEqual(
      [undone.count, (await get(inside, member)).folderId, (await get(top, member)).folderId],
      [2, from, undefined],
    )
    const refused = { selection: { fileIds: [top] }, change: { kind: 'folder', folderId: closed } }
    assert.equal((await post(member, '/files/changes', refused)).statusCode, 404)
  })

  test('files are shared as far as the caller may, and a grant from before comes back with undo', async () => {
    const [one, two] = [await file(), await file()]
    await makeGrant(t.platform, { organizationId, resourceId: two, to: { user: other.userId }, rights: ['read'] })
    const principal = { kind: 'user', id: other.userId }
    const theirs = await file(owner)
    const fileIds = [one, two, theirs]
    const { changeId, count, passedOver } = await change(
      member,
      { fileIds },
      { kind: 'share', principal, rights: ['write'] },
    )
    assert.deepEqual([count, passedOver], [2, [{ reason: 'not-found', count: 1 }]])
    assert.deepEqual((await get(one, other)).rights, ['read', 'write'])
    assert.equal((await undo(member, changeId)).json().count, 2)
    assert.equal((await get(one, other)).status, 404)
    assert.deepEqual((await get(two, other)).rights, ['read'])
  })

  test('whoever may no longer change a file does not undo what was done to it', async () => {
    const theirs = await file(other)
    const { id: grantId } = await makeGrant(t.platform, {
      organizationId,
      resourceId: theirs,
      to: { user: member.userId },
      rights: ['write'],
    })
    const { changeId } = await change(member, { fileIds: [theirs] }, { kind: 'description', description: 'Mine' })
    await sql`delete from "grant" where id = ${grantId}::uuid`.execute(t.platform.db)
    assert.deepEqual((await undo(member, changeId)).json(), {
      count: 0,
      passedOver: [{ reason: 'not-found', count: 1 }],
    })
    assert.equal((await get(theirs)).description, 'Mine')
  })

  test('a description that is longer in the form that is kept is refused, not a fault', async () => {
    const one = await file()
    const headers = await bearer(t.platform, owner)
    // Each of these is two characters in NFC.
    const payload = { description: '\u0958'.repeat(5_001) }
    const answer = await app.inject({ method: 'PATCH', url: `/api/files/${one}/details`, headers, payload })
    assert.equal(answer.statusCode, 400, answer.body)
    assert.equal((await get(one)).description, undefined)
  })

  test('in an organization that is frozen nothing is changed, not even by its owner', async () => {
    const one = await file()
    await t.platform.db
      .updateTable('organization')
      .set({ status: 'suspended' })
      .where('id', '=', organizationId)
      .execute()
    const answer = await change(owner, { fileIds: [one] }, { kind: 'description', description: 'x' })
    await t.platform.db.updateTable('organization').set({ status: 'active' }).where('id', '=', organizationId).execute()
    assert.deepEqual(answer, { count: 0, passedOver: [{ reason: 'not-allowed', count: 1 }] })
  })

  test('twenty changes of the same files at once neither fail nor wait for each other for ever', async () => {
    const fileIds = await Promise.all(Array.from({ length: 10 }, () => file()))
    const tags = await Promise.all(['a', 'b', 'c', 'd'].map((name) => tag(`race ${name}`)))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        change(
          member,
          { fileIds: i % 2 === 0 ? fileIds : fileIds.toReversed() },
          { kind: 'tags', add: [tags[i % 4] ?? ''] },
        ),
      ),
    )
    assert.equal(
      answers.reduce((sum, { count }) => sum + count, 0),
      40,
    )
  })

  test('what can no longer be undone is forgotten', async () => {
    const { changeId } = await change(member, { fileIds: [await file()] }, { kind: 'description', description: 'Old' })
    await sql`update file_change set created_at = now() - interval '25 hours' where id = ${changeId}::uuid`.execute(
      t.platform.db,
    )
    assert.equal((await undo(member, changeId)).statusCode, 404)
    const done = await forgetChanges.run(t.platform, {}, new AbortController().signal)
    assert.deepEqual(done, [{ what: 'changes forgotten', count: 1 }])
    const { rows } = await sql`select from file_change_before where change_id = ${changeId}::uuid`.execute(
      t.platform.db,
    )
    assert.equal(rows.length, 0)
  })
})
