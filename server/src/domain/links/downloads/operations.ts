import type { Selection } from '@trove/contract/files'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { DeliverableKey } from '../../../platform/objects/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as storage from '../../storage/index.ts'
import { listFiles, listSaid, requireContent } from '../../files/index.ts'
import { hashToken } from '../../identity/index.ts'
import type { Delivered } from '../counting/operations.ts'
import { newToken } from '../secrets.ts'
import { layOut, type Layout } from '../zip/layout.ts'
import { createPaths, safeName } from '../zip/names.ts'
import { createWays, MOST_FILES, tooMany } from '../zip/operations.ts'
import { sidecarsOf } from '../zip/sidecars.ts'
import { bareOnes, type Outgoing } from './bare.ts'
import * as store from './store.ts'

const HOUR_SECONDS = 3600
const PAGE = 200
/** What is said of each is held in memory until it is sent. */
const MOST_DESCRIBED = 2_000

type Machines = Pick<Platform, 'db' | 'jobs' | 'settings'>
export type Address = { id: string; token: string; expiresAt: string; maxDownloads: number }

/**
 * An address that downloads one file, for as long as whoever asked for it stays signed in and may download it.
 *
 * @throws not-found, not-allowed
 */
export async function createDownloadToken(
  platform: Machines,
  actor: UserActor,
  input: { fileId: string; maxDownloads?: number; expiresIn?: number; bindIp?: boolean },
): Promise<Address> {
  const { fileId, maxDownloads = 1, expiresIn = HOUR_SECONDS, bindIp = false } = input
  return inTransaction(platform.db, async (tx) => {
    const content = await requireContent(tx, { require: (...asked) => access.require(tx, ...asked) }, actor, fileId)
    await storage.requireDeliverable(platform, content, { isUploader: content.uploaderId === actor.userId })
    const { organizationId } = content
    const token = newToken()
    const id = newId()
    const expiresAt = new Date(Date.now() + expiresIn * 1000)
    const { userId, sessionId } = actor
    const boundIp = bindIp ? actor.ip : null
    const about = { id, organizationId, userId, sessionId, fileId, zip: null, boundIp, maxDownloads, expiresAt }
    await store.insertToken(tx, { ...about, tokenHash: hashToken(token) })
    const facts = { downloadAddressId: id, maxDownloads, expiresAt, boundIp }
    await audit.record(tx, actor, 'file.address-made', { organizationId, resourceId: fileId, facts })
    return { id, token, expiresAt: expiresAt.toISOString(), maxDownloads }
  })
}

/**
 * An address that downloads several files as one ZIP, once: those of them that the caller may download.
 *
 * @throws not-found  the organization or folder is none of the caller's, or nothing of it may be downloaded
 * @throws too-large
 * @throws withheld, not-ready  where copies without metadata are asked for
 */
export async function createZip(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; which: Selection | { folderId: string }; hasSidecars?: boolean; isBare?: boolean },
): Promise<Address & { files: number; withheld: number; sizeBytes: number }> {
  const { organizationId, which, hasSidecars = false, isBare = false } = input
  await access.requireMember(platform.db, actor, organizationId, 'guest')
  const chosen = await choose(platform.db, actor, organizationId, which)
  const found = await store.listDownloadable(platform.db, { ...actor, organizationId }, chosen, MOST_FILES + 1)
  if (found.length > MOST_FILES) throw tooMany()
  const rows = await outgoingOnes(platform, found, { userId: actor.userId, organizationId, isBare })
  if (rows.length === 0) throw new Problem('not-found', 'There is nothing here that you may download.')
  const rootId = 'folderId' in chosen ? chosen.folderId : null
  if (hasSidecars && rows.length > MOST_DESCRIBED) throw tooManyDescribed()
  const layout = await layOutFor(platform.db, rows, { rootId, hasSidecars })
  const token = newToken()
  const id = newId()
  const expiresAt = new Date(Date.now() + HOUR_SECONDS * 1000)
  const { userId, sessionId } = actor
  const zip = { fileIds: rows.map((row) => row.id), rootId, hasSidecars, isBare }
  await inTransaction(platform.db, async (tx) => {
    const about = {
      id,
      organizationId,
      userId,
      sessionId,
      fileId: null,
      zip,
      boundIp: null,
      maxDownloads: 1,
      expiresAt,
    }
    await store.insertToken(tx, { ...about, tokenHash: hashToken(token) })
  })
  const told = { id, token, expiresAt: expiresAt.toISOString(), maxDownloads: 1 }
  return { ...told, files: rows.length, withheld: found.length - rows.length, sizeBytes: layout.sizeBytes }
}

async function choose(
  db: Db,
  actor: UserActor,
  organizationId: string,
  which: Selection | { folderId: string },
): Promise<{ fileIds: string[] } | { folderId: string }> {
  if ('folderId' in which) {
    await access.require(db, actor, 'download', which.folderId)
    return which
  }
  if ('fileIds' in which) return which
  const except = new Set(which.exceptIds)
  const fileIds: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await listFiles(db, actor, { ...which.filter, organizationId, limit: PAGE, ...(cursor && { cursor }) })
    fileIds.push(...page.items.map(({ id }) => id).filter((id) => !except.has(id)))
    if (fileIds.length > MOST_FILES) throw tooMany()
    if (page.next === undefined) return { fileIds }
    cursor = page.next
  }
}

