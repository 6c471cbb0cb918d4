import type { ZipPreparation } from '@trove/contract/shared'
import type { LinkActor } from '../../../platform/actor.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import type { Delivered } from '../counting/operations.ts'
import * as storage from '../../storage/index.ts'
import { hastenCopies } from '../preparing.ts'
import { DELIVERED_BY_LINK, readyContent } from '../shared/content.ts'
import { requireView } from '../shared/operations.ts'
import { folderName, sharedName, titleOf, whyWithheld } from '../shared/present.ts'
import { listAllFiles, listFolderNames, type SharedFileRow, type SharedLinkRow } from '../shared/store.ts'
import { layOut, type Layout } from './layout.ts'
import { createPaths, safeName } from './names.ts'

/** So many files in one ZIP at most: all of them are listed before the first byte. */
export const MOST_FILES = 10_000
const ASK_AGAIN_SECONDS = 3
const DOWNLOAD = 4
/** The first day that a ZIP can tell: when files were added is not for guests. */
const NO_TIME = new Date(Date.UTC(1980, 0, 1))

/**
 * Has the copies made that the ZIP of a link needs.
 *
 * @throws not-found, not-allowed, too-large
 */
export async function prepareSharedZip(platform: Platform, actor: LinkActor): Promise<ZipPreparation> {
  const gathered = await gather(platform, actor)
  const { given, missing, away, withheld } = gathered
  if (missing.length > 0) await hastenCopies(platform, actor.linkId)
  if (away.length > 0) await bringBack(platform, away)
  const pending = new Set([...missing, ...away]).size
  const layout = pending === 0 ? await layOutShared(platform, gathered) : undefined
  return {
    files: given.length,
    pending,
    withheld,
    ...(layout !== undefined && { sizeBytes: layout.sizeBytes }),
  }
}

/**
 * Everything that a link gives, as one ZIP.
 *
 * @throws not-found, not-allowed, too-large
 * @throws not-ready  copies are still being made
 */
export async function requireSharedZip(
  platform: Platform,
  actor: LinkActor,
): Promise<{ layout: Layout; filename: string; delivered: Delivered }> {
  const gathered = await gather(platform, actor)
  const { link, given, missing } = gathered
  if (missing.length > 0) {
    await hastenCopies(platform, actor.linkId)
    throw new Problem('not-ready', `${missing.length} files are still being prepared. Try again in a moment.`, {
      retryAfterSeconds: ASK_AGAIN_SECONDS,
    })
  }
  await storage.requireFetched(
    platform,
    given.map((row) => outgoing(link, row)),
  )
  if (given.length === 0) throw new Problem('not-found', 'There is nothing to download here.')
  const layout = await layOutShared(platform, gathered)
  const { linkId, visitId, organizationId } = actor
  return {
    layout,
    filename: `${safeName(titleOf(link))}.zip`,
    delivered: {
      counter: { linkId, visitId },
      actor,
      etag: layout.etag,
      sizeBytes: layout.sizeBytes,
      subject: { organizationId, fileIds: given.map(({ id }) => id), facts: { linkId, visitId, isZip: true } },
      actions: DELIVERED_BY_LINK,
    },
  }
}

const bringBack = (platform: Platform, away: readonly SharedFileRow[]): Promise<number> =>
  storage.recall(
    platform,
    away.map(({ blobId }) => blobId),
  )

type Gathered = {
  link: SharedLinkRow
  given: SharedFileRow[]
  /** Their copies are still to be made. */
  missing: SharedFileRow[]
  /** Their originals come back from the cold tier first. */
  away: SharedFileRow[]
  withheld: number
}

/** What goes out of a file: its copy without metadata where there is one, otherwise its original, which the copy is made of. */
const outgoing = (link: SharedLinkRow, row: SharedFileRow): storage.Deliverable => ({
  objectKey: readyContent(link, row)?.objectKey ?? row.objectKey,
  standing: row.standing,
})

async function gather(platform: Platform, actor: LinkActor): Promise<Gathered> {
  const { db } = platform
  const link = await requireView(db, actor)
  if (!link.allowsDownload) throw new Problem('not-allowed', 'This link shows files and gives none to keep.')
  const rows = await listAllFiles(db, link.id, MOST_FILES + 1)
  if (rows.length > MOST_FILES) throw tooMany()
  const allowed = rows.filter(({ rights }) => (rights & DOWNLOAD) !== 0)
  const mayGo = (row: SharedFileRow) =>
    storage.deliverableKey(platform, outgoing(link, row), storage.STRANGER) !== undefined
  const given = allowed.filter((row) => whyWithheld(link, row) === undefined && mayGo(row))
  const missing = given.filter((row) => readyContent(link, row) === undefined)
  const away = given.filter((row) => storage.isAway(platform, outgoing(link, row)))
  return { link, given, missing, away, withheld: allowed.length - given.length }
}

async function layOutShared(platform: Platform, { link, given }: Gathered): Promise<Layout> {
  const { db, keys } = platform
  const folders = link.kind === 'folder' ? await listFolderNames(db, link.id) : []
  const named = folders.map((folder) => ({ ...folder, name: folderName(keys, link, folder) }))
  const wayTo = createWays(named, link.resourceId)
  const pathOf = createPaths()
  const entries = given.flatMap((row) => {
    const content = readyContent(link, row)
    if (content === undefined) return []
    const { sizeBytes, etag } = content
    const object = { objectKey: content.objectKey, standing: row.standing }
    const objectKey = storage.deliverableKey(platform, object, storage.STRANGER)
    if (objectKey === undefined) return []
    const path = pathOf(wayTo(row.parentId), sharedName(keys, link, row))
    return { path, content: { objectKey }, sizeBytes, etag, modifiedAt: link.keepsMetadata ? row.versionAt : NO_TIME }
  })
  return layOut(entries)
}

/** Names of the folders between a root and what is in it, outermost first. */
export function createWays(
  folders: readonly { id: string; parentId: string | null; name: string }[],
  rootId: string | null,
): (folderId: string | null) => string[] {
  const byId = new Map(folders.map((folder) => [folder.id, folder]))
  const known = new Map<string, string[]>()
  return function wayTo(folderId): string[] {
    const folder = folderId === null || folderId === rootId ? undefined : byId.get(folderId)
    if (folder === undefined) return []
    const way = known.get(folder.id) ?? [...wayTo(folder.parentId), folder.name]
    known.set(folder.id, way)
    return way
  }
}

export const tooMany = () =>
  new Problem('too-large', `A ZIP has at most ${MOST_FILES} files. Choose fewer, or download folder by folder.`)
