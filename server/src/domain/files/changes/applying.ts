import {
  DESCRIPTION_LENGTH,
  type FileChange,
  type HappenedChange,
  type PassedOverReason,
} from '@trove/contract/file-changes'
import type { UserActor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import { requireOpenFolder } from '../folders/operations.ts'
import { claimsOf } from '../happened/steps.ts'
import { isPossible, parseInstant } from '../happened/rules.ts'
import type { Scope } from '../listing/store.ts'
import { requireTags } from '../tags/operations.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
/** A file in a list carries all its tags with it. */
const MOST_TAGS_OF_A_FILE = 100

export type Changing = {
  scope: Scope & { seen: 'all' | 'own' }
  changeId: string
  /** Locked, and the actor's to change. */
  fileIds: readonly string[]
}
/** What was not changed after all, by the reason; all other files were, and what each was before has been kept. */
type Left = readonly { reason: PassedOverReason; fileIds: readonly string[] }[]
export type Applied = { changed: readonly string[]; left: Left }

/** Does to each file what was asked, and keeps what was there before. */
export async function apply(tx: Tx, actor: UserActor, changing: Changing, change: FileChange): Promise<Applied> {
  switch (change.kind) {
    case 'tags':
      return retag(tx, actor, changing, change)
    case 'description':
      return describe(tx, actor, changing, change.description)
    case 'happened':
      return redate(tx, actor, changing, change.happened)
    case 'folder':
      return move(tx, actor, changing, change.folderId)
    case 'share':
      return share(tx, actor, changing, change)
  }
}

type Retagging = Extract<FileChange, { kind: 'tags' }>

async function retag(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing, change: Retagging) {
  const { organizationId } = scope
  const add = new Set(change.add)
  const remove = new Set(change.remove?.filter((tagId) => !add.has(tagId)))
  await requireTags(tx, scope, [...add, ...remove])
  const full = new Set(await store.listFull(tx, fileIds, [...add], MOST_TAGS_OF_A_FILE))
  const open = fileIds.filter((fileId) => !full.has(fileId))
  await store.lockFindings(tx, open)
  const removed = await store.deleteTaggings(tx, pairs(open, remove))
  const added = await store.insertTaggings(tx, organizationId, pairs(open, add))
  const changed = [...new Set([...removed, ...added].map(({ fileId }) => fileId))]
  const [lost, gained] = [byFile(removed), byFile(added)]
  const before = changed.map((fileId) => ({ fileId, was: lost.get(fileId) ?? [], became: gained.get(fileId) ?? [] }))
  await store.insertBefore(tx, { changeId, organizationId }, before)
  const facts = { changeId, added: [...add], removed: [...remove] }
  await audit.recordMany(tx, actor, 'file.tagged', changed, { organizationId, facts })
  return {
    changed,
    left: [
      { reason: 'full', fileIds: [...full] },
      { reason: 'unchanged', fileIds: without(open, changed) },
    ],
  } as const
}

async function describe(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing, written: string) {
  const { organizationId } = scope
  const description = requireText(written)
  const changed = await store.keepDescriptions(tx, { changeId, organizationId }, fileIds, description)
  await store.setDescription(tx, changed, description)
  await audit.recordMany(tx, actor, 'file.described', changed, { organizationId, facts: { changeId } })
  return { changed, left: [{ reason: 'unchanged', fileIds: without(fileIds, changed) }] } as const
}

async function redate(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing, happened: HappenedChange) {
  const { organizationId } = scope
  const before = await store.listDated(tx, fileIds)
  const wanted = await datesFor(tx, before, happened)
  const kept = before.flatMap((was) => {
    const became = wanted.get(was.fileId)
    const isSame = became?.at === was.at && became.offsetMinutes === was.offsetMinutes && became.from === was.from
    return became === undefined || isSame ? [] : [{ fileId: was.fileId, was: bare(was), became: bare(became) }]
  })
  await store.setDated(
    tx,
    kept.map(({ fileId, became }) => ({ fileId, ...became })),
  )
  await store.insertBefore(tx, { changeId, organizationId }, kept)
  const changed = kept.map(({ fileId }) => fileId)
  await audit.recordMany(tx, actor, 'file.dated', changed, { organizationId, facts: { changeId, happened } })
  return { changed, left: [{ reason: 'unchanged', fileIds: without(fileIds, changed) }] } as const
}

async function datesFor(tx: Tx, before: readonly store.DatedFile[], happened: HappenedChange) {
  if ('from' in happened) {
    const claims = await claimsOf(
      tx,
      before.map(({ fileId }) => fileId),
    )
    return new Map(claims.map(({ id, at, offsetMinutes, from }) => [id, { at, offsetMinutes, from }]))
  }
  if ('at' in happened) {
    const { at, offsetMinutes } = requireInstant(happened.at)
    const by = { at: at.toISOString(), offsetMinutes, from: 'hand' }
    return new Map(before.map(({ fileId }) => [fileId, by]))
  }
  const moved = before.map(({ fileId, at, offsetMinutes }) => {
    const instant = requirePossible(new Date(new Date(at).getTime() + happened.shiftMinutes * MINUTE_MS))
    return [fileId, { at: instant.toISOString(), offsetMinutes, from: 'hand' }] as const
  })
  return new Map(happened.shiftMinutes === 0 ? [] : moved)
}

async function move(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing, folderId: string | null) {
  const { organizationId } = scope
  if (folderId !== null) await requireOpenFolder(tx, actor, { organizationId, folderId })
  const around = await store.listFolders(tx, fileIds)
  const there = fileIds.filter((fileId) => around.get(fileId) === folderId)
  const { moved, refused } = await access.moveSome(tx, actor, without(fileIds, there), { organizationId, folderId })
  const before = moved.map((fileId) => ({ fileId, was: around.get(fileId) ?? null, became: folderId }))
  await store.insertBefore(tx, { changeId, organizationId }, before)
  await audit.recordMany(tx, actor, 'file.moved', moved, { organizationId, facts: { changeId, folderId } })
  return { changed: moved, left: [{ reason: 'unchanged', fileIds: there }, ...refusedBy(refused)] } as const
}

type Sharing = Extract<FileChange, { kind: 'share' }>

async function share(tx: Tx, actor: UserActor, { scope, changeId, fileIds }: Changing, change: Sharing) {
  const { organizationId } = scope
  const { principal, rights, expiresAt } = change
  const held = { rights, ...(expiresAt !== undefined && { expiresAt }) }
  const { given, refused } = await access.grantMany(tx, actor, fileIds, { organizationId, principal, ...held })
  const before = given.map(({ resourceId, ...grant }) => ({
    fileId: resourceId,
    was: grant.before ?? null,
    became: grant,
  }))
  await store.insertBefore(tx, { changeId, organizationId }, before)
  return { changed: given.map(({ resourceId }) => resourceId), left: refusedBy(refused) }
}

const tooLong = () =>
  new Problem('invalid-request', `A description has at most ${DESCRIPTION_LENGTH.toLocaleString('en')} characters.`)

/** Told of files that were there a moment ago, and locked: they may be moved or shared by others than the actor. */
const refusedBy = (refused: readonly { resourceId: string; kind: 'not-found' | 'not-allowed' }[]): Left =>
  (['not-found', 'not-allowed'] as const).map((reason) => ({
    reason,
    fileIds: refused.filter(({ kind }) => kind === reason).map(({ resourceId }) => resourceId),
  }))

function requireText(written: string): string {
  const text = written.normalize('NFC')
  if ([...text].length > DESCRIPTION_LENGTH) throw tooLong()
  if (text.isWellFormed() && !text.includes('\0')) return text
  throw new Problem('invalid-request', 'A description is text: this holds characters that are none.')
}

function requireInstant(written: string): { at: Date; offsetMinutes: number } {
  const instant = parseInstant(written)
  if (instant !== undefined) return { ...instant, at: requirePossible(instant.at) }
  throw new Problem('invalid-request', 'A time has a date and an offset, as in 2026-05-04T12:30:00+02:00.')
}

function requirePossible(at: Date): Date {
  if (isPossible(at)) return at
  throw new Problem('invalid-request', 'That would lie outside the years that can be kept.')
}

const bare = ({ at, offsetMinutes, from }: store.Dated): store.Dated => ({ at, offsetMinutes, from })

const pairs = (fileIds: readonly string[], tagIds: ReadonlySet<string>): store.Tagging[] =>
  fileIds.flatMap((fileId) => [...tagIds].map((tagId) => ({ fileId, tagId })))

const byFile = (taggings: readonly store.Tagging[]): Map<string, string[]> =>
  new Map(
    [...Map.groupBy(taggings, ({ fileId }) => fileId)].map(([fileId, each]) => [
      fileId,
      each.map(({ tagId }) => tagId),
    ]),
  )

const without = (ids: readonly string[], others: readonly string[]): string[] => {
  const left = new Set(others)
  return ids.filter((id) => !left.has(id))
}
