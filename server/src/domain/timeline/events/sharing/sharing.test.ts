import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Right } from '@trove/contract/access'
import { openEventDesk, startEvents } from '../../../../../test/events.ts'
import { makeFolder, makeGrant, makeTeam } from '../../../../../test/make.ts'
import type { UserActor } from '../../../../platform/actor.ts'

type To = { kind: 'user' | 'team' | 'organization'; id: string }
const NOTHING = { pictures: 0, people: 0, principals: [] }

describe('sharing of events', () => {
  let world: Awaited<ReturnType<typeof startEvents>>
  before(async () => {
    world = await startEvents()
  })
  after(() => world.t.stop())

  async function openDesk() {
    const desk = await openEventDesk(world)
    const { as, owner, organizationId } = desk
    const share = async (eventId: string, principal: To, more: object = {}, actor = owner) => {
      const shared = await as(actor, 'PUT', `/events/${eventId}/sharing`, { principal, rights: ['read'], ...more })
      assert.equal(shared.statusCode, 200, shared.body)
      return shared.json() as { grant: { id: string }; pictures: number }
    }
    const missing = async (eventId: string, actor = owner) => {
      const asked = await as(actor, 'GET', `/events/${eventId}/sharing`)
      assert.equal(asked.statusCode, 200, asked.body)
      return asked.json()
    }
    const giveMissing = async (eventId: string, actor = owner, body: object = {}) => {
      const given = await as(actor, 'POST', `/events/${eventId}/sharing`, body)
      assert.equal(given.statusCode, 200, given.body)
      return given.json() as { pictures: number; grantIds: string[] }
    }
    const add = async (eventId: string, fileIds: string[], actor = owner) => {
      const body = { pictures: fileIds.map((fileId) => ({ fileId })) }
      return (await as(actor, 'POST', `/events/${eventId}/pictures`, body)).json()
    }
    const grant = (resourceId: string, user: UserActor, rights: Right[], expiresAt?: Date) =>
      makeGrant(world.t.platform, {
        organizationId,
        resourceId,
        to: { user: user.userId },
        rights,
        ...(expiresAt && { expiresAt }),
      })
    const rightsOn = async (fileId: string, actor: UserActor): Promise<string[]> => {
      const file = await as(actor, 'GET', `/files/${fileId}`)
      return file.statusCode === 404 ? [] : file.json().rights
    }
    const trail = async (resourceId: string) =>
      (
        await world.t.platform.db
          .selectFrom('activity')
          .select('action')
          .where('resource_id', '=', resourceId)
          .where('action', 'like', 'grant.%')
          .orderBy('number')
          .execute()
      ).map(({ action }) => action)
    return { ...desk, share, missing, giveMissing, add, grant, rightsOn, trail }
  }
  const user = ({ userId }: UserActor): To => ({ kind: 'user', id: userId })

  test('an event is given with the pictures that the giver may share, in one; what is added later is offered and given with one press', async () => {
    const { owner, member, images, series, share, missing, giveMissing, add, rightsOn, as, trail } = await openDesk()
    const guest = await member('guest')
    const ids = await images(3)
    const { id } = await series(ids.slice(0, 1))
    assert.equal((await share(id, user(guest), { rights: ['read', 'download'] })).pictures, 1)
    assert.deepEqual(await rightsOn(ids[0] ?? '', guest), ['read', 'download'])
    assert.deepEqual(await missing(id), NOTHING)

    const { unshared } = await add(id, ids.slice(1))
    assert.deepEqual([unshared.pictures, unshared.people], [2, 1])
    assert.deepEqual(
      unshared.principals.map((one: To) => [one.kind, one.id]),
      [['user', guest.userId]],
    )
    assert.deepEqual(await missing(id), unshared)
    assert.deepEqual(await rightsOn(ids[1] ?? '', guest), [], 'showing it has given it')

    const only = await giveMissing(id, owner, { fileIds: [ids[1]] })
    assert.deepEqual([only.pictures, only.grantIds.length], [1, 1])
    const rest = await giveMissing(id)
    assert.equal(rest.pictures, 1)
    assert.deepEqual(await giveMissing(id), { pictures: 0, grantIds: [] })
    assert.deepEqual(await rightsOn(ids[2] ?? '', guest), ['read', 'download'])
    assert.deepEqual(await missing(id), NOTHING)
    assert.deepEqual(await trail(ids[2] ?? ''), ['grant.set'])

    const undo = await as(owner, 'POST', `/events/${id}/sharing/undo`, { grantIds: rest.grantIds })
    assert.equal(undo.statusCode, 204, undo.body)
    assert.deepEqual(await rightsOn(ids[2] ?? '', guest), [])
    assert.deepEqual(await rightsOn(ids[1] ?? '', guest), ['read', 'download'])
    assert.deepEqual(await trail(ids[2] ?? ''), ['grant.set', 'grant.removed'])
    assert.equal((await missing(id)).pictures, 1)
  })

  test('people are counted who cannot see it: not owners, uploaders, nor whoever has it by another way', async () => {
    const { t } = world
    const { organizationId, owner, member, images, series, share, missing, add, grant } = await openDesk()
    const [admin, uploader, other, blind, barred] = [
      await member('admin'),
      await member(),
      await member(),
      await member(),
      await member(),
    ] as const
    const members = [admin, uploader, other, blind, barred]
    const team = await makeTeam(t.platform, { organizationId, maker: owner, members })
    const [fileId = ''] = await images(1, uploader)
    const { db } = t.platform
    const secured = [owner, admin, uploader, other, blind].map(({ userId }) => userId)
    await db.updateTable('user').set({ has_second_factor: true }).where('id', 'in', secured).execute()
    await db
      .updateTable('organization')
      .set({ requires_second_factor: true })
      .where('id', '=', organizationId)
      .execute()
    const { id } = await series(await images(1))
    await share(id, { kind: 'team', id: team.id })
    await grant(fileId, other, ['read'])
    const { unshared } = await add(id, [fileId])
    assert.deepEqual([unshared.pictures, unshared.people], [1, 1])
    await grant(fileId, blind, ['read'])
    assert.deepEqual(await missing(id), NOTHING)
    const outsider = await member()
    await db.updateTable('user').set({ has_second_factor: true }).where('id', '=', outsider.userId).execute()
    await share(id, { kind: 'organization', id: organizationId }, { fileIds: [fileId] })
    const { pictures, people, principals } = await missing(id)
    assert.deepEqual(
      [pictures, people, principals[0].kind],
      [1, 1, 'organization'],
      'the first, for whoever is in no team',
    )
  })

  test('nobody gives more than the event has or they hold, nor what is not theirs to share, nor for longer', async () => {
    const { owner, member, images, series, share, missing, giveMissing, add, grant, rightsOn, as } = await openDesk()
    const [friend, sharer] = [await member(), await member()]
    const [weak = '', strange = '', own = ''] = [...(await images(2)), ...(await images(1, sharer))]
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const { id } = await series([strange])
    await share(id, user(friend), { rights: ['read', 'download', 'write'], expiresAt: until, fileIds: [strange] })
    await as(
      owner,
      'DELETE',
      `/events/${id}/sharing/${(await share(id, user(sharer), { fileIds: [strange] })).grant.id}`,
    )
    await grant(id, sharer, ['read', 'write', 'share'])
    await grant(weak, sharer, ['read', 'share'])
    await grant(strange, sharer, ['read'])
    const { unshared } = await add(id, [weak, own], sharer)
    assert.equal(unshared.pictures, 2)
    assert.equal((await giveMissing(id, sharer)).pictures, 2)
    assert.deepEqual(await rightsOn(weak, friend), ['read'])
    assert.deepEqual(await rightsOn(own, friend), ['read', 'download', 'write'])
    const grants = (await as(owner, 'GET', `/resources/${own}/grants`)).json().items
    assert.deepEqual(
      grants.map((one: { expiresAt: string; isAlong: boolean }) => [one.expiresAt, one.isAlong]),
      [[until, true]],
    )

    // Less on the event is less on what was given along; more is no more where the giver does not hold it.
    await as(owner, 'PUT', `/resources/${id}/grants`, { principal: user(friend), rights: ['read', 'download'] })
    assert.deepEqual(await rightsOn(own, friend), ['read', 'download'])
    await as(owner, 'PUT', `/resources/${id}/grants`, {
      principal: user(friend),
      rights: ['read', 'download', 'write'],
    })
    assert.deepEqual(await rightsOn(own, friend), ['read', 'download'])
    assert.deepEqual(await missing(id), NOTHING)
    // Whoever may read the event and not share it is told nothing and gives nothing.
    for (const [method, path] of [
      ['GET', 'sharing'],
      ['POST', 'sharing'],
    ] as const)
      assert.equal(
        (await as(friend, method, `/events/${id}/${path}`, method === 'POST' ? {} : undefined)).statusCode,
        403,
      )
    assert.equal((await add(id, await images(1, friend), friend)).unshared, undefined)
  })

  test('what is not the caller’s to share or see is neither told, counted nor given', async () => {
    const { member, images, series, share, missing, giveMissing, grant, rightsOn, as, owner } = await openDesk()
    const [friend, sharer] = [await member(), await member()]
    const [hidden = '', readable = ''] = await images(2)
    const { id } = await series([hidden, readable])
    await grant(id, friend, ['read'])
    await grant(id, sharer, ['read', 'share'])
    await grant(readable, sharer, ['read'])
    assert.deepEqual(await missing(id, sharer), NOTHING)
    assert.equal((await giveMissing(id, sharer)).pictures, 0)
    assert.equal((await share(id, user(friend), {}, sharer)).pictures, 0)
    assert.deepEqual(await rightsOn(hidden, friend), [])
    const { grant: given } = await share(id, user(friend))
    const told = (await as(sharer, 'GET', `/resources/${id}/grants`)).json().items
    assert.equal(told.find((one: { id: string }) => one.id === given.id).alongCount, 1, 'counts what they cannot see')
    const taken = await as(sharer, 'DELETE', `/events/${id}/sharing/${given.id}`)
    assert.deepEqual(taken.json(), { fileIds: [readable] })
    assert.equal((await as(owner, 'POST', `/events/${id}/sharing/undo`, { grantIds: [given.id] })).statusCode, 204)
  })

  test('taking an event back takes what was given along with it, and leaves what was given on a file itself or by another event', async () => {
    const { owner, member, images, series, share, grant, rightsOn, as, trail } = await openDesk()
    const friend = await member()
    const [alone = '', both = '', twice = ''] = await images(3)
    const [first, second] = [await series([alone, both, twice]), await series([twice])]
    await grant(both, friend, ['read', 'download'])
    const { grant: given } = await share(first.id, user(friend), { rights: ['read', 'comment'] })
    await share(second.id, user(friend))
    assert.deepEqual(await rightsOn(both, friend), ['read', 'comment', 'download'])
    const listed = (await as(owner, 'GET', `/resources/${first.id}/grants`)).json().items
    assert.deepEqual([listed.length, listed[0].alongCount], [1, 3])

    const taken = await as(owner, 'DELETE', `/events/${first.id}/sharing/${given.id}`)
    assert.deepEqual(taken.json().fileIds.toSorted(), [alone, both, twice].toSorted())
    assert.deepEqual(await rightsOn(alone, friend), [])
    assert.deepEqual(await rightsOn(both, friend), ['read', 'download'])
    assert.deepEqual(await rightsOn(twice, friend), ['read'])
    assert.equal((await as(friend, 'GET', `/events/${first.id}`)).statusCode, 404)
    assert.deepEqual(await trail(alone), ['grant.set', 'grant.removed'])
    const { db } = world.t.platform
    const stale = await db.selectFrom('reach').select('grant_id').where('resource_id', '=', alone).execute()
    assert.deepEqual(stale, [])
    // Undo: the same on the same files.
    await share(first.id, user(friend), { rights: ['read', 'comment'], fileIds: taken.json().fileIds })
    assert.deepEqual(await rightsOn(alone, friend), ['read', 'comment'])
    // The plain way of taking a grant takes the same.
    const again = (await as(owner, 'GET', `/resources/${first.id}/grants`)).json().items[0]
    assert.equal((await as(owner, 'DELETE', `/resources/${first.id}/grants/${again.id}`)).statusCode, 204)
    assert.deepEqual(await rightsOn(alone, friend), [])
    assert.deepEqual(await rightsOn(both, friend), ['read', 'download'])
  })

  test('an event that is seen by its folder counts too, and so does an end: nothing is left of what has run out', async () => {
    const { organizationId, owner, member, images, create, missing, giveMissing, grant, share, rightsOn, as } =
      await openDesk()
    const { t } = world
    const friend = await member()
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner })
    const base = await grant(folderId, friend, ['read'])
    const [fileId = ''] = await images(1)
    const { id } = await create(owner, { kind: 'photo', title: 'In a folder', fileIds: [fileId], folderId })
    assert.equal((await missing(id)).pictures, 1)
    await giveMissing(id)
    assert.deepEqual(await rightsOn(fileId, friend), ['read'])
    assert.equal((await as(owner, 'DELETE', `/resources/${folderId}/grants/${base.id}`)).statusCode, 204)
    assert.deepEqual(await rightsOn(fileId, friend), [])

    const { grant: given } = await share(id, user(friend))
    const past = { expires_at: new Date(Date.now() - 1_000) }
    await t.platform.db.updateTable('grant').set(past).where('id', '=', given.id).execute()
    await t.platform.db.updateTable('grant').set(past).where('along_grant_id', '=', given.id).execute()
    assert.deepEqual(await rightsOn(fileId, friend), [])
    assert.deepEqual(await missing(id), NOTHING, 'of a grant that is over')
    await share(id, user(friend))
    assert.deepEqual(await rightsOn(fileId, friend), ['read'])
    await as(owner, 'POST', `/organizations/${organizationId}/events/trash`, { eventIds: [id] })
    assert.equal((await as(owner, 'POST', `/events/${id}/sharing`, {})).json().type, 'urn:trove:problem:wrong-state')
  })

  test('a picture that is taken out is taken from whoever had it along with the event, and comes back to nobody by itself', async () => {
    const { organizationId, owner, member, images, series, create, share, grant, missing, add, rightsOn, as, trail } =
      await openDesk()
    const friend = await member()
    const [out = '', both = '', own = ''] = await images(3)
    const { id } = await series([out, both, own])
    const other = await series([both])
    await share(id, user(friend))
    await share(other.id, user(friend), { rights: ['read', 'comment'] })
    await grant(own, friend, ['read'])
    for (const fileId of [out, both, own])
      assert.equal((await as(owner, 'DELETE', `/events/${id}/pictures/${fileId}`)).statusCode, 204)
    assert.deepEqual(await rightsOn(out, friend), [])
    assert.deepEqual(await rightsOn(both, friend), ['read', 'comment'])
    assert.deepEqual(await rightsOn(own, friend), ['read'])
    assert.deepEqual(await trail(out), ['grant.set', 'grant.removed'])
    assert.equal((await add(id, [out])).unshared.pictures, 1)
    assert.deepEqual(await rightsOn(out, friend), [])
    assert.equal((await missing(id)).pictures, 1)

    // By a folder that both events lie in, the other one still shows it.
    const { id: folderId } = await makeFolder(world.t.platform, { organizationId, maker: owner })
    await grant(folderId, friend, ['read'])
    const [shared = ''] = await images(1)
    const place = { kind: 'photo', fileIds: [shared], folderId }
    const [one, two] = [
      await create(owner, { ...place, title: 'One' }),
      await create(owner, { ...place, title: 'Two' }),
    ]
    await as(owner, 'POST', `/events/${one.id}/sharing`, {})
    await as(owner, 'DELETE', `/events/${one.id}/pictures/${shared}`)
    assert.deepEqual(await rightsOn(shared, friend), ['read'])
    // Moved out of it, nobody who sees the folder sees the event; what came to them with it goes too.
    const moved = { eventIds: [two.id], folderId: null }
    assert.equal((await as(owner, 'POST', `/organizations/${organizationId}/events/move`, moved)).statusCode, 200)
    assert.deepEqual(await rightsOn(shared, friend), [])
  })

  test('of two who press at once both are right, and each takes back only what they gave', async () => {
    const { owner, member, images, series, grant, giveMissing, rightsOn, as } = await openDesk()
    const [friend, admin] = [await member(), await member('admin')]
    const ids = await images(8)
    const { id } = await series(ids)
    await grant(id, friend, ['read'])
    const given = await Promise.all([giveMissing(id), giveMissing(id, admin), giveMissing(id), giveMissing(id, admin)])
    assert.equal(given.flatMap(({ grantIds }) => grantIds).length, ids.length)
    const grantIds = given.flatMap((one) => one.grantIds)
    const giver = given.findIndex((one) => one.grantIds.length > 0) % 2 === 0 ? owner : admin
    const undo = (actor: UserActor) => as(actor, 'POST', `/events/${id}/sharing/undo`, { grantIds })
    await undo(giver === owner ? admin : owner)
    assert.deepEqual(await rightsOn(ids[0] ?? '', friend), ['read'])
    await undo(giver)
    for (const fileId of ids) assert.deepEqual(await rightsOn(fileId, friend), [])
  })
})
