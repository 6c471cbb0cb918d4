import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Activity, SecurityEvent } from '@trove/contract/audit'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { Actor, UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import * as audit from '../../audit/index.ts'
import { exportOrganizationActivity } from './operations.ts'
import { csvCell } from './rules.ts'

const MIB = 1024 ** 2

describe('the trail', () => {
  let t: TestPlatform
  let app: FastifyInstance

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  const get = async (actor: UserActor, url: string, query: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url: `/api${url}`, query, headers: await bearer(t.platform, actor) })
  const linesOf = async (actor: UserActor, url: string, query: Record<string, string> = {}): Promise<Activity[]> => {
    const response = await get(actor, url, query)
    assert.equal(response.statusCode, 200, response.body)
    return response.json().items
  }
  const record = (actor: Actor, action: string, subject: Parameters<typeof audit.record>[3]) =>
    inTransaction(t.platform.db, (tx) => audit.record(tx, actor, action, subject))

  async function makeStudio() {
    const [owner, member] = await Promise.all([makeUser(t.platform), makeUser(t.platform)])
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, organizationId, member, 'member')
    const file = await makeFile(t.platform, { organizationId, uploader: member, name: 'clip.mov' })
    return { owner, member, organizationId, file, url: `/organizations/${organizationId}/activity` }
  }

  describe('of a file', () => {
    test('tells who did what, when, from where and by which agent, newest first', async () => {
      const { owner, member, organizationId, file } = await makeStudio()
      await record({ ...member, userAgent: 'Firefox' }, 'file.added', { organizationId, resourceId: file.id })
      await record({ ...owner, scopes: ['read'] }, 'file.viewed', { organizationId, resourceId: file.id })
      const [viewed, added] = await linesOf(owner, `/resources/${file.id}/activity`)
      assert.equal(viewed?.action, 'file.viewed')
      assert.equal(viewed.actor.kind, 'key')
      assert.equal(added?.action, 'file.added')
      assert.equal(added.actor.person?.id, member.userId)
      assert.match(added.actor.person.name, /^User /)
      assert.equal(added.ip, '127.0.0.1')
      assert.equal(added.userAgent, 'Firefox')
      assert.deepEqual(added.resource, { id: file.id, kind: 'file', name: 'clip.mov' })
    })

    test('is for those who may share it; addresses of others are for owners and admins', async () => {
      const { owner, member, organizationId, file } = await makeStudio()
      const other = await makeUser(t.platform)
      await makeMember(t.platform, organizationId, other, 'member')
      await record(member, 'file.added', { organizationId, resourceId: file.id })
      await record(owner, 'file.viewed', { organizationId, resourceId: file.id })
      assert.equal((await get(other, `/resources/${file.id}/activity`)).statusCode, 404)
      assert.equal((await get(other, `/resources/${newId()}/activity`)).statusCode, 404)
      const lines = await linesOf(member, `/resources/${file.id}/activity`)
      const ipOf = (wanted: string) => lines.find(({ action }) => action === wanted)?.ip
      assert.equal(ipOf('file.viewed'), undefined)
      assert.equal(ipOf('file.added'), '127.0.0.1')
    })

    test('outlives the file', async () => {
      const { owner, organizationId } = await makeStudio()
      const resourceId = newId()
      await record({ kind: 'system', reason: 'trash' }, 'file.purged', { organizationId, resourceId })
      const [line] = await linesOf(owner, `/organizations/${organizationId}/activity`, { resourceId })
      assert.equal(line?.actor.kind, 'system')
      assert.deepEqual(line.resource, { id: resourceId })
    })
  })

  describe('of an organization', () => {
    test('is for its owners and admins, and does not exist for others', async () => {
      const { member, url } = await makeStudio()
      const administrator = await makeUser(t.platform, { isAdministrator: true })
      assert.equal((await get(member, url)).statusCode, 403)
      assert.equal((await get(administrator, url)).statusCode, 404)
      assert.equal((await get(member, `${url}/export`, { format: 'csv' })).statusCode, 403)
      assert.equal((await get(administrator, `${url}/actions`)).statusCode, 404)
    })

    test('is read in pages that fit together, also where many lines have one moment', async () => {
      const { owner, organizationId, url } = await makeStudio()
      const resourceIds = Array.from({ length: 25 }, () => newId())
      await inTransaction(t.platform.db, (tx) =>
        audit.recordMany(tx, owner, 'file.trashed', resourceIds, { organizationId }),
      )
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = (await get(owner, url, { limit: '7', ...(cursor !== undefined && { cursor }) })).json()
        seen.push(...page.items.map(({ resource }: Activity) => resource?.id))
        cursor = page.next
      } while (cursor !== undefined)
      assert.deepEqual(seen.toSorted(), resourceIds.toSorted())
    })

    test('is filtered by action, person, resource, time and address', async () => {
      const { owner, member, organizationId, file, url } = await makeStudio()
      await record(owner, 'file.viewed', { organizationId, resourceId: file.id })
      await record({ ...member, ip: '203.0.113.9' }, 'file.viewed', { organizationId })
      await record({ ...member, ip: '2001:db8::7' }, 'file.renamed', { organizationId })
      const count = async (query: Record<string, string>) => (await linesOf(owner, url, query)).length
      const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
      assert.equal(await count({ action: 'file.viewed' }), 2)
      assert.equal(await count({ personId: member.userId }), 2)
      assert.equal(await count({ personId: member.userId, action: 'file.viewed' }), 1)
      assert.equal(await count({ resourceId: file.id }), 1)
      assert.equal(await count({ resourceId: file.id, personId: member.userId }), 0)
      assert.equal(await count({ ip: '203.0.113.0/24' }), 1)
      assert.equal(await count({ ip: '2001:db8::/32' }), 1)
      assert.equal(await count({ from: hour(-1), to: hour(1) }), 3)
      assert.equal(await count({ to: hour(-1) }), 0)
      assert.deepEqual((await get(owner, `${url}/actions`)).json().items, ['file.renamed', 'file.viewed'])
    })

    test('never answers with a line of another organization, whatever the filter', async () => {
      const here = await makeStudio()
      const there = await makeStudio()
      await record(there.owner, 'file.viewed', { organizationId: there.organizationId, resourceId: there.file.id })
      for (const query of [{ personId: there.owner.userId }, { resourceId: there.file.id }, { ip: '127.0.0.1' }])
        assert.deepEqual(await linesOf(here.owner, here.url, query as Record<string, string>), [])
    })

    test('refuses filters and cursors that are none', async () => {
      const { owner, url } = await makeStudio()
      const id = newId()
      const hostile: Record<string, string>[] = [
        { cursor: 'x' },
        { cursor: `2026-02-30T00:00:00.000000Z_${id}` },
        { cursor: `0000-01-01T00:00:00.000000Z_${id}` },
        { cursor: `2026-01-01T00:00:00.000000Z_${id}' or '1'='1` },
        { cursor: `2026-01-01T00:00:00.000000Z_${'0'.repeat(36)}` },
        { ip: "127.0.0.1' or 1=1" },
        { ip: '127.0.0.1/33' },
        { ip: 'fe80::1%eth0' },
        { ip: '::/0/0' },
        { from: '2026-12-31T23:59:60Z' },
        { from: 'yesterday' },
        { action: 'file.%' },
        { action: "x' or true --" },
        { personId: 'x' },
        { limit: '0' },
        { limit: '201' },
      ]
      for (const query of hostile) {
        const { statusCode } = await get(owner, url, query)
        assert.equal(statusCode, 400, JSON.stringify(query))
      }
    })

    test('names no stranger who was refused, and tells where they came from', async () => {
      const { owner, organizationId, file, url } = await makeStudio()
      const stranger = await makeUser(t.platform)
      await record(stranger, 'access.refused', { organizationId, resourceId: file.id })
      const [line] = await linesOf(owner, url)
      assert.deepEqual(line?.actor.person, { id: stranger.userId, name: '' })
      assert.equal(line.ip, '127.0.0.1')
    })

    test('searches for what no index answers a while, and goes on from there', async () => {
      const { owner, organizationId, url } = await makeStudio()
      await record({ ...owner, ip: '198.51.100.1' }, 'file.viewed', { organizationId })
      await sql`insert into activity (id, at, action, organization_id, ip)
        select gen_random_uuid(), now(), 'file.viewed', ${organizationId}, '10.0.0.1' from generate_series(1, 20000)`.execute(
        t.platform.db,
      )
      const first = (await get(owner, url, { ip: '198.51.100.1' })).json()
      assert.deepEqual(first.items, [])
      const second = (await get(owner, url, { ip: '198.51.100.1', cursor: first.next })).json()
      assert.equal(second.items.length, 1)
      assert.equal(second.next, undefined)
    })
  })

  describe('of oneself', () => {
    test('names the files that one may still read', async () => {
      const { member, organizationId, file } = await makeStudio()
      await record(member, 'file.viewed', { organizationId, resourceId: file.id })
      assert.equal((await linesOf(member, '/me/activity'))[0]?.resource?.name, 'clip.mov')
      await t.platform.db.deleteFrom('organization_member').where('user_id', '=', member.userId).execute()
      const [line] = await linesOf(member, '/me/activity')
      assert.deepEqual(line?.resource, { id: file.id })
      assert.equal((await linesOf(await makeUser(t.platform), '/me/activity')).length, 0)
    })

    test('has the security events of the account', async () => {
      const [user, other] = await Promise.all([makeUser(t.platform), makeUser(t.platform)])
      await inTransaction(t.platform.db, (tx) =>
        audit.recordSecurityEvent(tx, 'warning', 'sign-in.failed', { userId: user.userId, ip: '203.0.113.1' }),
      )
      const events: SecurityEvent[] = (await get(user, '/me/security-events')).json().items
      assert.deepEqual(
        events.map(({ kind, ip }) => [kind, ip]),
        [['sign-in.failed', '203.0.113.1']],
      )
      assert.deepEqual((await get(other, '/me/security-events')).json().items, [])
    })
  })

  describe('exported', () => {
    test('is told to the trail and to security, and is every line oldest first', async () => {
      const { owner, organizationId, url } = await makeStudio()
      for (const name of ['=cmd()', '"quoted", with comma', 'zwölf'])
        await record(owner, 'file.renamed', { organizationId, facts: { to: name } })
      const jsonl = await get(owner, `${url}/export`, { format: 'jsonl' })
      assert.match(String(jsonl.headers['content-disposition']), /^attachment; filename="activity-.*\.jsonl"$/)
      const lines = jsonl.body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Activity)
      assert.deepEqual(
        lines.map(({ action }) => action),
        ['file.renamed', 'file.renamed', 'file.renamed'],
      )
      const csv = await get(owner, `${url}/export`, { format: 'csv', action: 'file.renamed' })
      assert.equal(csv.body.split('\r\n').length, 5)
      assert.match(csv.body, /"{""to"": ""zwölf""}"|""zwölf""/)
      const [exported] = await linesOf(owner, url)
      assert.equal(exported?.action, 'activity.exported')
      assert.deepEqual(exported.facts, { format: 'csv', action: 'file.renamed' })
      const event = await t.platform.db
        .selectFrom('security_event')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .execute()
      assert.deepEqual(
        event.map(({ kind, severity }) => [kind, severity]),
        [
          ['activity.exported', 'warning'],
          ['activity.exported', 'warning'],
        ],
      )
    })

    test('holds no formula for a spreadsheet', () => {
      for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])
        assert.match(csvCell(text), /^"'/, text)
      assert.equal(csvCell('a "b", c'), '"a ""b"", c"')
    })

    test('of a hundred thousand lines takes little memory, and ends when the role does', async () => {
      const { owner, organizationId } = await makeStudio()
      await sql`insert into activity (id, action, organization_id, actor_id, facts)
        select gen_random_uuid(), 'file.viewed', ${organizationId}, ${owner.userId}, jsonb_build_object('n', n)
        from generate_series(1, 100000) as n`.execute(t.platform.db)
      const input = { organizationId, format: 'csv' } as const
      globalThis.gc?.()
      const before = process.memoryUsage().heapUsed
      let lines = 0
      let most = 0
      for await (const text of await exportOrganizationActivity(t.platform, owner, input)) {
        lines += text.split('\r\n').length - 1
        most = Math.max(most, process.memoryUsage().heapUsed - before)
      }
      assert.equal(lines, 100_001)
      assert.ok(most < 150 * MIB, `${Math.round(most / MIB)} MiB`)

      const text = await exportOrganizationActivity(t.platform, owner, input)
      await text.next()
      await text.next()
      await makeMember(t.platform, organizationId, await makeUser(t.platform), 'owner')
      await t.platform.db.deleteFrom('organization_member').where('user_id', '=', owner.userId).execute()
      await assert.rejects(async () => {
        for await (const _ of text);
      }, /role|organization/i)
    })
  })

  describe('of security', () => {
    test('is for the administrator, with a count of critical events until they were looked at', async () => {
      const administrator = await makeUser(t.platform, { isAdministrator: true })
      const user = await makeUser(t.platform)
      assert.equal((await get(user, '/security-events')).statusCode, 403)
      assert.equal((await get(user, '/security-events/export', { format: 'csv' })).statusCode, 403)
      const unseen = async () => (await get(administrator, '/security-events/notice')).json().unseen
      const before = await unseen()
      await inTransaction(t.platform.db, (tx) =>
        audit.recordSecurityEvent(tx, 'critical', 'refresh-token.reused', { actor: { ...user, userAgent: 'curl' } }),
      )
      assert.equal(await unseen(), before + 1)
      const { items } = (await get(administrator, '/security-events', { severity: 'critical' })).json()
      assert.equal(items[0].kind, 'refresh-token.reused')
      assert.equal(items[0].userAgent, 'curl')
      assert.equal(items[0].person.id, user.userId)
      assert.equal(
        (await get(administrator, '/security-events', { kind: 'refresh-token.reused', personId: user.userId })).json()
          .items.length,
        1,
      )
    })

    test('keeps no secret that somebody gave it', async () => {
      const user = await makeUser(t.platform)
      await record(user, 'key.made', {
        facts: { name: 'x', token: 'trove_abc', nested: [{ password: 'p' }], tokenId: 'i' },
      })
      const [line] = await linesOf(user, '/me/activity')
      assert.deepEqual(line?.facts, {
        name: 'x',
        token: '(withheld)',
        nested: [{ password: '(withheld)' }],
        tokenId: 'i',
      })
    })
  })
})
