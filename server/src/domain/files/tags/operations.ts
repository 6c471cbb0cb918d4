import type { CountedTag, Tag } from '@trove/contract/tags'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import type { Scope } from '../listing/store.ts'
import { nameCursor, parseNameCursor } from '../folders/cursor.ts'
import { mayChange, TAG_NAME_RULE, tagNameOf } from './rules.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50
/** Of the files that carry a tag; fewer for those of whom each file is a decision. */
const LOOKED_AT = { everything: 1_000, decided: 200 }
/** More are no longer a vocabulary. */
const MOST_TAGS = 5_000

type Machines = Pick<Platform, 'db'>

/**
 * @throws not-found        the organization is none of the caller's
 * @throws invalid-request  the cursor is none of ours
 */
export async function listTags(
  db: Db,
  actor: UserActor,
  input: { organizationId: string; name?: string; limit?: number; cursor?: string },
): Promise<{ items: CountedTag[]; next?: string }> {
  const { organizationId, name, limit = DEFAULT_LIMIT, cursor } = input
  const after = cursor === undefined ? undefined : parseNameCursor(cursor)
  const role = await access.requireMember(db, actor, organizationId, 'guest')
  const seesEverything = role === 'owner' || role === 'admin'
  const looked = seesEverything ? LOOKED_AT.everything : LOOKED_AT.decided
  const scope = { organizationId, userId: actor.userId, seesEverything, seen: seenBy(role) }
  const rows = await store.listTags(db, scope, name?.normalize('NFC'), { limit: limit + 1, looked, after })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => ({
      ...present(row, { ...actor, role }),
      files: row.files,
      ...(row.looked === looked && { isMore: true as const }),
    })),
    ...(rows.length > limit && last !== undefined && { next: nameCursor(last) }),
  }
}

/** Members know the words of their organization; guests those of what they may read. */
export const seenBy = (role: string): 'all' | 'own' => (role === 'guest' ? 'own' : 'all')

/**
 * A step of what gives tags: those of the organization that somebody may know, kept from going until the transaction ends.
 *
 * @param taken  others, kept from going at once with these where they are there: two locks one after the other would be
 *               taken in another order by somebody else
 * @throws not-found  one of them is none
 */
export async function requireTags(
  tx: Tx,
  scope: Scope & { seen: 'all' | 'own' },
  tagIds: readonly string[],
  taken: readonly string[] = [],
): Promise<string[]> {
  const kept = new Set(await store.keepTags(tx, scope, [...tagIds, ...taken]))
  const missing = tagIds.find((tagId) => !kept.has(tagId))
  if (missing !== undefined) throw unknownTag(missing)
  return tagIds.filter((tagId) => kept.has(tagId))
}

/**
 * The tag of that name, whoever made it.
 *
 * @throws not-found, not-allowed, read-only
 * @throws invalid-request  the name is none that a tag can have
 * @throws limit-reached
 */
export function createTag(
  { db }: Machines,
  actor: UserActor,
  input: { organizationId: string; name: string },
): Promise<Tag> {
  const { organizationId } = input
  const name = requireName(input.name)
  return inTransaction(db, async (tx) => {
    const role = await access.requireMember(tx, actor, organizationId, 'member')
    const before = await store.findTag(tx, organizationId, name)
    if (before !== undefined) return present(before, { ...actor, role })
    await access.requireOpen(tx, organizationId)
    if ((await store.countTags(tx, organizationId)) >= MOST_TAGS) throw tooMany()
    const id = newId()
    if (await store.insertTag(tx, { id, organizationId, name, createdBy: actor.userId })) {
      await audit.record(tx, actor, 'tag.created', { organizationId, facts: { tagId: id, name } })
      await tell(tx, actor, organizationId)
    }
    const made = await store.findTag(tx, organizationId, name)
    if (made === undefined) throw unknownTag(id)
    return present(made, { ...actor, role })
  })
}

/**
 * @throws not-found, not-allowed, read-only
 * @throws name-taken       another has it: merge the two
 * @throws invalid-request  the name is none that a tag can have
 */
