import type { SharedFile, SharedFolder, SharedLink } from '@trove/contract/shared'
import type { VariantName } from '@trove/contract/files'
import type { VariantQuery } from '@trove/contract/sizes'
import type { LinkActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as storage from '../../storage/index.ts'
import { abilitiesOf } from '../present.ts'
import { folderName, mayStream, presentEvent, presentShared, titleOf } from './present.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50
/** Counting further would take longer than a guest wants to wait. */
const MOST_COUNTED = 10_000

type Machines = Pick<Platform, 'db' | 'keys' | 'settings'>
type Paging = { limit?: number; cursor?: string; folderId?: string }

/** @throws not-found */
export async function getShared({ db, settings }: Machines, actor: LinkActor): Promise<SharedLink> {
  const link = await requireLink(db, actor)
  const { organizationId, resourceId, maxDownloads, expiresAt } = link
  const [fileCount, allowedKinds] = await Promise.all([
    link.showsFiles ? store.countFiles(db, link.id, organizationId, MOST_COUNTED + 1) : 0,
    link.allowsUpload ? store.getUploadTerms(db, organizationId) : [],
  ])
  const upload = link.allowsUpload && resourceId !== null
  return {
    id: link.id,
    title: titleOf(link),
    kind: link.kind,
    allows: abilitiesOf(link),
    keepsNames: link.keepsNames,
    ...(link.event !== null && { event: presentEvent(link.event) }),
    ...(fileCount <= MOST_COUNTED && { fileCount }),
    ...(maxDownloads !== null && { downloadsLeft: Math.max(0, maxDownloads - link.downloads) }),
    ...(expiresAt !== null && { expiresAt: expiresAt.toISOString() }),
    ...(upload && { upload: { folderId: resourceId, maxFileBytes: settings.maxFileBytes, allowedKinds } }),
  }
}

/** @throws not-found, invalid-request */
export async function listSharedFolders({ db, keys }: Machines, actor: LinkActor, input: Paging) {
  const link = await requireView(db, actor)
  const { limit, after } = pagingOf(input)
  const folder = await requireFolder(db, actor, link, input.folderId)
  const rows = folder === undefined ? [] : await store.listFolders(db, folder.id, { limit: limit + 1, after })
  const tell = (row: store.FolderRow): SharedFolder => ({ id: row.id, name: folderName(keys, link, row) })
  const [root, ...below] = folder?.path ?? []
  const path = root === undefined ? [] : [{ id: root.id, name: titleOf(link) }, ...below.map(tell)]
  return { items: rows.slice(0, limit).map(tell), path, ...nextOf(rows, limit) }
}

/** @throws not-found, invalid-request */
export async function listSharedFiles(
  machines: Machines,
  actor: LinkActor,
  input: Paging,
): Promise<{ items: SharedFile[]; next?: string }> {
  const { db } = machines
  const link = await requireView(db, actor)
  if (link.event !== null && input.folderId === undefined)
    return listInEvent(machines, { link, eventId: link.event.id }, input)
  const { limit, after: before } = pagingOf(input)
  const folder = await requireFolder(db, actor, link, input.folderId)
  const about = { linkId: link.id, folderId: folder?.id }
  const rows = await store.listFiles(db, about, { limit: limit + 1, before })
  return { items: rows.slice(0, limit).map((row) => presentShared(machines, link, row)), ...nextOf(rows, limit) }
}

/** In the order that the event has now. @throws invalid-request */
async function listInEvent(
  machines: Machines,
  { link, eventId }: { link: store.SharedLinkRow; eventId: string },
  { limit = DEFAULT_LIMIT, cursor }: Paging,
): Promise<{ items: SharedFile[]; next?: string }> {
  const after = cursor === undefined ? undefined : parseInEvent(cursor)
  const rows = await store.listFilesOfEvent(machines.db, { linkId: link.id, eventId }, { limit: limit + 1, after })
  const last = rows[limit - 1]
  return {
    items: rows.slice(0, limit).map((row) => presentShared(machines, link, row)),
    ...(rows.length > limit && last !== undefined && { next: `${last.id}${last.position ?? ''}` }),
  }
}

const ID_LENGTH = 36

/** A file and its position, if it has one. One of a plain list is a file alone: the link was that a moment ago. */
function parseInEvent(cursor: string): store.InEvent {
  const [id, position] = [cursor.slice(0, ID_LENGTH), cursor.slice(ID_LENGTH)]
  if (!isId(id) || !/^(-?\d{1,16})?$/.test(position)) throw noCursor()
  return { id, position: position === '' ? null : Number(position) }
}

/** @throws not-found */
export async function getSharedFile(machines: Machines, actor: LinkActor, fileId: string): Promise<SharedFile> {
  const link = await requireView(machines.db, actor)
  const row = await store.getFile(machines.db, link.id, fileId, link.event?.id)
  if (row === undefined) throw noFile()
  return presentShared(machines, link, row)
}

/** @throws not-found, infected, being-checked, held */
export async function requireSharedVariant(
  platform: Pick<Platform, 'db' | 'jobs' | 'settings'>,
  actor: LinkActor,
  { fileId, variant: name, page = 1, format }: { fileId: string; variant: VariantName } & VariantQuery,
) {
  const { link, row } = await requireFile(platform.db, actor, fileId)
  const isWhole = name === 'proxy' || name === 'page'
  const isTold = name !== 'sized' && (!isWhole || mayStream(link, row))
  const wanted = { name, number: name === 'page' ? page : 0, mediaType: format && `image/${format}` }
  const variant = isTold ? await store.getVariant(platform.db, fileId, wanted) : undefined
  if (variant === undefined) throw new Problem('not-found', `The file has no ${name}, or not yet.`)
  const object = { objectKey: variant.objectKey, standing: row.standing }
  return { ...variant, key: await storage.requireDeliverable(platform, object, storage.STRANGER) }
}

/** A file that comes to the link of a visit. @throws not-found */
export async function requireFile(db: Db, actor: LinkActor, fileId: string) {
  const [link, row] = await Promise.all([requireView(db, actor), store.getFile(db, actor.linkId, fileId)])
  if (row === undefined) throw noFile()
  return { link, row }
}

/** A link whose maker may still share what it is of. @throws not-found */
async function requireLink(db: Db, actor: LinkActor): Promise<store.SharedLinkRow> {
  const link = await store.getLink(db, actor.linkId)
  if (link === undefined || link.isTrashed) throw gone()
  if (link.resourceId !== null && (await access.rightsOf(db, actor, link.resourceId)).length === 0) throw gone()
  return link
}

/** The same for a link that lets its guests see files. @throws not-found */
export async function requireView(db: Db, actor: LinkActor): Promise<store.SharedLinkRow> {
  const link = await requireLink(db, actor)
  if (!link.showsFiles) throw new Problem('not-found', 'This link takes files and shows none.')
  return link
}

/** The folder that is asked about, with the way to it; undefined where the link is of no folder. @throws not-found */
async function requireFolder(
  db: Db,
  actor: LinkActor,
  link: store.SharedLinkRow,
  folderId: string | undefined,
): Promise<{ id: string; path: store.FolderRow[] } | undefined> {
  if (link.kind !== 'folder' || link.resourceId === null) {
    if (folderId !== undefined) throw noFolder()
    return undefined
  }
  const id = folderId ?? link.resourceId
  if ((await access.rightsOf(db, actor, id)).length === 0) throw noFolder()
  const path = await store.listPath(db, link.resourceId, id)
  if (path.length === 0) throw noFolder()
  return { id, path }
}

function pagingOf({ limit = DEFAULT_LIMIT, cursor }: Paging): { limit: number; after: string | undefined } {
  // One of an event that the link was of a moment ago begins with a file too.
  const after = cursor === undefined ? undefined : parseInEvent(cursor).id
  return { limit, after }
}

/** One row more than asked for tells that there is a page after. */
function nextOf(rows: readonly { id: string }[], limit: number): { next?: string } {
  const last = rows[limit - 1]
  return rows.length > limit && last !== undefined ? { next: last.id } : {}
}

const noCursor = () => new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
const noFile = () => new Problem('not-found', 'There is no such file here.')
const gone = () => new Problem('not-found', 'What this link is of is not there any more.')
const noFolder = () => new Problem('not-found', 'There is no such folder here.')