type OpenRow = store.DownloadableRow & { key: DeliverableKey }

/** Those of the files that may go out. @throws infected, being-checked, held  when none of them may, why the first may not */
async function openOnes(
  platform: Machines,
  rows: readonly store.DownloadableRow[],
  userId: string,
): Promise<OpenRow[]> {
  const open = rows.flatMap((row) => {
    const key = storage.deliverableKey(platform, row, { isUploader: row.uploaderId === userId })
    return key === undefined ? [] : [{ ...row, key }]
  })
  const [first] = rows
  const recipient = { isUploader: first?.uploaderId === userId }
  const refusal =
    first === undefined || open.length > 0 ? undefined : storage.whyNotDeliverable(platform, first.standing, recipient)
  if (refusal !== undefined) throw refusal
  await storage.requireFetched(platform, open)
  return open
}

const outgoingOnes = async (
  platform: Machines,
  rows: readonly store.DownloadableRow[],
  { userId, organizationId, isBare }: { userId: string; organizationId: string; isBare: boolean },
): Promise<Outgoing[]> =>
  isBare
    ? bareOnes(platform, rows, { userId, organizationId })
    : (await openOnes(platform, rows, userId)).map((row) => ({ ...row, etag: etagOf(row), modifiedAt: row.versionAt }))

type Laid = { rootId: string | null; hasSidecars: boolean }

async function layOutFor(db: Db, rows: readonly Outgoing[], { rootId, hasSidecars }: Laid): Promise<Layout> {
  const wayTo = createWays(rootId === null ? [] : await store.listFoldersBelow(db, rootId), rootId)
  const pathOf = createPaths()
  const originals = rows.map((row) => ({
    id: row.id,
    path: pathOf(rootId === null ? [] : wayTo(row.parentId), row.name),
    content: { objectKey: row.key },
    sizeBytes: row.sizeBytes,
    etag: row.etag,
    modifiedAt: row.modifiedAt,
  }))
  if (!hasSidecars) return layOut(originals)
  const said = await listSaid(
    db,
    rows.map(({ id }) => id),
  )
  return layOut([...originals, ...sidecarsOf(originals, said)])
}

const etagOf = ({ sha256 }: Pick<store.DownloadableRow, 'sha256'>): string => `"${sha256.toString('hex')}"`

export type Downloaded = { delivered: Delivered; filename: string } & (
  | { kind: 'file'; row: OpenRow }
  | { kind: 'zip'; layout: Layout }
)

/**
 * What an address gives: asked again whether whoever asked for it may have it.
 *
 * @throws not-found  there is no such address, or no longer, or not from here, or not for them any more
 * @throws infected, being-checked, held
 * @throws not-ready  a copy without metadata has to be made once more
 */
export async function openDownload(
  platform: Machines,
  token: string,
  caller: { ip: string; userAgent?: string },
): Promise<Downloaded> {
  const { db } = platform
  const found = await store.findToken(db, hashToken(token), caller.ip)
  if (found === undefined) throw gone()
  const { id, organizationId, userId, sessionId, fileId, zipFileIds } = found
  const fileIds = fileId === null ? (zipFileIds ?? []) : [fileId]
  const listed = await store.listDownloadable(db, { userId, organizationId }, { fileIds }, MOST_FILES)
  const actor = { kind: 'user', userId, sessionId, isAdministrator: false, ...caller } as const
  const delivered = (ids: readonly { id: string }[]) => ({
    counter: { downloadTokenId: id },
    actor,
    subject: { organizationId, fileIds: ids.map((each) => each.id), facts: { downloadAddressId: id } },
    actions: { begun: 'file.downloaded', completed: 'file.delivered', refused: 'file.refused' },
  })
  if (fileId !== null) {
    const rows = await openOnes(platform, listed, userId)
    const [row] = rows
    if (row === undefined) throw gone()
    await inTransaction(db, (tx) => store.setUsed(tx, id, caller.ip))
    const whole = { ...delivered(rows), etag: etagOf(row), sizeBytes: row.sizeBytes }
    return { kind: 'file', row, filename: row.name, delivered: whole }
  }
  const rows = await outgoingOnes(platform, listed, found)
  if (rows.length === 0) throw gone()
  await inTransaction(db, (tx) => store.setUsed(tx, id, caller.ip))
  const layout = await layOutFor(db, rows, { rootId: found.zipRootId, hasSidecars: found.hasSidecars })
  const folders = found.zipRootId === null ? [] : await store.listFoldersBelow(db, found.zipRootId)
  const name = folders.find((folder) => folder.id === found.zipRootId)?.name ?? 'Files'
  const whole = { ...delivered(rows), etag: layout.etag, sizeBytes: layout.sizeBytes }
  return { kind: 'zip', layout, filename: `${safeName(name)}.zip`, delivered: whole }
}

const tooManyDescribed = () =>
  new Problem('too-large', `A ZIP with what was said of each file has at most ${MOST_DESCRIBED} files. Choose fewer.`)
const gone = () => new Problem('not-found', 'There is nothing at this address, or no longer. Ask for a new one.')