export function renameTag({ db }: Machines, actor: UserActor, input: { tagId: string; name: string }): Promise<Tag> {
  const name = requireName(input.name)
  return inTransaction(db, async (tx) => {
    const { tag, role } = await requireChange(tx, actor, input.tagId)
    const { id, organizationId } = tag
    const other = await store.findTag(tx, organizationId, name)
    if (other !== undefined && other.id !== id)
      throw new Problem('name-taken', `There is a tag “${other.name}” already. Merge the two instead.`)
    await store.setName(tx, id, name)
    const facts = { tagId: id, from: tag.name, to: name }
    await audit.record(tx, actor, 'tag.renamed', { organizationId, facts })
    await tell(tx, actor, organizationId)
    return present({ ...tag, name }, { ...actor, role })
  })
}

/**
 * What carries one tag carries another instead, events too; then the one is gone.
 *
 * @returns the other
 * @throws not-found, not-allowed, read-only
 * @throws invalid-request  both are the same
 */
export function mergeTag({ db }: Machines, actor: UserActor, input: { tagId: string; intoId: string }): Promise<Tag> {
  const { tagId, intoId } = input
  return inTransaction(db, async (tx) => {
    await store.lockTags(tx, [tagId, intoId])
    const { tag, role } = await requireChange(tx, actor, tagId)
    const { organizationId } = tag
    const into = await store.getTag(tx, intoId)
    if (into === undefined || into.organizationId !== organizationId) throw unknownTag(intoId)
    if (into.id === tag.id) throw new Problem('invalid-request', 'A tag cannot be merged with itself.')
    for (const carrier of await store.listCarriers(tx))
      await store.giveInstead(tx, carrier, { fromId: tag.id, intoId: into.id })
    await store.deleteTag(tx, tag.id)
    const facts = { tagId: tag.id, name: tag.name, intoId: into.id, intoName: into.name }
    await audit.record(tx, actor, 'tag.merged', { organizationId, facts })
    await tell(tx, actor, organizationId)
    return present(into, { ...actor, role })
  })
}

/** @throws not-found, not-allowed, read-only */
export function deleteTag({ db }: Machines, actor: UserActor, tagId: string): Promise<void> {
  return inTransaction(db, async (tx) => {
    await store.lockTags(tx, [tagId])
    const { tag } = await requireChange(tx, actor, tagId)
    const { organizationId } = tag
    await store.deleteTag(tx, tag.id)
    await audit.record(tx, actor, 'tag.deleted', { organizationId, facts: { tagId, name: tag.name } })
    await tell(tx, actor, organizationId)
  })
}

/** A tag that the caller may change. Of one that they may not know of they hear what they would hear of none. */
async function requireChange(tx: Tx, actor: UserActor, tagId: string): Promise<{ tag: store.TagRow; role: string }> {
  const tag = await store.getTag(tx, tagId)
  if (tag === undefined) throw unknownTag(tagId)
  const role = await access.requireMember(tx, actor, tag.organizationId, 'guest').catch((error: unknown) => {
    throw error instanceof Problem && error.kind === 'not-found' ? unknownTag(tagId) : error
  })
  if (role === 'guest') throw unknownTag(tagId)
  if (!mayChange({ ...actor, role }, tag.createdById))
    throw new Problem('not-allowed', 'A tag is changed by whoever made it, by owners and by admins.')
  await access.requireOpen(tx, tag.organizationId)
  return { tag, role }
}

function requireName(written: string): string {
  const name = tagNameOf(written)
  if (name !== undefined) return name
  throw new Problem('invalid-request', TAG_NAME_RULE, { errors: [{ pointer: '#/body/name', detail: TAG_NAME_RULE }] })
}

/** Whoever did it and those who see everything hear of it; others see it when they next look. */
async function tell(tx: Tx, actor: UserActor, organizationId: string): Promise<void> {
  const told = new Set([actor.userId, ...(await access.listSupervisors(tx, organizationId))])
  for (const userId of told) await events.publish(tx, { userId }, { type: 'tags.changed', organizationId })
}

function present(row: store.TagRow, who: { userId: string; role: string; scopes?: readonly string[] }): Tag {
  const { id, organizationId, name, createdAt, createdById, createdByName } = row
  return {
    id,
    organizationId,
    name,
    createdAt: createdAt.toISOString(),
    createdBy: { id: createdById, name: createdByName },
    mayChange: mayChange(who, createdById),
  }
}

const unknownTag = (tagId: string) => new Problem('not-found', `No tag ${tagId}.`)
const tooMany = () =>
  new Problem('limit-reached', `An organization has at most ${MOST_TAGS} tags. Merge or delete some that are not used.`)
