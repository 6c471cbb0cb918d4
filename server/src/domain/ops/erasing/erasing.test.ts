import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import {
  bearer,
  makeEvent,
  makeFile,
  makeGrant,
  makeLink,
  makeMember,
  makeTeam,
  makeUser,
} from '../../../../test/make.ts'
import type { TestPlatform } from '../../../../test/platform.ts'
import { openWorld, type Tenant, type World } from '../../../../test/tenant.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { newObjectKey } from '../../../platform/objects/index.ts'
import { eraseDue } from './operations.ts'

const DAY_MS = 24 * 3_600_000

describe('erasing an organization', () => {
  let world: World
  let t: TestPlatform
  before(async () => {
    world = await openWorld()
    t = world.t
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
  const as = async (actor: UserActor, method: Method, path: string, body?: object) =>
    fetch(`${world.origin}/api${path}`, {
      method,
      headers: { ...(await bearer(t.platform, actor)), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
  const json = async (answer: Response) => (await answer.json()) as Record<string, string>

  async function ask(actor: UserActor, organizationId: string): Promise<string> {
    const asked = await as(actor, 'POST', `/organizations/${organizationId}/erasure`, { name: 'Organization' })
    assert.equal(asked.status, 201)
    return (await json(asked))['confirmation'] ?? ''
  }
  async function askTwice(actor: UserActor, organizationId: string): Promise<void> {
    const body = { confirmation: await ask(actor, organizationId) }
    const confirmed = await as(actor, 'POST', `/organizations/${organizationId}/erasure/confirm`, body)
    assert.equal(confirmed.status, 200)
  }
  const letTimePass = (organizationId: string) =>
    t.platform.db
      .updateTable('organization_erasure')
      .set({ erase_at: new Date(Date.now() - 1_000) })
      .where('organization_id', '=', organizationId)
      .execute()

  /** Something of every room, and bytes of every kind. */
  async function fill({ organizationId, owner, tus }: Tenant): Promise<{ keys: string[]; guest: UserActor }> {
    const machines = t.platform
    const guest = await makeUser(machines)
    await makeMember(machines, organizationId, guest, 'guest')
    const team = await makeTeam(machines, { organizationId, maker: owner, members: [guest] })
    await tus.create({ length: 30, organizationId }, randomBytes(30)) // whole
    await tus.create({ length: 30, organizationId }, randomBytes(10)) // still going on
    const outer = await json(await as(owner, 'POST', `/organizations/${organizationId}/folders`, { name: 'Outer' }))
    const parent = { name: 'Inner', parentId: outer['id'] }
    const inner = await json(await as(owner, 'POST', `/organizations/${organizationId}/folders`, parent))
    const file = await makeFile(machines, { organizationId, uploader: owner, folderId: inner['id'] ?? '' })
    await makeEvent(machines, { organizationId, author: owner, folderId: inner['id'] ?? '', fileIds: [file.id] })
    await makeGrant(machines, { organizationId, resourceId: outer['id'] ?? '', to: { team: team.id } })
    await makeGrant(machines, { organizationId, resourceId: file.id, to: { user: guest.userId } })
    await makeLink(machines, { organizationId, maker: owner, resourceId: outer['id'] ?? '' })
    const invited = { email: `${newId()}@example.org`, role: 'guest', teamIds: [team.id] }
    assert.equal((await as(owner, 'POST', `/organizations/${organizationId}/invitations`, invited)).status, 201)
    const variant = newObjectKey('photos', 'thumbnails', 'webp')
    await machines.objects.put(variant, Readable.from([randomBytes(10)]), { organizationId })
    await machines.db
      .insertInto('variant')
      .values({
        ...{ id: newId(), blob_id: file.blobId, name: 'thumbnail', media_type: 'image/webp', object_key: variant },
        ...{ width_pixels: 1, height_pixels: 1, size_bytes: 10 },
      })
      .execute()
    const blobs = await machines.db
      .selectFrom('blob')
      .select('object_key')
      .where('organization_id', '=', organizationId)
      .execute()
    return { keys: [variant, ...blobs.map(({ object_key }) => object_key)], guest }
  }

  /** How many rows each table still has of it; the trail alone may have some. */
  async function leftOf(organizationId: string): Promise<Record<string, number>> {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and column_name = 'organization_id' and table_type = 'BASE TABLE'
        and table_name !~ '^(activity|security_event)'`.execute(t.platform.db)
    assert.ok(rows.length > 10)
    const left: Record<string, number> = {}
    for (const { name } of [...rows, { name: 'organization' }]) {
      const column = name === 'organization' ? 'id' : 'organization_id'
      const counted = await sql<{ count: number }>`
        select count(*)::int as count from ${sql.table(name)} where ${sql.ref(column)} = ${organizationId}`.execute(
        t.platform.db,
      )
      if (counted.rows[0]?.count !== 0) left[name] = counted.rows[0]?.count ?? -1
    }
    return left
  }
  async function storedKeys(): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of t.platform.objects.list()) keys.push(key)
    for await (const { id } of t.platform.objects.staging.list()) keys.push(id)
    return keys.sort()
  }

  test('leaves no row in any table and no byte in the store, and nothing of others is touched', async () => {
    const [mine, other] = [await world.makeTenant(), await world.makeTenant()]
    await fill(other)
    const [othersRows, othersBytes] = [await leftOf(other.organizationId), await storedKeys()]
    const { keys, guest } = await fill(mine)
    assert.ok(keys.length >= 3)
    await askTwice(mine.owner, mine.organizationId)
    await letTimePass(mine.organizationId)
    await eraseDue(t.platform)
    assert.deepEqual(await leftOf(mine.organizationId), {})
    assert.deepEqual(await storedKeys(), othersBytes)
    assert.deepEqual(await leftOf(other.organizationId), othersRows)
    for (const actor of [mine.owner, guest])
      assert.equal((await as(actor, 'GET', `/organizations/${mine.organizationId}`)).status, 404)
    const told = await t.platform.db
      .selectFrom('security_event')
      .select('user_id')
      .where('kind', '=', 'organization.erased')
      .execute()
    assert.deepEqual(told, [{ user_id: mine.owner.userId }])
  })

  test('may be killed anywhere and is finished by the next attempt', async () => {
    const tenant = await world.makeTenant()
    await fill(tenant)
    await askTwice(tenant.owner, tenant.organizationId)
    await letTimePass(tenant.organizationId)
    let deaths = 0
    for (let round = 0; round < 12; round += 1) {
      let looks = 0
      /** Goes away at the store in every other round, and where it looks whether to stop in the others. */
      const dies = () => looks++ >= round
      const remove = async (take: () => Promise<void>) => {
        if (round % 2 === 0 && dies()) throw new Error('killed')
        await take()
      }
      const objects = Object.assign(Object.create(t.platform.objects) as typeof t.platform.objects, {
        staging: { remove: (id: string) => remove(() => t.platform.objects.staging.remove(id)) },
        delete: (keys: readonly string[]) => remove(() => t.platform.objects.delete(keys)),
      })
      const signal = Object.defineProperty({}, 'aborted', { get: () => round % 2 === 1 && dies() }) as AbortSignal
      await eraseDue({ ...t.platform, objects }, signal).catch(() => (deaths += 1))
    }
    assert.ok(deaths > 0)
    await Promise.all([eraseDue(t.platform), eraseDue(t.platform)].map((run) => run.catch(() => undefined)))
    await eraseDue(t.platform)
    assert.deepEqual(await leftOf(tenant.organizationId), {})
  })

  test('is asked for twice by an owner, who writes the name and shows that it is really them', async () => {
    const { organizationId, owner } = await world.makeTenant()
    const [admin, second] = [await makeUser(t.platform), await makeUser(t.platform)]
    await makeMember(t.platform, organizationId, admin, 'admin')
    await makeMember(t.platform, organizationId, second, 'owner')
    const path = `/organizations/${organizationId}/erasure`
    assert.equal((await as(admin, 'POST', path, { name: 'Organization' })).status, 403)
    assert.equal((await as(owner, 'POST', path, { name: 'organisation' })).status, 400)
    const confirmation = await ask(owner, organizationId)
    assert.equal((await as(owner, 'POST', `${path}/confirm`, { confirmation: 'x' })).status, 409)
    assert.equal((await as(second, 'POST', `${path}/confirm`, { confirmation })).status, 409)
    const sessions = t.platform.db.updateTable('session').where('id', '=', owner.sessionId)
    await sessions.set({ confirmed_at: new Date(Date.now() - DAY_MS) }).execute()
    assert.equal((await as(owner, 'POST', `${path}/confirm`, { confirmation })).status, 403)
    await sessions.set({ confirmed_at: new Date() }).execute()
    const closing = await json(await as(owner, 'POST', `${path}/confirm`, { confirmation }))
    assert.equal(closing['status'], 'closing')
    const days = (Date.parse(closing['eraseAt'] ?? '') - Date.now()) / DAY_MS
    assert.ok(days > 6.9 && days < 7.1)
    assert.equal((await as(owner, 'POST', path, { name: 'Organization' })).status, 409)
    assert.equal((await as(owner, 'POST', `${path}/confirm`, { confirmation })).status, 409)
    const mails = await t.platform.db
      .selectFrom('mail')
      .select('recipient')
      .where('subject', '=', 'Organization will be erased')
      .execute()
    assert.ok(mails.length >= 2)
  })

  test('leaves the organization readable until it happens, and any owner keeps it', async () => {
    const tenant = await world.makeTenant()
    const { organizationId, owner } = tenant
    const second = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, second, 'owner')
    await fill(tenant)
    await askTwice(owner, organizationId)
    assert.equal((await as(owner, 'GET', `/organizations/${organizationId}/files`)).status, 200)
    assert.equal((await as(owner, 'PATCH', `/organizations/${organizationId}`, { name: 'New' })).status, 403)
    await eraseDue(t.platform)
    assert.equal((await as(owner, 'GET', `/organizations/${organizationId}`)).status, 200)
    const kept = await json(await as(second, 'DELETE', `/organizations/${organizationId}/erasure`))
    assert.deepEqual([kept['status'], kept['eraseAt']], ['active', undefined])
    assert.equal((await as(second, 'DELETE', `/organizations/${organizationId}/erasure`)).status, 409)
    assert.equal((await as(owner, 'PATCH', `/organizations/${organizationId}`, { name: 'New' })).status, 200)
  })
})
