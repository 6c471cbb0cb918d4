import assert from 'node:assert/strict'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import type { FastifyInstance } from 'fastify'
import type { UserActor } from '../src/platform/actor.ts'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from './make.ts'
import { startTestPlatform, type TestPlatform } from './platform.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type EventDesk = Awaited<ReturnType<typeof openEventDesk>>

/** An API for tests about events. */
export async function startEvents(): Promise<{ t: TestPlatform; app: FastifyInstance }> {
  const t = await startTestPlatform()
  return { t, app: (await t.api()).app }
}

/** An organization of its own with what tests about events do in it. */
export async function openEventDesk({ t, app }: { t: TestPlatform; app: FastifyInstance }) {
  const owner = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, owner)

  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })
  const member = async (role: 'member' | 'guest' | 'admin' = 'member') => {
    const user = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, user, role)
    return user
  }
  const images = async (count: number, uploader = owner) => {
    const ids: string[] = []
    for (let i = 0; i < count; i++)
      ids.push((await makeFile(t.platform, { organizationId, uploader, name: `${i}.jpg` })).id)
    return ids
  }
  const create = async (actor: UserActor, about: object) => {
    const made = await as(actor, 'POST', `/organizations/${organizationId}/events`, about)
    assert.equal(made.statusCode, 201, made.body)
    return made.json() as TimelineEvent
  }
  const series = async (fileIds: string[], about: object = {}) =>
    create(owner, { kind: 'series', title: 'Ward round', fileIds, ...about })
  const shownIn = async (eventId: string, actor = owner, limit = 200): Promise<string[]> => {
    const page = await as(actor, 'GET', `/events/${eventId}/pictures?limit=${limit}`)
    assert.equal(page.statusCode, 200, page.body)
    return page.json().items.map(({ file }: { file: { id: string } }) => file.id)
  }
  const video = async (durationMs: number | null, status = 'ready') => {
    const file = await makeFile(t.platform, { organizationId, uploader: owner, name: 'ward.mp4', kind: 'video' })
    await t.platform.db
      .updateTable('version')
      .set({ status, duration_ms: durationMs, failure: status === 'failed' ? 'Damaged.' : null })
      .where('id', '=', file.versionId)
      .execute()
    return file.id
  }
  const countOf = async (eventId: string) => {
    const counted = await t.platform.db
      .selectFrom('event_picture')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('event_id', '=', eventId)
      .executeTakeFirstOrThrow()
    const { picture_count: kept } = await t.platform.db
      .selectFrom('timeline_event')
      .select('picture_count')
      .where('id', '=', eventId)
      .executeTakeFirstOrThrow()
    assert.equal(kept, Number(counted.count), 'the total is not what there is')
    return kept
  }
  const inTrash = (fileId: string, since = new Date()) =>
    t.platform.db.updateTable('file').set({ trashed_at: since }).where('id', '=', fileId).execute()
  return { owner, organizationId, as, member, images, create, series, shownIn, video, countOf, inTrash }
}
